/**
 * Oracle Database 12.1 and later, by oracledb in its thin mode (no client libraries). The driver dials by itself: it is given the
 * judged address, and with TLS the host’s name, since there a certificate proves who answers.
 */
import oracledb from 'oracledb';
import { joinStatement } from '@seatgrid/core/connectors/bound-statement.ts';
import type { OracleSettings, TlsSettings } from '@seatgrid/core/connectors/connector.ts';
import { connectorReplyRowsMax } from '@seatgrid/core/connectors/limits.ts';
import { oracleOutOctetsMax } from '../../limits.ts';
import type { LineKind } from '../connector-line.ts';
import { judgedAddress } from '../guarded-dial.ts';
import { askDatabase, type Database, type DatabaseAnswer } from './database-reply.ts';

export const oracleLine: LineKind<'oracle'> = {
  async open({ settings, secrets, guard, signal }) {
    const { user, tls } = settings;
    const address = await judgedAddress(settings, guard);
    signal.throwIfAborted();
    const connection = await oracledb.getConnection({
      user,
      password: secrets.password ?? '',
      connectString: descriptorOf(settings, address),
      ...(tls ? { walletContent: walletOf(tls, secrets.clientKey) } : {}),
    });
    let isBroken = false;
    const run = async (
      text: string,
      binds: oracledb.BindParameters,
    ): Promise<DatabaseAnswer & { outBinds: unknown }> => {
      const result = await connection.execute<Record<string, unknown>>(text, binds, {
        outFormat: oracledb.OUT_FORMAT_OBJECT,
        maxRows: connectorReplyRowsMax + 1,
        autoCommit: true,
        fetchTypeHandler: asWritten,
      });
      return { rows: result.rows ?? [], changed: result.rowsAffected ?? 0, outBinds: result.outBinds };
    };
    const acts: Database = {
      dialect: 'oracle',
      statement: (statement, values) =>
        run(
          joinStatement(statement, (index) => `:${index + 1}`),
          [...values],
        ),
      async procedure({ name, parameters }) {
        const binds = Object.fromEntries(
          parameters.map((one) => [
            one.name,
            one.way === 'in'
              ? one.value
              : {
                  dir: oracledb.BIND_INOUT,
                  type: oracledb.STRING,
                  maxSize: oracleOutOctetsMax,
                  val: one.value,
                },
          ]),
        );
        const signs = parameters.map((one) => `:${one.name}`).join(', ');
        const { outBinds } = await run(`begin ${name}(${signs}); end;`, binds as oracledb.BindParameters);
        return { rows: [], changed: 0, outputs: (outBinds ?? {}) as Record<string, unknown> };
      },
      async probe() {
        await run('select 1 from dual', []);
        return `Oracle Database ${connection.oracleServerVersionString}`;
      },
    };
    return {
      ask: (request) => askDatabase(acts, request),
      get isBroken() {
        return isBroken || !connection.isHealthy();
      },
      destroy: () => {
        isBroken = true;
        void connection.close({ drop: true }).catch(() => {});
      },
    };
  },

  meant(code, error) {
    const said = `${code} ${error.message}`;
    if (/ORA-(01017|28000|28001|01045)|NJS-(510|526)\b/.test(said)) return 'not-admitted';
    if (/NJS-(500|501|503|509|511|517|518|521|530)|ORA-(12514|12505|12541|03113|03114)/.test(said))
      return 'unreachable';
    return /ORA-\d+/.test(said) ? 'refused' : undefined;
  },
};

/** Octets that could end a value in a descriptor are no part of a service’s or host’s name (the contract says so). */
function descriptorOf({ host, port, service, tls }: OracleSettings, address: string): string {
  const place = `(ADDRESS=(PROTOCOL=${tls ? 'TCPS' : 'TCP'})(HOST=${tls ? host : address})(PORT=${port}))`;
  const security = tls ? '(SECURITY=(SSL_SERVER_DN_MATCH=ON))' : '';
  return `(DESCRIPTION=(RETRY_COUNT=0)${place}(CONNECT_DATA=(SERVICE_NAME=${service}))${security})`;
}

const walletOf = ({ authority, certificate }: TlsSettings, clientKey: string | null) =>
  [authority, certificate, clientKey ?? ''].filter((part) => part !== '').join('\n');

/** Values as the server writes them: no number is rounded, no time zone is guessed. */
function asWritten({ dbType }: oracledb.Metadata<unknown>): oracledb.FetchTypeResponse | undefined {
  const texts: unknown[] = [oracledb.DB_TYPE_NUMBER, oracledb.DB_TYPE_DATE, oracledb.DB_TYPE_TIMESTAMP];
  return texts.includes(dbType) ? { type: oracledb.STRING } : undefined;
}
