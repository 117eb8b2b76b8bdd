import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ladder } from '@seatgrid/contracts/nouns/ladder.ts';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { CallId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { silentLog } from '../node-log.ts';
import { exampleNodeId, exampleTenantId, minimalConfig } from '../ledger/minimal-config.ts';
import { realClock } from '../runtime/real-clock.ts';
import { openCentreAccess, type CentreAccess } from './centre-access.ts';
import { eventsInFlightMin, nodeKeyAgeMaxMs } from './limits.ts';
import { enrolToken, StandingCentre } from './standing-centre.ts';
import { openUplinkUnderTest } from './uplink-under-test.ts';
import { ownTime } from '../../test/own-time.ts';

const tenantId = exampleTenantId as TenantId;
const random = createSeededRandom(11);
let folder: string;
let centre: StandingCentre;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-uplink-'));
  centre = new StandingCentre();
  await centre.listen();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await centre.close();
  rmSync(folder, { recursive: true, force: true });
});

async function until(what: string, isSo: () => boolean, limitMs = 30_000): Promise<void> {
  for (
    const deadlineMs = Date.now() + limitMs;
    !isSo();
    await new Promise((resolve) => setTimeout(resolve, 5))
  )
    if (Date.now() > deadlineMs) throw new Error(`never: ${what}`);
}

const laddered = '01890000-0000-7000-8000-000000000001' as CallId;
const ladderOf = (callId: CallId): Ladder => ({
  callId,
  node: { address: '127.0.0.1', port: 5060 },
  messages: [
    { atMs: 1_700_000_000_000, direction: 'in', protocol: 'udp', address: '127.0.0.2', port: 5060, leg: 'caller', sipCallId: 'a', text: 'BYE' },
  ],
  leftOut: 0,
}); // prettier-ignore

const access = (token: string | null = enrolToken): CentreAccess =>
  openCentreAccess({ url: centre.url, folder, enrolToken: token, clock: realClock });

function node(options: { centre?: CentreAccess; journalPath?: string } = {}) {
  const opened = openUplinkUnderTest({
    ...options,
    centre: options.centre ?? access(),
    folder,
    clock: realClock,
    random,
    tenantId,
    findLadder: (callId) => (callId === laddered ? ladderOf(callId) : undefined),
  });
  closing.push(() => opened.close());
  return opened;
}

const floorAt = (atMs: number): Floor => ({ atMs, queues: [], agents: [], calls: [], notices: [] });

test('enrols once with its token, keeps the key to itself, and is believed after a restart', async () => {
  const first = node();
  first.uplink.start();
  await until('the link is up', () => first.uplink.state() === 'up');
  expect(centre.ofKind('hello')).toEqual([
    { kind: 'hello', protocol: 1, product: 'Seatgrid test', generation: 0, sequence: 0, deskUrl: 'ws://127.0.0.1:1/desk', sipAddress: '127.0.0.1:5060', receivesFaxes: true },
  ]); // prettier-ignore
  expect(statSync(join(folder, 'node-key.json')).mode & 0o777).toBe(0o600);
  expect(await access(null).nodeId()).toBe(exampleNodeId);
  // The token is used up, and is the one this identity was bought with: it is not offered again.
  expect(await access(enrolToken).nodeId()).toBe(exampleNodeId);
});

test('says what is wrong with its identity: no token, a token the centre refuses, no centre, a damaged key', async () => {
  const codeOf = async (asked: CentreAccess) =>
    asked.nodeId().then(
      () => 'believed',
      (error: { code: string }) => error.code,
    );
  expect(await codeOf(access(null))).toBe('no-token');
  expect(await codeOf(access('another-token-of-some-length'))).toBe('refused');
  expect(
    await codeOf(openCentreAccess({ url: 'http://127.0.0.1:9', folder, enrolToken, clock: realClock })),
  ).toBe('unreachable');
  writeFileSync(join(folder, 'node-key.json'), '{}');
  expect(await codeOf(access())).toBe('key-unreadable');
});

