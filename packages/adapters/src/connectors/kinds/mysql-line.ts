/** MySQL and MariaDB, by mysql2. */
import { createConnection, type ResultSetHeader } from 'mysql2/promise';
import { joinStatement } from '@seatgrid/core/connectors/bound-statement.ts';
import type { LineKind } from '../connector-line.ts';
import { dial, tlsOptions } from '../guarded-dial.ts';
import { askDatabase, type Database, type DatabaseAnswer } from './database-reply.ts';

export const mysqlLine: LineKind<'mysql'> = {
  async open({ settings, secrets, guard, signal, watch }) {
    const { host, database, user, tls } = settings;
    const socket = await dial(settings, guard, signal);
    watch(socket);
    let isBroken = false;
    socket.once('close', () => (isBroken = true));
    const connection = await createConnection({
      host,
      database,
      user,
      password: secrets.password ?? '',
      stream: () => socket,
      ...(tls
        ? {
            ssl: {
              ...tlsOptions(tls, { host, clientKey: secrets.clientKey }),
              verifyIdentity: true,
            } as object,
          }
        : {}),
      charset: 'utf8mb4',
      // Values as the server writes them: no number is rounded, no time zone is guessed.
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      multipleStatements: false,
    });
    connection.on('error', () => (isBroken = true));
    const run = async (text: string, values: readonly (string | null)[]): Promise<DatabaseAnswer> => {
      const [result] = await connection.execute(text, [...values]);
      return answerOf(result);
    };
    const acts: Database = {
      dialect: 'mysql',
      statement: (statement, values) =>
        run(
          joinStatement(statement, () => '?'),
          values,
        ),
      async procedure({ name, parameters }) {
        // An out parameter needs a variable of the session; the line is ours alone meanwhile.
        const out = parameters.filter(({ way }) => way === 'out');
        for (const one of out) await connection.execute(`set @${variableOf(one.name)} = ?`, [one.value]);
        const signs = parameters.map((one) => (one.way === 'out' ? `@${variableOf(one.name)}` : '?'));
        const given = parameters.filter(({ way }) => way === 'in').map(({ value }) => value);
        const answer = await run(`call ${name}(${signs.join(', ')})`, given);
        if (out.length === 0) return answer;
        const names = out.map((one) => `@${variableOf(one.name)} as \`${one.name}\``);
        const { rows } = await run(`select ${names.join(', ')}`, []);
        return { ...answer, outputs: rows[0] as Record<string, unknown> };
      },
      async probe() {
        const { rows } = await run('select version() as version', []);
        return `MySQL ${(rows[0] as { version: string }).version}`;
      },
    };
    return {
      ask: (request) => askDatabase(acts, request),
      get isBroken() {
        return isBroken;
      },
      destroy: () => {
        connection.destroy();
        socket.destroy();
      },
    };
  },

  meant(code) {
    if (/^(PROTOCOL_CONNECTION_LOST|ER_CON_COUNT_ERROR|ER_SERVER_SHUTDOWN|ER_HOST_IS_BLOCKED)$/.test(code))
      return 'unreachable';
    if (/^ER_(ACCESS_DENIED|DBACCESS_DENIED|HOST_NOT_PRIVILEGED|NOT_SUPPORTED_AUTH)/.test(code))
      return 'not-admitted';
    if (code === 'HANDSHAKE_NO_SSL_SUPPORT' || code === 'HANDSHAKE_SSL_ERROR') return 'certificate';
    return code.startsWith('ER_') ? 'refused' : undefined;
  },
};

const variableOf = (name: string) => `seatgrid_${name}`;

/** Rows, a header, or of a procedure a list of both. */
function answerOf(result: unknown): DatabaseAnswer {
  if (!Array.isArray(result)) return { rows: [], changed: (result as ResultSetHeader).affectedRows };
  if (!result.some(Array.isArray)) return { rows: result, changed: 0 };
  return { rows: result.find(Array.isArray) as unknown[], changed: 0 };
}
