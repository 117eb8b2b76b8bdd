import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import type { NodeLog } from '../node-log.ts';
import { openConfigLedger } from './config-ledger.ts';
import { exampleTenantId, minimalConfig } from './minimal-config.ts';

let folder: string;
let path: string;
const said: string[] = [];
const log: NodeLog = {
  info: () => {},
  warn: () => {},
  error: (facts, message) => said.push(`${message} ${JSON.stringify(facts)}`),
};
const open = () => openConfigLedger({ path, clock: new VirtualClock(), log });

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