test('a config reaches the ledger and is reported; an older one, another node’s and one of the future are refused', async () => {
  const { uplink, ledger } = node();
  uplink.start();
  await until('the link is up', () => uplink.state() === 'up');
  centre.send({ kind: 'config', config: minimalConfig({ generation: 4 }) });
  await until('it is applied', () => centre.ofKind('config-applied').length === 1);
  expect(ledger.current()?.generation).toBe(4);
  centre.send({ kind: 'config', config: minimalConfig({ generation: 3 }) });
  centre.send({ kind: 'config', config: { ...minimalConfig({ generation: 5 }), nodeId: exampleTenantId } });
  centre.send({ kind: 'config', config: { ...minimalConfig({ generation: 6 }), schema: 2 } });
  await until('they are refused', () => centre.ofKind('config-refused').length === 3);
  expect(centre.ofKind('config-refused').map(({ generation, why }) => [generation, why])).toEqual([
    [3, expect.stringContaining('not newer than generation 4')],
    [5, expect.stringContaining('meant for node')],
    [6, expect.stringContaining('update the node')],
  ]);
  expect(ledger.current()?.generation).toBe(4);
});

test('prompts are fetched by hash before the config counts as applied; one with a wrong hash is refused and not played', async () => {
  const good = Buffer.from('RIFF a good prompt');
  const sha256 = createHash('sha256').update(good).digest('hex');
  const file = (id: string, of: string, octets: number) =>
    ({ id, name: 'Welcome', kind: 'prompt', sha256: of, octets, durationMs: 10 }) as never;
  const [goodId, badId] = [
    '0199aa00-0000-7000-8000-00000000000a',
    '0199aa00-0000-7000-8000-00000000000b',
  ] as const;
  const badSha256 = 'b'.repeat(64);
  centre.prompts.set(sha256, good);
  centre.prompts.set(badSha256, good);
  const { uplink, prompts } = node();
  uplink.start();
  await until('the link is up', () => uplink.state() === 'up');
  const named = [file(goodId, sha256, good.length), file(badId, badSha256, good.length)];
  centre.send({ kind: 'config', config: minimalConfig({ generation: 1, prompts: named }) });
  await until('it is applied', () => centre.ofKind('config-applied').length === 1);
  const path = prompts.pathOf(tenantId, goodId as never);
  expect(readFileSync(path!)).toEqual(good);
  expect(prompts.pathOf(tenantId, badId as never)).toBeUndefined();
  expect(prompts.missing()).toBe(1);
  // What is here is not asked for again, and what a config stops naming is no longer missing.
  const asked = centre.promptRequests;
  centre.send({ kind: 'config', config: minimalConfig({ generation: 2, prompts: [named[0]!] }) });
  await until('it is applied', () => centre.ofKind('config-applied').length === 2);
  expect([centre.promptRequests, prompts.missing(), prompts.pathOf(tenantId, goodId as never)]).toEqual([
    asked,
    0,
    path,
  ]);
  expect(prompts.defaultMusic().map((music) => statSync(music).size > 400_000)).toEqual([true]);
});

test.each([1, 2, 3])(
  'whatever the line does, every event arrives and is stored once, in order (seed %i)',
  async (seed) => {
    const chance = createSeededRandom(seed);
    const { uplink, journal, record } = node();
    uplink.start();
    let recorded = 0;
    for (let fault = 0; fault < 6; fault++) {
      await until('the link is up', () => uplink.state() === 'up');
      const count = 1 + randomInteger(chance, 600);
      record(count);
      recorded += count;
      // Sometimes the centre dies after storing and before saying so, sometimes before storing.
      centre.intake = (['sound', 'silent', 'deaf'] as const)[randomInteger(chance, 3)]!;
      // Of what nobody acknowledges no more comes than may be under way.
      const arrivals = centre.arrived.length + randomInteger(chance, Math.min(count, eventsInFlightMin));
      await until('something arrived', () => centre.arrived.length > arrivals || journal.pending() === 0);
      centre.cut();
      centre.intake = 'sound';
      await until('the loss is noticed', () => uplink.state() === 'down');
      record(5);
      recorded += 5;
    }
    await until('all is acknowledged', () => journal.pending() === 0 && journal.committed === recorded);
    const stored = [...centre.stored.values()].map(({ sequence }) => sequence);
    expect(stored).toEqual(Array.from({ length: recorded }, (_, index) => index + 1));
    expect(centre.stored.size).toBe(recorded);
  },
);

