/**
 * CPU of a media worker with sound: what a second of a call costs when it is relayed, recorded, mixed, or hears music. The worker
 * has core 0, the far ends core 1. `node bench/media.ts [--calls 100] [--seconds 10]`
 */
import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createMediaEngine, type LegStatistics, type MediaCall, type MediaEngine } from '@seatgrid/media';
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { calibrate } from './rig/calibrate.ts';
import { measureMixer } from './rig/mixer-alone.ts';
import { cpuSeconds } from './rig/process-cpu.ts';
import type { FromSource, ToSource } from './rig/rtp-source.ts';

const workerCore = 0;
const sourceCore = 1;
const warmUpMs = 3_000;

interface Case {
  readonly name: string;
  readonly legs: number;
  /** Packets the worker sends for each it is sent. */
  readonly packetsOutPerIn: number;
  arrange(call: MediaCall, index: number): void;
}

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '100' }, seconds: { type: 'string', default: '10' } },
});
const calls = Number(values.calls);
const seconds = Number(values.seconds);
const folder = mkdtempSync(join(tmpdir(), 'bench-media-'));
const music = join(folder, 'music.wav');
writeFileSync(music, writeWav(makeTone({ frequencyHz: 400, durationMs: 10_000 }), 8_000));

const two = [
  { leg: '0', hears: ['1'] },
  { leg: '1', hears: ['0'] },
];
const cases: readonly Case[] = [
  { name: 'relayed', legs: 2, packetsOutPerIn: 1, arrange: (call) => call.setHears(two) },
  {
    name: 'relayed, recorded',
    legs: 2,
    packetsOutPerIn: 1,
    arrange(call, index) {
      call.setHears(two);
      call.record({ path: join(folder, `two-${index}.wav`), left: '0' });
    },
  },
  {
    name: 'three mixed, recorded',
    legs: 3,
    packetsOutPerIn: 1,
    arrange(call, index) {
      call.setHears([
        { leg: '0', hears: ['1', '2'] },
        { leg: '1', hears: ['0', '2'] },
        { leg: '2', hears: ['0', '1'] },
      ]);
      call.record({ path: join(folder, `three-${index}.wav`), left: '0' });
    },
  },
  {
    name: 'one in a queue, music',
    legs: 1,
    packetsOutPerIn: 1,
    arrange: (call) => call.setHears([{ leg: '0', hears: [{ music: [music] }] }]),
  },
];

interface Row {
  readonly name: string;
  readonly cpuShare: number;
  readonly msPerCallSecond: number;
  readonly usPerPacket: number;
  readonly missing: number;
  readonly concealed: number;
  readonly sourceLateMs: number;
}

const calibrationMs = calibrate(workerCore);
const rows: Row[] = [];
const source = fork(fileURLToPath(new URL('./rig/rtp-source.ts', import.meta.url)), { execArgv: [] });
try {
  const [ready] = (await once(source, 'message')) as [Extract<FromSource, { kind: 'ready' }>];
  pin(source.pid!, sourceCore);
  for (const one of cases) rows.push(await measure(one, source, ready.ports));
} finally {
  source.disconnect();
  rmSync(folder, { recursive: true });
}
tell(rows);
const apart = [
  ['relayed', { rows: [['1'], ['0']], isRecorded: false }],
  ['relayed, recorded', { rows: [['1'], ['0']], isRecorded: true }],
  [
    'three mixed, recorded',
    {
      rows: [
        ['1', '2'],
        ['0', '2'],
        ['0', '1'],
      ],
      isRecorded: true,
    },
  ],
] as const;
console.log('\nOf this our own code, without the system’s sends and receives:');
for (const [name, one] of apart) console.log(`  ${name}: ${measureMixer(one).toFixed(2)} µs / leg-frame`);
console.log(
  `  (one datagram sent and received on loopback: ${(await datagramMicroseconds()).toFixed(1)} µs)`,
);

