/** Against a real PostgreSQL and a real MariaDB; the drivers of Oracle and SQL Server as far as a port without a server leads. */
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoundValues, ProcedureParameter } from '@seatgrid/core/connectors/ask-connector.ts';
import type { ConnectorSettings } from '@seatgrid/core/connectors/connector.ts';
import { openTestConnector, type TestConnector } from './test-connector.ts';
import { hasMariadb, startTestMariadb, type TestMariadb } from './test-mariadb.ts';
import { freePort } from './test-ports.ts';
import { startTestPostgres } from './test-postgres.ts';

const statement = (text: string, values: BoundValues = {}) => ({ kind: 'statement', text, values }) as const;
const call = (name: string, ...parameters: ProcedureParameter[]) =>
  ({ kind: 'procedure', name, parameters }) as const;
const given = (name: string, value: string | null): ProcedureParameter => ({ name, value, way: 'in' });
const wanted = (name: string): ProcedureParameter => ({ name, value: null, way: 'out' });

interface Real {
  readonly settings: Extract<ConnectorSettings, { readonly database: string }>;
  readonly password: string;
  stop(): Promise<void>;
}

/** The same table and procedure, in each database's own words. */
const databases: Readonly<Record<string, { start(): Promise<Real>; isHere: boolean; made: string[]; big: string; slow: string; types: string }>> = {
  PostgreSQL: {
    isHere: true,
    async start() {
      const server = await startTestPostgres();
      const { port, password } = server;
      const settings = { kind: 'postgres', host: '127.0.0.1', port, database: 'postgres', user: 'postgres', tls: null } as const;
      return { settings, password, stop: () => server.stop() };
    },
    made: [
      'create table account (number integer primary key, name text, balance numeric(30,10), opened date, day timestamp)',
      `create procedure pay(wanted integer, amount numeric, inout left_over numeric) language plpgsql as $$
       begin update account set balance = balance - amount where number = wanted returning balance into left_over; end $$`,
    ],
    big: `select repeat('x', 10000000) as text`,
    slow: 'select pg_sleep(30)',
    types: 'select 9007199254740993::bigint as big, null as nothing, true as yes',
  },
  MariaDB: {
    isHere: hasMariadb(),
    async start() {
      const server: TestMariadb = await startTestMariadb();
      const settings = { kind: 'mysql', host: '127.0.0.1', port: server.port, database: 'mysql', user: 'root', tls: null } as const;
      return { settings, password: '', stop: () => server.stop() };
    },
    made: [
      'create table account (number integer primary key, name varchar(40), balance decimal(30,10), opened date, day datetime) character set utf8mb4',
      `create procedure pay(wanted integer, amount decimal(30,10), out left_over decimal(30,10))
       begin update account set balance = balance - amount where number = wanted; select balance into left_over from account where number = wanted; end`,
    ],
    big: `select repeat('x', 10000000) as text`,
    slow: 'select sleep(30)',
    types: `select 9007199254740993 as big, null as nothing, 'true' as yes`,
  },
}; // prettier-ignore