test('a node that starts without the centre serves from its ledger, and tells everything when the centre comes', async () => {
  const reached = access();
  await reached.nodeId();
  const port = centre.port;
  await centre.close();
  const { uplink, journal, record } = node({ centre: reached });
  uplink.start();
  record(700);
  await journal.flush();
  expect([uplink.state(), journal.pending()]).toEqual(['down', 700]);
  const publicKey = centre.publicKey!;
  centre = new StandingCentre();
  centre.publicKey = publicKey;
  await centre.listen(port);
  await until('all is told', () => centre.stored.size === 700);
  expect(Math.max(...centre.ofKind('events').map(({ events }) => events.length))).toBeLessThanOrEqual(200);
});

test('a new journal under a known node goes on above what the centre has', async () => {
  centre.acknowledged = 5_000;
  const { uplink, journal, record } = node();
  record(3);
  uplink.start();
  await until('they are told', () => centre.stored.size === 3);
  expect([...centre.stored.values()].map(({ sequence }) => sequence)).toEqual([5_001, 5_002, 5_003]);
  record(1);
  await until('the next too', () => centre.stored.size === 4);
  expect(journal.committed).toBe(5_004);
});

test('a line that falls silent is noticed within three beats and replaced', async () => {
  const { uplink } = node();
  uplink.start();
  await until('the link is up', () => uplink.state() === 'up');
  const noticedAfterMs = ownTime();
  centre.freeze();
  await until('the loss is noticed', () => uplink.state() === 'down');
  expect(noticedAfterMs()).toBeLessThan(6_500);
  centre.isBeating = true;
  await until('a new line is up', () => uplink.state() === 'up' && centre.connections === 2);
  await until('it beats', () => centre.ofKind('beat').length > 0);
  expect(centre.ofKind('beat').at(-1)).toMatchObject({
    load: { main: 0.1, media: 0.2 },
    calls: 3,
    agentsSignedIn: 2,
    journalPending: 0,
  });
});

test('floors are coalesced, and nonsense from the centre does not end the link', async () => {
  const { uplink } = node();
  uplink.start();
  await until('the link is up', () => uplink.state() === 'up');
  for (const text of ['{', 'null', '{"kind":"of-the-future"}', '{"kind":"welcome"}']) centre.sendText(text);
  for (let atMs = 1; atMs <= 500; atMs++) uplink.sendFloor(tenantId, () => floorAt(atMs));
  await until('the last one is there', () => centre.ofKind('floor').at(-1)?.floor.atMs === 500);
  expect(centre.ofKind('floor').length).toBeLessThan(20);
  expect([uplink.state(), centre.connections]).toEqual(['up', 1]);
  await until('all nonsense was heard', () => uplink.traffic().received['unknown']?.messages === 4);
});

test('recordings are sent by range, and nothing outside their folder is', async () => {
  const { uplink, recordingsFolder } = node();
  mkdirSync(join(recordingsFolder, 'acme/2026-01-01'), { recursive: true });
  const octets = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index & 0xff));
  writeFileSync(join(recordingsFolder, 'acme/2026-01-01/call.mp3'), octets);
  symlinkSync(join(folder, 'node-key.json'), join(recordingsFolder, 'acme/link.mp3'));
  uplink.start();
  await until('the link is up', () => uplink.state() === 'up');
  const ask = (requestId: string, path: string, from = 0, to: number | null = null) =>
    centre.send({ kind: 'fetch-recording', requestId, path, from, to });
  const path = 'acme/2026-01-01/call.mp3';
  ask('whole', path);
  ask('middle', path, 1_000, 2_000);
  ask('beyond', path, 99_990, 200_000);
  ask('empty', path, 100_000);
  const strange = [
    '../node-key.json',
    'acme/../../node-key.json',
    '/etc/passwd',
    'acme/link.mp3',
    'acme',
    'none.mp3',
    '.open/x.json',
    'a\0b',
  ];
  strange.forEach((one, index) => ask(`strange-${index}`, one));
  ask('too far', path, 100_001);
  await until(
    'all are answered',
    () => centre.recordings.size + centre.ofKind('recording-missing').length === 13,
  );
  expect(centre.recordings.get('whole')?.octets.equals(octets)).toBe(true);
  expect(centre.recordings.get('middle')?.octets.equals(octets.subarray(1_000, 2_000))).toBe(true);
  expect(centre.recordings.get('beyond')?.octets.equals(octets.subarray(99_990))).toBe(true);
  expect(centre.recordings.get('empty')).toEqual({ octets: Buffer.alloc(0), fileOctets: 100_000 });
  expect(centre.ofKind('recording-missing')).toHaveLength(strange.length + 1);
});

