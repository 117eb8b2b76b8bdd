import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ownLoopback } from '@seatgrid/testkit/own-loopback.ts';
import { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { readWav } from '../audio/wav.ts';
import { workerIdleSecondsMax, workerSilentSecondsMax } from '../limits.ts';
import { createMediaEngine } from './create-media-engine.ts';
import type { MediaCallListener, MediaEngineOptions, MediaRefusal } from './media-engine.ts';

const deaf: MediaCallListener = { onDigit: () => {}, onSilent: () => {}, onRecorded: () => {} };

function options(from: number, to: number, more: Partial<MediaEngineOptions> = {}): MediaEngineOptions {
  return {
    workers: 1,
    bindAddress: ownLoopback,
    ports: { from, to },
    webrtcPorts: { from: 24_690, to: 24_699 },
    listener: { onWorkerLost: ({ cause }) => expect.fail(cause) },
    ...more,
  };
}

function mustBeOpen<Thing extends { kind: string }>(thing: Thing | MediaRefusal): Thing {
  if (thing.kind === 'refused') throw new Error((thing as MediaRefusal).detail);
  return thing as Thing;
}

/** proc(5): a process that ended but that nobody has collected is a Z, as orphans stay where process 1 collects none. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('legs beyond the last port are refused as values, and a port given back serves again', async () => {
  const engine = await createMediaEngine(options(24_601, 24_605));
  expect(engine.load().portsFree).toBe(2);
  const call = mustBeOpen(engine.openCall('one', deaf));
  const legs = [mustBeOpen(call.openRtpLeg({ key: 'a' })), mustBeOpen(call.openRtpLeg({ key: 'b' }))];
  expect(legs.map(({ localPort }) => localPort)).toEqual([24_602, 24_604]);
  expect(call.openRtpLeg({ key: 'c' })).toMatchObject({ kind: 'refused', reason: 'no-ports' });
  expect(engine.openCall('two', deaf)).toMatchObject({ kind: 'refused', reason: 'no-ports' });
  call.close();
  await vi.waitFor(() => expect(engine.load().portsFree).toBe(2), { timeout: 5_000 });
  expect(call.openRtpLeg({ key: 'd' })).toMatchObject({ kind: 'refused', reason: 'closed' });
  await engine.close();
  expect(engine.openCall('three', deaf)).toMatchObject({ kind: 'refused', reason: 'closed' });
});

test('ports another program holds are left out; with none left the engine says so', async () => {
  const squatter = createSocket('udp4');
  squatter.bind(24_612, ownLoopback);
  await once(squatter, 'listening');
  const engine = await createMediaEngine(options(24_610, 24_615));
  expect(engine.load().portsFree).toBe(2);
  await engine.close();
  await expect(createMediaEngine(options(24_612, 24_613))).rejects.toThrow(
    `no UDP port from 24612 to 24613 could be bound on ${ownLoopback}`,
  );
  squatter.close();
});

test('ports for which there were no descriptors are not lost: they serve when there are some again', async () => {
  const engine = await createMediaEngine(options(24_700, 25_099));
  const [pid] = engine.load().pids as [number];
  const prlimit = (...about: string[]) =>
    spawnSync('prlimit', ['--pid', String(pid), ...about], { encoding: 'utf8' }).stdout.trim();
  const usual = prlimit('--nofile', '--output', 'SOFT', '--noheadings');
  expect(Number(usual)).toBeGreaterThan(200);
  const open = readdirSync(`/proc/${pid}/fd`).length;
  prlimit(`--nofile=${open + 10}:`);
  const call = mustBeOpen(engine.openCall('many', deaf));
  const before = engine.load().portsFree;
  const legsMax = 32;
  for (let leg = 0; leg < legsMax; leg++) mustBeOpen(call.openRtpLeg({ key: String(leg) }));
  const other = mustBeOpen(engine.openCall('more', deaf));
  const last = mustBeOpen(other.openRtpLeg({ key: 'a' }));
  // When it answers it has looked for as many others, in vain.
  await last.statistics();
  expect(engine.load().portsFree).toBe(before - legsMax - 1);
  prlimit(`--nofile=${usual}:`);
  await vi.waitFor(() => expect(engine.load().portsFree).toBeGreaterThanOrEqual(before), { timeout: 10_000 });
  await engine.close();
});

test('closing leaves no socket and no process', async () => {
  const engine = await createMediaEngine(options(24_620, 24_629, { workers: 2 }));
  const { pids } = engine.load();
  expect(pids.every(isAlive)).toBe(true);
  mustBeOpen(mustBeOpen(engine.openCall('open', deaf)).openRtpLeg({ key: 'a' }));
  await engine.close();
  expect(pids.some(isAlive)).toBe(false);
  const again = createSocket('udp4');
  again.bind(24_620, ownLoopback);
  await once(again, 'listening');
  again.close();
});

test('a worker that dies is told of with its calls, nothing waits for ever, and another takes its place', async () => {
  const lost: { callKeys: readonly string[]; cause: string }[] = [];
  const engine = await createMediaEngine(
    options(24_630, 24_649, { workers: 2, listener: { onWorkerLost: (event) => void lost.push(event) } }),
  );
  const first = mustBeOpen(engine.openCall('first', deaf));
  const second = mustBeOpen(engine.openCall('second', deaf));
  const leg = mustBeOpen(first.openRtpLeg({ key: 'a' }));
  const other = mustBeOpen(second.openRtpLeg({ key: 'a' }));
  const victim = engine.load().pids[0]!;
  process.kill(victim, 'SIGKILL');
  const asked = leg.statistics();
  await vi.waitFor(() => expect(lost).toHaveLength(1), { timeout: 5_000 });
  expect(lost[0]).toEqual({ callKeys: ['first'], cause: 'the media worker ended with SIGKILL' });
  expect((await asked).packetsIn).toBe(0);
  expect((await other.statistics()).codec).toBe('PCMU');
  expect(first.openRtpLeg({ key: 'b' })).toMatchObject({ kind: 'refused', reason: 'closed' });
  await vi.waitFor(() => expect(engine.load().portsFree).toBe(9), { timeout: 10_000 });
  expect(mustBeOpen(mustBeOpen(engine.openCall('third', deaf)).openRtpLeg({ key: 'a' })).kind).toBe('rtp');
  await engine.close();
});

test('a worker that hangs is ended and told of with its calls, one that is busy without any without, and others take their place', async () => {
  const lost: { callKeys: readonly string[]; cause: string }[] = [];
  // The first worker does what nobody asked of it, for nine tenths of its time.
  const turning =
    'const turn = () => { const until = Date.now() + 45; while (Date.now() < until); setTimeout(turn, 5); }; turn();';
  const asked = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = `--import=data:text/javascript,${encodeURIComponent(turning)}`;
  const engine = await createMediaEngine(
    options(24_680, 24_685, { listener: { onWorkerLost: (event) => void lost.push(event) } }),
  );
  if (asked === undefined) delete process.env['NODE_OPTIONS'];
  else process.env['NODE_OPTIONS'] = asked;
  await vi.waitFor(() => expect(lost).toHaveLength(1), { timeout: 2_000 * workerIdleSecondsMax });
  expect(lost[0]).toEqual({
    callKeys: [],
    cause: `it was busy for ${workerIdleSecondsMax} s without a call`,
  });
  await vi.waitFor(() => expect(engine.load().portsFree).toBe(3), { timeout: 10_000 });
  const call = mustBeOpen(engine.openCall('hung', deaf));
  mustBeOpen(call.openRtpLeg({ key: 'a' }));
  process.kill(engine.load().pids[0]!, 'SIGSTOP');
  await vi.waitFor(() => expect(lost).toHaveLength(2), { timeout: 2_000 * workerSilentSecondsMax });
  expect(lost[1]).toEqual({ callKeys: ['hung'], cause: `it said nothing for ${workerSilentSecondsMax} s` });
  await vi.waitFor(() => expect(engine.load().portsFree).toBe(3), { timeout: 10_000 });
  await engine.close();
}, 150_000);

/** With what the system has, and with nothing but what Node has: its sockets, and its channel to a worker. */
test.each(['best', 'plain'] as const)('a phone that falls silent is told of once (%s)', async (datagrams) => {
  const silent: string[] = [];
  const engine = await createMediaEngine(options(24_650, 24_659, { silenceMs: 1_000, datagrams }));
  const call = mustBeOpen(
    engine.openCall('quiet', { ...deaf, onSilent: ({ leg }) => void silent.push(leg) }),
  );
  const peer = await TestRtpPeer.open();
  const leg = mustBeOpen(call.openRtpLeg({ key: 'phone' }));
  const answer = leg.answer(peer.sdp());
  if (!answer.ok) throw new Error(answer.refusal.detail);
  peer.speak(makeTone({ frequencyHz: 400, durationMs: 1_000 }));
  peer.connect(answer.sdp);
  call.setHears([{ leg: 'phone', hears: [] }]);
  await peer.listen(1_500);
  expect(silent).toEqual([]);
  peer.speak(undefined);
  await peer.listen(4_000);
  expect(silent).toEqual(['phone']);
  await peer.close();
  await engine.close();
});

test('when the node is killed its worker brings the recording to an end and goes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'engine-life-'));
  const path = join(folder, 'talk.wav');
  const peer = await TestRtpPeer.open();
  peer.speak(makeTone({ frequencyHz: 400, durationMs: 1_000 }));
  const script = join(folder, 'node.mjs');
  await writeFile(
    script,
    `import { createMediaEngine } from ${JSON.stringify(new URL('./create-media-engine.ts', import.meta.url).href)};
     const engine = await createMediaEngine({
       workers: 1, bindAddress: '${ownLoopback}', ports: { from: 24660, to: 24669 },
       webrtcPorts: { from: 24670, to: 24670 }, listener: { onWorkerLost() {} },
     });
     const call = engine.openCall('doomed', { onDigit() {}, onSilent() {}, onRecorded() {} });
     const answer = call.openRtpLeg({ key: 'phone' }).answer(${JSON.stringify(peer.sdp())});
     call.setHears([{ leg: 'phone', hears: [] }]);
     call.record({ path: ${JSON.stringify(path)}, left: 'phone' });
     console.log(JSON.stringify({ sdp: answer.sdp, pid: engine.load().pids[0] }));`,
  );
  const node = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(node.stdout, 'data')) as [Buffer];
  const { sdp, pid } = JSON.parse(line.toString()) as { sdp: string; pid: number };
  peer.connect(sdp);
  await peer.listen(1_000);
  node.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 });
  const read = readWav(await readFile(path));
  if (!read.ok) throw new Error(read.failure.detail);
  const header = await readFile(path);
  expect(header.readUInt32LE(54)).toBe(header.length - 58);
  expect(read.value.channels[0]!.length).toBeGreaterThan(7_000);
  await peer.close();
  await rm(folder, { recursive: true });
});
