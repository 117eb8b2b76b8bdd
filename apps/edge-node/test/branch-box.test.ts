/**
 * B-11: a branch box made of a Linux machine by `./seatgrid box`, tried in namespaces that stand for a branch, headquarters, and a
 * stranger around one world: tunnel, filter, marks, voice before data on a full line, and what all of it adds to a call.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxIntruders } from '../src/admission/box-intruders.ts';
import { FixtureConfig } from './fixture-config.ts';
import { lineTo, NetPlaces, type NetPlace } from './net-places.ts';
import { numberWith } from './telephone-side.ts';
import { until } from './until.ts';

const door = new URL('../../../scripts/seatgrid/main.ts', import.meta.url).pathname;
const nodeMain = new URL('../src/main.ts', import.meta.url).pathname;
/** Of the line from the branch to the world. */
const upKbit = 512;
const queued = '+864008000001';
const tunnelNames = { branch: `sgb${process.pid % 10_000}`, hq: `sgh${process.pid % 10_000}` };

let places: NetPlaces | undefined;
let branch: NetPlace;
let hq: NetPlace;
let stranger: NetPlace;
let folder: string;

beforeAll(() => {
  places = NetPlaces.open(['ip', 'nft', 'wg', 'tc']);
  if (!places) return;
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-box-'));
  [branch, hq, stranger] = [places.add('b'), places.add('h'), places.add('s')];
  // The branch's way up is thin, whoever it speaks with.
  places.thin('h', upKbit);
});

afterAll(async () => {
  // A tunnel in user space is a process, which ends with its interface.
  for (const place of places ? [branch, hq] : []) box(place, 'remove');
  await places?.close();
  if (places) rmSync(folder, { recursive: true });
});