describe.each(Object.entries(databases))('a connector to %s', (_name, database) => {
  if (!database.isHere) return it.skip('is not on this machine', () => {});
  let real: Real;
  let connector: TestConnector;

  beforeAll(async () => {
    real = await database.start();
    connector = openTestConnector(real.settings, { secrets: { password: real.password } });
    for (const text of database.made) await connector.reply(statement(text));
    const insert =
      'insert into account values (:number, :name, :balance, :opened, :day) -- :nothing, a comment';
    await connector.reply(
      statement(insert, {
        number: '1001',
        name: '林小姐 O’Hara',
        balance: '1284.5000000001',
        opened: '2024-02-29',
        day: '2026-11-25 09:30:00',
      }),
    );
  });
  afterAll(async () => {
    connector.close();
    await real.stop();
  });

  it('reads a row by a bound value, every number and day as it stands there', async () => {
    const { document } = await connector.reply(
      statement('select * from account where number = :number', { number: '1001' }),
    );
    expect(document).toEqual({
      rows: [{ number: '1001', name: '林小姐 O’Hara', balance: '1284.5000000001', opened: '2024-02-29', day: '2026-11-25 09:30:00' }],
      changed: expect.any(String),
      outputs: {},
    }); // prettier-ignore
    const { document: types } = await connector.reply(statement(database.types));
    expect(types).toMatchObject({ rows: [{ big: '9007199254740993', nothing: null }] });
  });

  it('says how many rows a statement changed', async () => {
    const change = statement('update account set name = :name where number = :number', {
      number: '1001',
      name: 'Lin',
    });
    expect((await connector.reply(change)).document).toMatchObject({ rows: [], changed: '1' });
  });

  it('calls a procedure and reads what it leaves in a parameter', async () => {
    const pay = call('pay', given('wanted', '1001'), given('amount', '84.5000000001'), wanted('left_over'));
    expect((await connector.reply(pay)).document).toMatchObject({
      outputs: { left_over: '1200.0000000000' },
    });
    expect(await connector.failure(call('pay(1); drop table account; --'))).toBe('misasked');
    expect(await connector.failure(call('no_such_procedure', given('a', '1')))).toBe('refused');
  });

  it.each(["1001' or '1'='1", '1001; drop table account', "'; delete from account; --", '1001 union select 1', '\\', '\0'])(
    'takes a caller’s %j for a value and nothing else',
    async (hostile) => {
      const outcome = await connector.ask(statement('select name from account where name = :name', { name: hostile }));
      // PostgreSQL knows no text with a zero in it, and says so.
      if (outcome.ok) expect(outcome.value.document).toMatchObject({ rows: [] });
      else expect(outcome.failure.code).toBe('refused');
      const { document } = await connector.reply(statement('select count(*) as n from account'));
      expect(document).toMatchObject({ rows: [{ n: '1' }] });
    },
  ); // prettier-ignore

  it('tells a fault in the statement, a missing value and too much apart', async () => {
    expect(await connector.failure(statement('selct 1'))).toBe('refused');
    expect(await connector.failure(statement('select :a'))).toBe('misasked');
    expect(await connector.failure(statement(database.big))).toBe('too-large');
    const many = 'select 1 from information_schema.columns a, information_schema.columns b limit 1001';
    expect(await connector.failure(statement(many))).toBe('too-large');
    // And is as good as before.
    expect((await connector.reply({ kind: 'probe' })).document).toMatchObject({
      text: expect.stringMatching(/SQL/),
    });
  });

  it('ends a question on time and goes on with the next', async () => {
    const hasty = openTestConnector(real.settings, {
      secrets: { password: real.password },
      timeoutMs: 400,
      linesMax: 1,
    });
    expect(await hasty.failure(statement(database.slow))).toBe('timeout');
    await expect.poll(() => hasty.failure(statement('select 1 as one'))).toBe('answered');
    hasty.close();
  });

  it('is not admitted with another password, and finds nobody at another port', async () => {
    const stranger = openTestConnector(
      { ...real.settings, user: 'nobody' },
      { secrets: { password: 'wrong' } },
    );
    expect(await stranger.failure({ kind: 'probe' })).toBe('not-admitted');
    const astray = openTestConnector({ ...real.settings, port: await freePort() });
    expect(await astray.failure({ kind: 'probe' })).toBe('unreachable');
    const outside = openTestConnector(real.settings, { innerHosts: [] });
    expect(await outside.failure({ kind: 'probe' })).toBe('inner-address');
  });

  it('answers twenty questions at a time over two lines', async () => {
    const asked = Array.from({ length: 20 }, (_, index) =>
      connector.reply(statement('select :n as n', { n: String(index) })),
    );
    const rows = (await Promise.all(asked)).map(({ document }) => document);
    rows.forEach((row, index) => expect(row).toMatchObject({ rows: [{ n: String(index) }] }));
  });
});

describe.each([
  { kind: 'sqlserver', database: 'master', user: 'sa' },
  { kind: 'oracle', service: 'FREEPDB1', user: 'system' },
] as const)('a connector to $kind', (one) => {
  const settingsAt = (port: number) => ({ ...one, host: '127.0.0.1', port, tls: null }) as ConnectorSettings;

  it('finds nobody at a closed port, and no way inside', async () => {
    const settings = settingsAt(await freePort());
    expect(await openTestConnector(settings).failure({ kind: 'probe' })).toBe('unreachable');
    expect(await openTestConnector(settings, { innerHosts: [] }).failure({ kind: 'probe' })).toBe(
      'inner-address',
    );
  });

  it('gives up on time where somebody listens and says nothing', async () => {
    const silent: Server = createServer(() => {});
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
    const { port } = silent.address() as { port: number };
    const connector = openTestConnector(settingsAt(port), { timeoutMs: 500 });
    const askedAtMs = performance.now();
    expect(await connector.failure({ kind: 'probe' })).toBe('timeout');
    expect(performance.now() - askedAtMs).toBeGreaterThan(450);
    silent.close();
  });
});