test('a recording that is no longer what was recorded is not sent, whole or in part; put right, it is', async () => {
  const { uplink, recordingsFolder } = node();
  const octets = Buffer.alloc(200_000, 'sound');
  const sha256 = createHash('sha256').update(octets).digest('hex');
  const file = join(recordingsFolder, 'call.mp3');
  uplink.start();
  await until('the link is up', () => uplink.state() === 'up');
  const ask = async (requestId: string, from = 0, to: number | null = null) => {
    const answers = () => centre.recordings.size + centre.ofKind('recording-missing').length;
    const before = answers();
    centre.send({ kind: 'fetch-recording', requestId, path: 'call.mp3', from, to, sha256 });
    await until('the answer', () => answers() > before);
  };
  writeFileSync(file, octets);
  await ask('first', 10, 20);
  // One bit of it, as a tired disk would, and as somebody would who puts the time back.
  const { atime, mtime } = statSync(file);
  writeFileSync(file, Buffer.concat([octets.subarray(0, -1), Buffer.from('e')]));
  utimesSync(file, atime, mtime);
  await ask('changed');
  await ask('changed in part', 10, 20);
  writeFileSync(file, octets);
  await ask('again');
  expect([...centre.recordings.keys()]).toEqual(['first', 'again']);
  expect(centre.ofKind('recording-missing').map(({ requestId, why }) => [requestId, why])).toEqual([
    ['changed', 'the file here is not what was recorded'],
    ['changed in part', 'the file here is not what was recorded'],
  ]);
});

test('a call’s ladder is sent as JSON or pcap, and missed with a reason', async () => {
  const { uplink } = node();
  uplink.start();
  await until('the link is up', () => uplink.state() === 'up');
  const callId = '01890000-0000-7000-8000-000000000002' as CallId;
  centre.send({ kind: 'fetch-ladder', requestId: 'json', callId: laddered, format: 'json' });
  centre.send({ kind: 'fetch-ladder', requestId: 'pcap', callId: laddered, format: 'pcap' });
  centre.send({ kind: 'fetch-ladder', requestId: 'none', callId, format: 'json' });
  await until(
    'all are answered',
    () => centre.recordings.size + centre.ofKind('recording-missing').length === 3,
  );
  expect(JSON.parse(centre.recordings.get('json')!.octets.toString())).toEqual(ladderOf(laddered));
  expect(centre.recordings.get('pcap')!.octets.readUInt32LE(0)).toBe(0xa1b2c3d4);
  expect(centre.ofKind('recording-missing')).toMatchObject([{ requestId: 'none' }]);
});

test('a refused link is tried again, and comes up when the centre believes the node', async () => {
  const { uplink } = node();
  centre.refusesWith = 503;
  uplink.start();
  await until('it was enrolled', () => centre.isTokenUsed);
  expect(uplink.state()).toBe('down');
  centre.refusesWith = null;
  await until('the link is up', () => uplink.state() === 'up');
});

test('another key is made when the centre asks, and only it is believed once it was used; what got lost on the way is offered again', async () => {
  const { uplink } = node();
  uplink.start();
  await until('the link is up', () => uplink.state() === 'up');
  const first = centre.publicKey!.x;
  centre.isKeyAnswerLost = true;
  centre.send({ kind: 'change-key' });
  await until('another was offered', () => centre.nextPublicKey !== undefined);
  const offered = centre.nextPublicKey!.x;
  centre.cut();
  await until('a link of the old key is up', () => uplink.state() === 'up' && centre.connections === 2);
  expect([offered === first, centre.publicKey!.x, centre.nextPublicKey!.x]).toEqual([false, first, offered]);
  centre.isKeyAnswerLost = false;
  centre.send({ kind: 'change-key' });
  await until('the one that was offered is the only one', () => centre.publicKey!.x === offered);
  expect([centre.nextPublicKey, uplink.state(), centre.connections]).toEqual([undefined, 'up', 2]);
  centre.cut();
  await until('a link of the new key is up', () => centre.connections === 3);
  expect(statSync(join(folder, 'node-key.json')).mode & 0o777).toBe(0o600);
  expect(await access(null).authorization()).toMatch(/^Bearer ./);
});

