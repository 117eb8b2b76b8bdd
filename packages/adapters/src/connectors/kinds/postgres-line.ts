/** PostgreSQL and what speaks its protocol, by postgres.js. */
import postgres from 'postgres';
import { joinStatement } from '@seatgrid/core/connectors/bound-statement.ts';
import type { LineKind } from '../connector-line.ts';
import { readJson } from '../documents.ts';
import { dial, tlsOptions } from '../guarded-dial.ts';
import { askDatabase, type Database, type DatabaseAnswer } from './database-reply.ts';

/** Values as the server writes them: no number is rounded, no time zone is guessed. */
const asWritten = (from: number[]) => ({ to: 0, from, serialize: String, parse: (text: string) => text });
const types = {
  number: asWritten([21, 23, 26, 700, 701]),
  date: asWritten([1082, 1114, 1184]),
  json: { to: 114, from: [114, 3802], serialize: String, parse: readJson },
};

export const postgresLine: LineKind<'postgres'> = {
  async open({ settings, secrets, guard, signal, watch }) {
    const { host, port, database, user, tls } = settings;
    const socket = await dial(settings, guard, signal);
    watch(socket);
    let isBroken = false;
    socket.once('close', () => (isBroken = true));
    // The driver names the far side by what it finds on its socket.
    Object.assign(socket, { host, port });
    const sql = postgres({
      host,
      port,
      database,
      user,
      password: secrets.password ?? '',
      ssl: tls ? tlsOptions(tls, { host, clientKey: secrets.clientKey }) : false,
      socket: () => (isBroken ? Promise.reject(new Error('this line is over')) : Promise.resolve(socket)),
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      fetch_types: false,
      onnotice: () => {},
      connection: { application_name: 'seatgrid' },
      types,
      // `socket` is not in the driver's types.
    } as object);
    const run = async (text: string, values: readonly (string | null)[]): Promise<DatabaseAnswer> => {
      const rows = await sql.unsafe(text, values as (string | null)[]);
      return { rows: [...rows], changed: rows.count ?? 0 };
    };
    const acts: Database = {
      dialect: 'postgres',
      statement: (statement, values) =>
        run(
          joinStatement(statement, (index) => `$${index + 1}`),
          values,
        ),
      async procedure({ name, parameters }) {
        const signs = parameters.map((_, index) => `$${index + 1}`).join(', ');
        const answer = await run(`call ${name}(${signs})`, parameters.map(({ value }) => value)); // prettier-ignore
        const [row] = answer.rows as Record<string, unknown>[];
        return { rows: [], changed: 0, outputs: row ?? {} };
      },
      probe: async () => String((await sql.unsafe('select version() as version'))[0]!['version']),
    };
    return {
      ask: (request) => askDatabase(acts, request),
      get isBroken() {
        return isBroken;
      },
      destroy: () => {
        socket.destroy();
        void sql.end({ timeout: 0 }).catch(() => {});
      },
    };
  },

  meant(code, error) {
    if (/^(CONNECTION_|CONNECT_)/.test(code)) return code === 'CONNECT_TIMEOUT' ? 'timeout' : 'unreachable';
    if (!(error instanceof postgres.PostgresError)) return undefined;
    // SQLSTATE classes: invalid authorisation, insufficient resources, operator intervention.
    if (code.startsWith('28')) return 'not-admitted';
    if (code === '57014') return 'timeout';
    return /^(53|57P)/.test(code) ? 'unreachable' : 'refused';
  },
};