/** A fresh engine for each case, so that none inherits another's garbage. */
async function measure(one: Case, far: ChildProcess, farPorts: readonly number[]): Promise<Row> {
  const engine = await createMediaEngine({
    workers: 1,
    bindAddress: '127.0.0.1',
    ports: { from: 20_000, to: 20_000 + 2 * one.legs * calls + 200 },
    webrtcPorts: { from: 19_999, to: 19_999 },
    listener: { onWorkerLost: ({ cause }) => console.error(`the media worker was lost: ${cause}`) },
  });
  const [pid] = engine.load().pids as [number];
  pin(pid, workerCore);
  const ports: number[] = [];
  const opened: {
    readonly call: MediaCall;
    readonly statistics: () => Promise<LegStatistics>;
  }[] = [];
  for (let index = 0; index < calls; index++) {
    const call = await openCall(engine, index);
    for (let leg = 0; leg < one.legs; leg++) {
      const made = await openLeg(call, String(leg));
      made.answer(sdpOf(farPorts[ports.length % farPorts.length]!));
      ports.push(made.localPort);
      opened.push({ call, statistics: () => made.statistics() });
    }
    one.arrange(call, index);
  }
  far.send({ kind: 'send', ports } satisfies ToSource);
  await pause(warmUpMs);
  const before = await totalsOf(opened);
  await count(far);
  const cpuBefore = cpuSeconds(pid);
  const startedMs = performance.now();
  await pause(seconds * 1_000);
  const used = cpuSeconds(pid) - cpuBefore;
  const wallSeconds = (performance.now() - startedMs) / 1_000;
  const { sent, received, lateMsMax } = await count(far);
  const after = await totalsOf(opened);
  far.send({ kind: 'send', ports: [] } satisfies ToSource);
  await engine.close();
  return {
    name: one.name,
    cpuShare: used / wallSeconds,
    msPerCallSecond: (used * 1_000) / wallSeconds / calls,
    usPerPacket: (used * 1e6) / (after.packetsIn - before.packetsIn),
    missing: 1 - received / (sent * one.packetsOutPerIn),
    concealed: after.concealed - before.concealed,
    sourceLateMs: lateMsMax,
  };
}

/** The pool of bound ports is refilled while calls come; a burst waits for it. */
async function openCall(engine: MediaEngine, index: number): Promise<MediaCall> {
  for (;;) {
    const call = engine.openCall(`call-${index}`, {
      onDigit() {},
      onSilent() {},
      onRecorded() {},
      onRecordingFailed: ({ detail }) => console.error(`a recording failed: ${detail}`),
      onFailed: ({ cause }) => console.error(`a call failed: ${cause}`),
    });
    if (call.kind === 'call') return call;
    await pause(20);
  }
}

async function openLeg(call: MediaCall, key: string) {
  for (;;) {
    const leg = call.openRtpLeg({ key });
    if (leg.kind === 'rtp') return leg;
    await pause(20);
  }
}

async function totalsOf(legs: readonly { readonly statistics: () => Promise<LegStatistics> }[]) {
  const all = await Promise.all(legs.map(({ statistics }) => statistics()));
  return {
    concealed: all.reduce((sum, { concealed }) => sum + concealed, 0),
    packetsIn: all.reduce((sum, { packetsIn }) => sum + packetsIn, 0),
  };
}

async function count(far: ChildProcess): Promise<Extract<FromSource, { kind: 'counted' }>> {
  far.send({ kind: 'count' } satisfies ToSource);
  const [counted] = (await once(far, 'message')) as [Extract<FromSource, { kind: 'counted' }>];
  return counted;
}

/** The system's own price, which no code of ours lowers. */
async function datagramMicroseconds(): Promise<number> {
  const socket = createSocket({
    type: 'udp4',
    lookup: (address, _options, found) => found(null, address, 4),
  });
  let received = 0;
  socket.on('message', () => (received += 1));
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', () => bound()));
  const { port } = socket.address();
  const packet = Buffer.alloc(172);
  const before = process.cpuUsage();
  for (let round = 0; round < 400; round++) {
    for (let index = 0; index < 25; index++) socket.send(packet, port, '127.0.0.1');
    await new Promise((turn) => setImmediate(turn));
  }
  const { user, system } = process.cpuUsage(before);
  socket.close();
  return (user + system) / received;
}

function sdpOf(port: number): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0 101`,
    'a=rtpmap:101 telephone-event/8000',
    '',
  ].join('\r\n');
}

function pin(pid: number, core: number): void {
  if (cpus().length < 2) return;
  try {
    execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
  } catch {
    console.warn('taskset is not here: the worker and the far ends share cores as they come');
  }
}

function tell(found: readonly Row[]): void {
  console.log(
    `Calibration ${calibrationMs.toFixed(0)} ms of CPU; ${cpus()[0]!.model}; ${calls} calls, ${seconds} s each\n`,
  );
  if (found.some(({ missing }) => missing > 0.02))
    console.log(
      'The worker did not get the time it needed: neighbours on its core. Trust the last table, not this one.\n',
    );
  const heads = [
    'case',
    'of a core',
    'ms / call-second',
    'µs / leg-frame',
    'not returned',
    'concealed',
    'source late',
  ];
  const lines = found.map((row) => [
    row.name,
    `${(100 * row.cpuShare).toFixed(1)} %`,
    row.msPerCallSecond.toFixed(2),
    row.usPerPacket.toFixed(1),
    `${(100 * Math.max(0, row.missing)).toFixed(2)} %`,
    String(row.concealed),
    `${row.sourceLateMs.toFixed(0)} ms`,
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...lines.map((line) => line[column]!.length)),
  );
  for (const line of [heads, ...lines])
    console.log(
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('   '),
    );
}