test('a key of unknown age, and one of three months, is changed when the link is up; a younger one stays', async () => {
  const file = join(folder, 'node-key.json');
  await access().nodeId();
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { sinceMs?: number };
  for (const [sinceMs, isChanged] of [
    [undefined, true],
    [Date.now() - nodeKeyAgeMaxMs - 1, true],
    [Date.now() - nodeKeyAgeMaxMs + 60_000, false],
  ] as const) {
    const { sinceMs: _, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as typeof kept;
    writeFileSync(file, JSON.stringify({ ...rest, ...(sinceMs === undefined ? {} : { sinceMs }) }));
    const before = centre.publicKey!.x;
    const { uplink, close } = node({ centre: access(null), journalPath: join(folder, `${sinceMs}.sqlite`) });
    uplink.start();
    await until('the link is up', () => uplink.state() === 'up');
    if (isChanged) await until('the key is another', () => centre.publicKey!.x !== before);
    else expect(await access(null).isKeyOld()).toBe(false);
    await close();
    closing.pop();
  }
});

test('a node that is believed no longer says so, and how it becomes known again', async () => {
  const { uplink } = node();
  uplink.start();
  await until('the link is up', () => uplink.state() === 'up');
  expect(uplink.trouble()).toBeNull();
  centre.publicKey = undefined;
  centre.cut();
  await until('it is told why', () => uplink.trouble()?.includes('revoked') === true);
  expect(uplink.trouble()).toContain('SEATGRID_ENROL_TOKEN');
});

test('a node that is believed no longer is enrolled anew, while it runs, by a token laid into its folder; one that is refused is tried once', async () => {
  const said: string[] = [];
  const { uplink } = node();
  uplink.start();
  await until('the link is up', () => uplink.state() === 'up');
  const first = centre.publicKey!.x;
  centre.publicKey = undefined;
  centre.cut();
  await until('it is told why', () => uplink.trouble()?.includes('enrol-token') === true);
  const file = join(folder, 'enrol-token');
  writeFileSync(file, 'a-token-that-nobody-has-made\n');
  const log = { ...silentLog, warn: (_facts: object, what: string) => void said.push(what) };
  const own = openCentreAccess({ url: centre.url, folder, enrolToken, clock: realClock, log });
  for (let tries = 0; tries < 3; tries++) await own.nodeId();
  expect(said).toEqual(['the token in the data folder bought no identity']);
  expect(existsSync(file)).toBe(true);
  centre.isTokenUsed = false;
  writeFileSync(file, `${enrolToken}\n`);
  await until('the link is up again', () => uplink.state() === 'up');
  expect([uplink.trouble(), existsSync(file)]).toEqual([null, false]);
  expect(centre.publicKey!.x).not.toBe(first);
  // And after a start, whatever token it is started with.
  expect(await access(null).nodeId()).toBe(exampleNodeId);
});

test('what the line carries is told with the first beat of each link, and not with every one', async () => {
  const { uplink, record, journal } = node();
  uplink.start();
  await until('the link is up', () => uplink.state() === 'up');
  record(3);
  await journal.flush();
  await until('three beats', () => centre.ofKind('beat').length >= 3);
  const [first, ...others] = centre.ofKind('beat');
  expect(first!.traffic).toMatchObject({ callsEnded: 0 });
  expect(first!.traffic!.sent.map(({ kind }) => kind)).toContain('hello');
  expect(first!.traffic!.wireOctetsReceived).toBeGreaterThan(0);
  expect(others.filter(({ traffic }) => traffic !== undefined)).toEqual([]);
  centre.cut();
  await until('a beat of another link', () => centre.ofKind('beat').filter(({ traffic }) => traffic).length === 2);
  expect(centre.ofKind('beat').at(-1)!.traffic!.sent.find(({ kind }) => kind === 'hello')!.messages).toBe(2);
}); // prettier-ignore
