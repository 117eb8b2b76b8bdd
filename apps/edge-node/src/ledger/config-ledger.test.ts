import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { ConnectorId } from '@seatgrid/core/connectors/connector.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import type { NodeLog } from '../node-log.ts';
import { openConfigLedger, type ConfigLedger } from './config-ledger.ts';
import { openLedgerKey } from './ledger-key.ts';
import { exampleNodeId, exampleTenantId, minimalConfig } from './minimal-config.ts';

let folder: string;
let path: string;
const said: string[] = [];
const log: NodeLog = {
  info: () => {},
  warn: () => {},
  error: (facts, message) => said.push(`${message} ${JSON.stringify(facts)}`),
};
const random = createSeededRandom(11);
const ownKey = random.bytes(32);
const open = (key = ownKey) => openConfigLedger({ path, key, random, clock: new VirtualClock(), log });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-ledger-'));
  path = join(folder, 'config.sqlite');
  said.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a config is stored before anyone hears of it, and is there at the next start', () => {
  const ledger = open();
  expect(ledger.current()).toBeNull();
  const heard: number[] = [];
  ledger.onApplied((config) => {
    heard.push(config.generation);
    expect(readFileSync(`${path}-wal`).includes('"generation":3')).toBe(true);
  });
  expect(ledger.apply(minimalConfig({ generation: 3 })).ok).toBe(true);
  expect(heard).toEqual([3]);
  ledger.close();
  const again = open();
  expect(again.current()).toEqual(minimalConfig({ generation: 3 }));
  again.close();
});

test('a ledger written before there were outbound rules, split channels and local numbers is read on', () => {
  const { siteId: _siteId, ...config } = minimalConfig({ generation: 3 });
  const [{ outboundRules: _rules, ...tenant }] = config.tenants as [NodeConfig['tenants'][number]];
  const did = { id: exampleTenantId, number: '+864008000000' };
  const trunk = { id: exampleTenantId, name: 'Carrier', sources: [], target: null, channelsMax: 30 };
  const ledger = open();
  expect(ledger.apply({ ...config, trunks: [trunk], tenants: [{ ...tenant, dids: [did] }] }).ok).toBe(true);
  expect(ledger.current()).toMatchObject({
    siteId: null,
    trunks: [{ inboundChannelsMax: null, outboundChannelsMax: null, tenantIds: null, numberFormat: null }],
    tenants: [{ outboundRules: [], dids: [{ siteId: null }] }],
  });
  ledger.close();
});

const password = 'between-us-7f3a';

/** A trunk with an account, as the centre tells of it. */
function withAccount(generation: number): NodeConfig {
  const account = {
    username: 'acme',
    password,
    domain: '',
    realm: '',
    registers: true,
    expiresSeconds: 600,
    of: 'the future',
  };
  const trunk = {
    id: exampleTenantId,
    name: 'Carrier',
    sources: [],
    target: null,
    channelsMax: 30,
    account,
  };
  return { ...minimalConfig({ generation }), trunks: [trunk as unknown as NodeConfig['trunks'][number]] };
}

const everyOctet = () =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('');
const passwordOf = (ledger: ConfigLedger) => ledger.current()?.trunks[0]?.account?.password;

test('a carrier’s password is known to the node and stands in none of its files', () => {
  const ledger = open();
  expect(ledger.apply(withAccount(3)).ok).toBe(true);
  expect(passwordOf(ledger)).toBe(password);
  expect(everyOctet()).not.toContain(password);
  ledger.close();
  const again = open();
  expect(passwordOf(again)).toBe(password);
  again.close();
  expect(everyOctet()).toContain('the future');
  expect(everyOctet()).not.toContain(password);
});

test('a connector’s secrets are known to the node and stand in none of its files', () => {
  const config = minimalConfig({ generation: 3 });
  const settings = { kind: 'amqp' as const, host: 'mq.example', port: 5672, user: 'u', address: 'a', replyAddress: '', tls: null };
  const id = '0199aa00-0000-7000-8000-00000000000c' as ConnectorId;
  const secrets = { password, clientKey: null };
  const connector = { id, name: 'Bank', runsAt: 'node' as const, timeoutMs: 1_000, linesMax: 1, settings, secrets };
  const tenants = config.tenants.map((tenant) => ({ ...tenant, connectors: [connector] }));
  const ledger = open();
  expect(ledger.apply({ ...config, tenants }).ok).toBe(true);
  ledger.close();
  const again = open();
  expect(again.current()!.tenants[0]!.connectors).toEqual([connector]);
  again.close();
  expect(everyOctet()).toContain('mq.example');
  expect(everyOctet()).not.toContain(password);
}); // prettier-ignore

test('a ledger of before, with the password open, is sealed where it lies', () => {
  const ledger = open();
  for (const generation of [3, 4]) ledger.apply(minimalConfig({ generation }));
  ledger.close();
  const database = new DatabaseSync(path);
  const body = JSON.stringify(withAccount(4));
  const sha256 = createHash('sha256').update(body).digest('hex');
  database.prepare('update config set body = ?, sha256 = ? where generation = 4').run(body, sha256);
  database.close();
  expect(everyOctet()).toContain(password);
  const sealed = open();
  expect(passwordOf(sealed)).toBe(password);
  expect(everyOctet()).not.toContain(password);
  sealed.close();
});