/** `./seatgrid box …` at a place. */
function box(place: NetPlace, act: string, ...words: string[]): { code: number | null; said: string } {
  const state = ['--state', join(folder, place.name)];
  const { status, stdout, stderr } = spawnSync(
    'ip',
    ['netns', 'exec', place.name, process.execPath, '--disable-warning=ExperimentalWarning', door, 'box', act, ...words, ...state],
    { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  );
  return { code: status, said: stdout + stderr };
} // prettier-ignore

function settings(place: NetPlace, changes: { node?: object; guard?: object; name?: string } = {}): string {
  const isBranch = place === branch;
  const other = isBranch ? hq : branch;
  const file = join(folder, `${place.name}.yaml`);
  const own = {
    format: 'seatgrid-box-1',
    name: isBranch ? 'Branch' : 'Headquarters',
    outside: { interface: 'eth0', upKbit: isBranch ? upKbit : 100_000 },
    tunnel: {
      interface: isBranch ? tunnelNames.branch : tunnelNames.hq,
      address: `10.99.0.${isBranch ? 7 : 1}/24`,
      peers: [{
        name: isBranch ? 'Headquarters' : 'Branch',
        publicKey: keyOf(other),
        endpoint: `${other.address}:51820`,
        networks: [`10.99.0.${isBranch ? 1 : 7}/32`],
      }],
    },
    ...changes,
    node: { trunks: [hq.address], ...changes.node },
    guard: { managedFrom: [hq.address], closedPortsPerMinute: 10, sipPerSecond: 20, ...changes.guard },
  }; // prettier-ignore
  writeFileSync(file, JSON.stringify(own));
  return file;
}

const keys = new Map<NetPlace, string>();

function keyOf(place: NetPlace): string {
  const key = keys.get(place) ?? box(place, 'key').said.trim();
  keys.set(place, key);
  return key;
}

/** What is in force at each place. */
const inForce = new Map<NetPlace, string>();

function apply(place: NetPlace, changes: Parameters<typeof settings>[1] = {}): void {
  const file = settings(place, changes);
  const wanted = readFileSync(file, 'utf8');
  if (inForce.get(place) === wanted) return;
  const applied = box(place, 'apply', file);
  expect(applied, applied.said).toMatchObject({ code: 0 });
  expect(box(place, 'confirm')).toMatchObject({ code: 0 });
  inForce.set(place, wanted);
}

function remove(place: NetPlace): void {
  box(place, 'remove');
  inForce.delete(place);
}

const rulesOf = (place: NetPlace) => place.run('nft', 'list', 'ruleset');

test('a plan is shown and compared before anything is done; what is not confirmed is undone by itself', async ({ skip }) => {
  if (!places) return skip('no network namespaces');
  const file = settings(branch);
  expect(box(branch, 'plan', file)).toMatchObject({ code: 0, said: expect.stringContaining('table inet seatgrid_box') });
  expect(box(branch, 'diff', file)).toMatchObject({ code: 3, said: expect.stringContaining('+    type filter hook input priority filter; policy drop;') });
  expect(rulesOf(branch)).toBe('');
  expect(box(branch, 'rollback')).toMatchObject({ code: 1, said: expect.stringContaining('nothing to go back to') });

  apply(branch);
  const confirmed = rulesOf(branch);
  expect(confirmed).toContain('chain from_outside');
  expect(box(branch, 'diff', file)).toMatchObject({ code: 0, said: 'nothing would change\n' });

  // The new settings shut out whoever would confirm them: a minute later, here three seconds, the old ones are back.
  const cutting = settings(branch, { guard: { managedFrom: [] } });
  expect(box(branch, 'diff', cutting).said).toMatch(new RegExp(`^-.*${hq.address}`, 'm'));
  expect(box(branch, 'apply', cutting, '--within', '3s')).toMatchObject({ code: 0 });
  const shutting = rulesOf(branch);
  expect(shutting).not.toBe(confirmed);
  expect(box(branch, 'apply', file)).toMatchObject({ code: 1, said: expect.stringContaining('waits to be confirmed') });
  await until('the old rules', () => rulesOf(branch) === confirmed, 30_000);
  expect(box(branch, 'confirm')).toMatchObject({ code: 1 });

  // By hand it goes back to what was confirmed before.
  apply(branch, { node: { servesOutside: true } });
  expect(rulesOf(branch)).not.toBe(confirmed);
  expect(box(branch, 'rollback')).toMatchObject({ code: 0 });
  inForce.delete(branch);
  expect(rulesOf(branch)).toBe(confirmed);

  writeFileSync(file, readFileSync(file, 'utf8').replace('"upKbit":512', '"upKbit":"much"'));
  expect(box(branch, 'apply', file)).toMatchObject({ code: 2, said: expect.stringMatching(/yaml:1: outside\.upKbit: /) });
}); // prettier-ignore

test('B-11: two sites speak through the tunnel, and the world sees nothing but the tunnel', async ({
  skip,
}) => {
  if (!places) return skip('no network namespaces');
  apply(branch);
  apply(hq);
  const party = hq.party('listen', '10.99.0.1', '7000');
  await party.begun();
  const seen = await capture(places.world, lineTo('b'), 'udp');
  const { answers } = await branch.told<{ answers: number }>('ask', '10.99.0.1', '7000', '20', '20');
  expect(answers).toBeGreaterThanOrEqual(18);
  const packets = await seen();
  expect(packets.length).toBeGreaterThan(30);
  expect(packets.filter(({ from, to }) => from !== 51_820 && to !== 51_820)).toEqual([]);
});

test('B-11: voice, signalling and data leave with marks of their own, seen by capture', async ({ skip }) => {
  if (!places) return skip('no network namespaces');
  if (spawnSync('which', ['tshark']).status !== 0) return skip('tshark is not installed');
  apply(branch);
  const seen = await capture(places.world, lineTo('b'), `udp and src host ${branch.address}`);
  await Promise.all([
    branch.told('speak', `${branch.address}:20000`, `${hq.address}:20002`, '50', '172', '1000'),
    branch.told('speak', `${branch.address}:5060`, `${hq.address}:5060`, '10', '500', '1000'),
    branch.told('speak', `${branch.address}:9999`, `${hq.address}:9998`, '10', '500', '1000'),
  ]);
  const packets = await seen();
  const marks = (port: number) => [...new Set(packets.filter(({ from }) => from === port).map(({ dscp }) => dscp))];
  // RFC 2474, RFC 3246: expedited forwarding is 46; class selector 3 is 24.
  expect({ voice: marks(20_000), sip: marks(5_060), data: marks(9_999) }).toEqual({ voice: [46], sip: [24], data: [0] });
}); // prettier-ignore

test('B-11: the filter lets in whom it should, shuts out who scans or floods, and says so', async ({ skip }) => {
  if (!places) return skip('no network namespaces');
  apply(branch, { node: { servesOutside: true } });
  const listener = branch.party('listen', branch.address, '22,5060,8090,8443');
  await listener.begun();
  const open = async (from: NetPlace) =>
    (await from.told<{ open: number[] }>('knock', branch.address, '22,5060,8090,8443')).open;
  expect(await open(stranger)).toEqual([5060, 8090]);
  expect(await open(hq)).toEqual([22, 5060, 8090]);
  // A carrier that rings often is no flood.
  const often = await hq.told<{ answers: number }>('ask', branch.address, '5060', '150', '100');
  expect(often.answers).toBeGreaterThan(140);

  const watch = branch.spawn([process.execPath, door, 'box', 'watch', '--state', join(folder, branch.name)]);
  const intrusions = () =>
    JSON.parse(readFileSync(join(folder, branch.name, 'intrusions.json'), 'utf8')) as { counts: { scans: number; floods: number }; shutOut: string[] };
  const ports = Array.from({ length: 40 }, (_, index) => 1_000 + index).join();
  await stranger.told('knock', branch.address, ports);
  expect(await open(stranger)).toEqual([]);
  await until('the scan to be told', () => intrusions().shutOut.includes(stranger.address), 30_000);
  expect(intrusions().counts.scans).toBeGreaterThan(0);
  // What the node tells its centre of it, and does not of what was written long ago.
  expect(boxIntruders(join(folder, branch.name), Date.now())).toBe(1);
  expect(boxIntruders(join(folder, branch.name), Date.now() + 120_000)).toBe(0);
  expect(boxIntruders(join(folder, 'nowhere'), Date.now())).toBe(0);

  // Made anew, it has forgotten whom it shut out.
  apply(branch, { node: { servesOutside: true }, name: 'Branch again' });
  expect(await open(stranger)).toEqual([5060, 8090]);
  await stranger.told('ask', branch.address, '5060', '300', '200');
  expect(await open(stranger)).toEqual([]);
  await until('the flood to be told', () => intrusions().counts.floods > 0, 30_000);
  expect(intrusions().shutOut).toEqual([stranger.address]);
  expect(await open(hq)).toEqual([22, 5060, 8090]);
  watch.kill();
  listener.end();
}, 180_000); // prettier-ignore

test('B-11: on a full line voice is hardly later than on an empty one, which without the box it is', async ({ skip }) => {
  if (!places) return skip('no network namespaces');
  remove(branch);
  remove(hq);
  const bare = await delayOnFullLine(hq.address);
  apply(branch);
  apply(hq);
  const shaped = await delayOnFullLine(hq.address);
  const inTunnel = await delayOnFullLine('10.99.0.1');
  const told = ({ p50, p99, count }: Delay) => `${p50!.toFixed(0)} ms, 99 % within ${p99!.toFixed(0)} ms, ${count} of 150 heard`;
  console.log(`voice up a full line of ${upKbit} kbit/s: as it is ${told(bare)}; with the box ${told(shaped)}; in the tunnel ${told(inTunnel)}`);
  for (const one of [shaped, inTunnel]) {
    expect(one.p95!).toBeLessThan(bare.p50! / 3);
    expect(one.count).toBeGreaterThan(140);
  }
}, 180_000); // prettier-ignore

interface Delay {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** Of a voice of fifty packets a second beside twice the data the line can carry, once its queues have filled. */
async function delayOnFullLine(to: string): Promise<Delay> {
  const ear = hq.party('hear', '0.0.0.0', '20002');
  await ear.begun();
  const flood = branch.party('speak', '0.0.0.0:9999', `${to}:9998`, '100', '1300', '60000');
  await flood.begun();
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  await branch.told('speak', '0.0.0.0:20000', `${to}:20002`, '50', '172', '3000');
  flood.end();
  // What waits in the line's queue comes yet.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  ear.end();
  return (await ear.ended()) as Delay;
}

test('B-11: with tunnel, marks, filter and order a call is set up within 50 ms of what it takes bare', async ({ skip }) => {
  if (!places) return skip('no network namespaces');
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: [hq.address] });
  const tenant = fixture.tenant({ slug: 'demo', number: '+864008009001', agents: 1 });
  numberWith(tenant, queued, { kind: 'queue', queueId: fixture.queue(tenant).id });
  const data = mkdtempSync(join(folder, 'node-'));
  writeFileSync(join(data, 'config.json'), JSON.stringify(fixture.build()));
  const node = branch.spawn([process.execPath, nodeMain], {
    SEATGRID_NODE_DATA: data,
    SEATGRID_NODE_CONFIG_FILE: join(data, 'config.json'),
    SEATGRID_SIP_ADDRESS: branch.address,
    SEATGRID_RTP_PORTS: '20000-20399',
    SEATGRID_WEBRTC_PORTS: '30000-30009',
    SEATGRID_DESK_PORT: '0',
    SEATGRID_LOCAL_API_PORT: '0',
    SEATGRID_MEDIA_WORKERS: '1',
    SEATGRID_REHEARSED_CALLS: '0',
  });
  let said = '';
  node.stdout!.on('data', (part: Buffer) => (said += part.toString()));
  node.stderr!.on('data', (part: Buffer) => (said += part.toString()));
  await until(
    'the node',
    () => {
      if (node.exitCode !== null) throw new Error(said);
      return said.includes('{"ready"');
    },
    90_000,
  );
  const ring = () => hq.told<{ median: number }>('ring', hq.address, `${branch.address}:5060`, queued, '15');
  // The first calls of a node are slower than all others.
  await ring();
  remove(branch);
  const bare = await ring();
  apply(branch);
  const all = await ring();
  console.log(`a call is set up in ${bare.median.toFixed(0)} ms bare, in ${all.median.toFixed(0)} ms with all on (medians of 15)`);
  expect(all.median - bare.median).toBeLessThan(50);
}, 180_000); // prettier-ignore

interface Seen {
  readonly dscp: number;
  readonly from: number;
  readonly to: number;
}

/** UDP packets at an interface of a place, until they are asked for. */
async function capture(place: NetPlace, line: string, filter: string): Promise<() => Promise<Seen[]>> {
  const ended = await place.capture(line, filter, ['ip.dsfield.dscp', 'udp.srcport', 'udp.dstport']);
  return async () =>
    (await ended()).map((row) => {
      const [dscp, from, to] = row.map(Number) as [number, number, number];
      return { dscp, from, to };
    });
}
