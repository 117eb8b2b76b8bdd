/** SQL Server, by tedious. */
import { Connection, Request, TYPES } from 'tedious';
import { joinStatement } from '@seatgrid/core/connectors/bound-statement.ts';
import { connectorTimeoutMsMax } from '@seatgrid/core/connectors/limits.ts';
import { ConnectorError } from '../connector-error.ts';
import type { LineKind } from '../connector-line.ts';
import { dial, tlsOptions } from '../guarded-dial.ts';
import { askDatabase, type Database, type DatabaseAnswer } from './database-reply.ts';

export const sqlserverLine: LineKind<'sqlserver'> = {
  async open({ settings, secrets, guard, signal, watch }) {
    const { host, port, database, user, tls } = settings;
    const socket = await dial(settings, guard, signal);
    watch(socket);
    let isBroken = false;
    let isDialled = false;
    socket.once('close', () => (isBroken = true));
    const connection = new Connection({
      server: host,
      authentication: { type: 'default', options: { userName: user, password: secrets.password ?? '' } },
      options: {
        port,
        database,
        appName: 'seatgrid',
        // A server that sends us elsewhere is not followed: nobody has judged that address.
        connector: () =>
          isDialled
            ? Promise.reject(new ConnectorError('inner-address', 'the server names another server'))
            : Promise.resolve(((isDialled = true), socket)),
        encrypt: tls !== null,
        trustServerCertificate: false,
        ...(tls
          ? {
              serverName: tls.serverName || host,
              cryptoCredentialsDetails: tlsOptions(tls, { host, clientKey: secrets.clientKey }),
            }
          : {}),
        maxRetriesOnTransientErrors: 0,
        // Whoever asks has a time of its own, and ends the line with it.
        connectTimeout: 2 * connectorTimeoutMsMax,
        requestTimeout: 0,
        rowCollectionOnRequestCompletion: true,
        useColumnNames: false,
        useUTC: true,
      },
    });
    connection.on('error', () => (isBroken = true));
    await new Promise<void>((made, fail) =>
      connection.connect((error) => (error ? (socket.destroy(), fail(error)) : made())),
    );
    const acts: Database = {
      dialect: 'sqlserver',
      statement: (statement, values) =>
        execute(
          connection,
          joinStatement(statement, (index) => `@v${index + 1}`),
          (request) => {
            values.forEach((value, index) => request.addParameter(`v${index + 1}`, TYPES.NVarChar, value));
            return (query) => connection.execSql(query);
          },
        ),
      procedure: ({ name, parameters }) =>
        execute(connection, name, (request) => {
          for (const one of parameters)
            if (one.way === 'out') request.addOutputParameter(one.name, TYPES.NVarChar, one.value);
            else request.addParameter(one.name, TYPES.NVarChar, one.value);
          return (query) => connection.callProcedure(query);
        }),
      async probe() {
        const { rows } = await execute(
          connection,
          'select @@version as version',
          () => (query) => connection.execSql(query),
        );
        return String((rows[0] as { version: string }).version).split('\n')[0]!;
      },
    };
    return {
      ask: (request) => askDatabase(acts, request),
      get isBroken() {
        return isBroken;
      },
      destroy: () => {
        connection.close();
        socket.destroy();
      },
    };
  },

  meant(code) {
    if (code === 'ELOGIN') return 'not-admitted';
    if (code === 'ESOCKET' || code === 'ECONNCLOSED') return 'unreachable';
    if (code === 'ETIMEOUT' || code === 'ECANCEL') return 'timeout';
    return code === 'EREQUEST' || code === 'EPARAM' ? 'refused' : undefined;
  },
};

interface Cell {
  readonly metadata: { readonly colName: string };
  readonly value: unknown;
}

function execute(
  connection: Connection,
  text: string,
  prepare: (request: Request) => (request: Request) => void,
): Promise<DatabaseAnswer> {
  return new Promise((answer, fail) => {
    const outputs: Record<string, unknown> = {};
    const request: Request = new Request(text, (error, changed, rows: Cell[][] | undefined) => {
      if (error) return fail(error);
      const records = (rows ?? []).map((row) =>
        Object.fromEntries(row.map(({ metadata, value }) => [metadata.colName, value])),
      );
      answer({ rows: records, changed: records.length > 0 ? 0 : (changed ?? 0), outputs });
    });
    request.on('returnValue', (name: string, value: unknown) => (outputs[name] = value));
    prepare(request)(request);
  });
}