test('with another key the rest of the configuration serves on, and the same generation is taken again whole', () => {
  const ledger = open();
  ledger.apply(withAccount(5));
  ledger.close();
  const otherKey = random.bytes(32);
  const without = open(otherKey);
  expect(without.current()).toMatchObject({ generation: 4, trunks: [{ account: null }] });
  expect(said).toEqual([expect.stringMatching(/cannot be opened.*"lost":1/)]);
  expect(without.apply(withAccount(5)).ok).toBe(true);
  expect(passwordOf(without)).toBe(password);
  without.close();
  expect(said).toHaveLength(1);
});

test('a sealed password moved to another trunk does not open there', () => {
  const ledger = open();
  ledger.apply(withAccount(5));
  ledger.close();
  const database = new DatabaseSync(path);
  const { body } = database.prepare('select body from config').get() as { body: string };
  const config = JSON.parse(body) as { trunks: { id: string }[] };
  config.trunks[0]!.id = exampleNodeId;
  const moved = JSON.stringify(config);
  const sha256 = createHash('sha256').update(moved).digest('hex');
  database.prepare('update config set body = ?, sha256 = ?').run(moved, sha256);
  database.close();
  const again = open();
  expect(again.current()!.trunks[0]!.account).toBeNull();
  again.close();
});

test('the key is made once, is the owner’s alone, and one that is no key is never overwritten', () => {
  const keyPath = join(folder, 'keys', 'ledger-key');
  const key = openLedgerKey(keyPath, random);
  expect(key).toHaveLength(32);
  expect(statSync(keyPath).mode & 0o777).toBe(0o600);
  expect(openLedgerKey(keyPath, random)).toEqual(key);
  writeFileSync(keyPath, 'short');
  expect(() => openLedgerKey(keyPath, random)).toThrow('has 32 octets');
  expect(readFileSync(keyPath, 'utf8')).toBe('short');
});

test('an older or equal generation is refused with the reason, and the one in force stays', () => {
  const ledger = open();
  ledger.apply(minimalConfig({ generation: 5 }));
  for (const generation of [5, 4])
    expect(ledger.apply(minimalConfig({ generation }))).toEqual({
      ok: false,
      failure: `generation ${generation} is not newer than generation 5 in the ledger`,
    });
  expect(ledger.current()?.generation).toBe(5);
  ledger.close();
});

test('a schema of the future is refused with the cure, and what is no config with the place', () => {
  const ledger = open();
  ledger.apply(minimalConfig({ generation: 5 }));
  expect(ledger.apply({ ...minimalConfig({ generation: 6 }), schema: 2 })).toEqual({
    ok: false,
    failure: 'config schema 2 is newer than this node reads (1); update the node',
  });
  const broken = { ...minimalConfig({ generation: 6 }), trunks: 'none' };
  expect(ledger.apply(broken)).toMatchObject({ ok: false, failure: expect.stringContaining('trunks: ') });
  for (const nothing of [null, undefined, 7, 'config']) expect(ledger.apply(nothing).ok).toBe(false);
  expect(ledger.current()?.generation).toBe(5);
  ledger.close();
});

test('a damaged row falls back to the generation before it, says so, and takes the lost one again; three are kept', () => {
  const ledger = open();
  for (const generation of [1, 2, 3, 4]) ledger.apply(minimalConfig({ generation }));
  ledger.close();
  const database = new DatabaseSync(path);
  expect(
    database
      .prepare('select generation from config order by 1')
      .all()
      .map((row) => row['generation']),
  ).toEqual([2, 3, 4]);
  database.exec(`update config set body = replace(body, 'Acme', 'Amce') where generation = 4`);
  database.close();

  const again = open();
  expect(again.current()?.generation).toBe(3);
  expect(said).toEqual([expect.stringMatching(/cannot be used.*"generation":4.*damaged/)]);
  expect(again.apply(minimalConfig({ generation: 4 })).ok).toBe(true);
  again.close();
  const last = open();
  expect(last.current()?.generation).toBe(4);
  last.close();
});

test('a file that is no database is put aside, and the node begins anew', () => {
  writeFileSync(path, 'not a database, but long enough to be looked at as one'.repeat(100));
  const ledger = open();
  expect(ledger.current()).toBeNull();
  expect(said).toHaveLength(1);
  expect(readdirSync(folder)).toContain('config.sqlite.damaged-1');
  expect(ledger.apply(minimalConfig({ generation: 1 })).ok).toBe(true);
  ledger.close();
});

test('a second node on the same folder is refused with the cure', () => {
  const ledger = open();
  const script = `
    import { openConfigLedger } from ${JSON.stringify(new URL('./config-ledger.ts', import.meta.url).href)};
    try { openConfigLedger({ path: ${JSON.stringify(path)}, clock: { nowMs: () => 0 } }); console.log('opened'); }
    catch (error) { console.log(error.message); }`;
  const run = () =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(run()).toContain('another node runs on this data folder');
  ledger.close();
  expect(run()).toContain('opened');
});

test('a part of the node that fails on a new config is told of, and the others still hear', () => {
  const ledger = open();
  const heard: number[] = [];
  ledger.onApplied(() => {
    throw new Error('no');
  });
  const cancel = ledger.onApplied((config) => heard.push(config.generation));
  expect(ledger.apply(minimalConfig({ generation: 1 })).ok).toBe(true);
  cancel();
  ledger.apply(minimalConfig({ generation: 2 }));
  expect(heard).toEqual([1]);
  expect(said).toHaveLength(2);
  ledger.close();
});
