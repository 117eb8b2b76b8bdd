/**
 * CPU of what can be done with one frame of 20 ms: codecs, concealment, jitter buffer, digits, tones. Each also as a share of the
 * calibration, by which machines and hours compare. `node bench/sound.ts [--quick]`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { DigitDetector } from '@seatgrid/media/audio/dtmf/digit-detector.ts';
import { FrameMender } from '@seatgrid/media/audio/frame-mender.ts';
import { aLaw, decodeG711, encodeG711, muLaw } from '@seatgrid/media/audio/g711.ts';
import { G722Edge } from '@seatgrid/media/audio/g722/g722-edge.ts';
import { progressTone } from '@seatgrid/media/audio/progress/progress-tone.ts';
import { ToneRecogniser } from '@seatgrid/media/audio/progress/tone-recogniser.ts';
import { digitTone } from '@seatgrid/media/audio/tones.ts';
import { OpusEdge } from '@seatgrid/media/audio/opus/opus-edge.ts';
import { frameMs, frameSamples } from '@seatgrid/media/frame.ts';
import { JitterBuffer } from '@seatgrid/media/rtp/jitter-buffer.ts';
import { makeVoice } from '@seatgrid/testkit/voice-maker.ts';
import { calibrate, median } from './rig/calibrate.ts';

const core = 0;
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const rounds = values.quick ? 3 : 7;
const framesPerRound = values.quick ? 5_000 : 20_000;
/** Kinds of sound differ for what only looks closely at what might be a digit. */
const seconds = 4;

function repeated(cycle: Int16Array): Int16Array {
  return Int16Array.from({ length: seconds * 8_000 }, (_, index) => cycle[index % cycle.length]!);
}

const sounds = {
  voice: makeVoice({ durationMs: 1_000 * seconds }),
  keys: repeated(digitTone('5', 80, 80)!),
  busy: repeated(progressTone('busy', 'us')),
};
const codes = new Uint8Array(sounds.voice.length);
encodeG711(muLaw, sounds.voice, codes);
const frames = sounds.voice.length / frameSamples;
const scratchCodes = new Uint8Array(frameSamples);
const scratchSamples = new Int16Array(frameSamples);
const frameOf = <Kind extends Int16Array | Uint8Array>(all: Kind, index: number) =>
  all.subarray((index % frames) * frameSamples, ((index % frames) + 1) * frameSamples) as Kind;

const jitter = new JitterBuffer(muLaw.silence);
const mender = new FrameMender();
const edge = new G722Edge();
const octets = new Uint8Array(frameSamples);
const opus = new OpusEdge({ takesCorrection: true, isConstantRate: false, bitRateMax: 24_000 });
const opusPackets = Array.from({ length: frames }, (_, index) => {
  octets.set(frameOf(codes, index));
  return octets.slice(0, opus.encode(octets, 0));
});
const digits = new DigitDetector();
const recogniser = new ToneRecogniser('us');

const cases: Readonly<Record<string, (index: number) => void>> = {
  'G.711 decoded': (index) => decodeG711(muLaw, frameOf(codes, index), scratchSamples),
  'G.711 encoded': (index) => encodeG711(aLaw, frameOf(sounds.voice, index), scratchCodes),
  'jitter buffer, in and out': (index) => {
    const nowMs = index * frameMs;
    jitter.put(
      { timestamp: index * frameSamples, payloadStart: 0, payloadEnd: frameSamples },
      frameOf(codes, index),
      nowMs,
    );
    jitter.pull(scratchCodes, nowMs);
  },
  'nothing to mend': (index) => {
    mender.next();
    mender.codes.set(frameOf(codes, index));
    mender.mend(muLaw, 0);
  },
  'every other frame mended': (index) => {
    mender.next();
    mender.codes.set(frameOf(codes, index));
    mender.mend(muLaw, index % 2 === 0 ? 3 : 0);
  },
  'G.722 to G.711': () => void edge.decode(octets, { from: 0, to: frameSamples }, scratchCodes),
  'G.711 to G.722': (index) => {
    octets.set(frameOf(codes, index));
    edge.encode(octets, 0);
  },
  'Opus to G.711': (index) => {
    const packet = opusPackets[index % frames]!;
    opus.decode(packet, { from: 0, to: packet.length }, scratchCodes);
  },
  'G.711 to Opus': (index) => {
    octets.set(frameOf(codes, index));
    opus.encode(octets, 0);
  },
  'digits looked for in a voice': (index) => void digits.feed(frameOf(sounds.voice, index)),
  'digits found': (index) => void digits.feed(frameOf(sounds.keys, index)),
  'line tones, voice': (index) => void recogniser.feed(frameOf(sounds.voice, index)),
  'line tones, busy': (index) => void recogniser.feed(frameOf(sounds.busy, index)),
};

const calibrationMs = calibrate(core);
const rows = Object.entries(cases).map(([name, work]) => {
  let index = 0;
  const round = () => {
    const before = process.cpuUsage();
    for (let frame = 0; frame < framesPerRound; frame++) work(index++);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / framesPerRound;
  };
  // The first is the compiler's.
  round();
  const microseconds = median(Array.from({ length: rounds }, round));
  return { name, microseconds, perCalibration: (microseconds * 1_000) / calibrationMs };
});

console.log(`Calibration ${calibrationMs.toFixed(0)} ms of CPU; ${cpus()[0]!.model}\n`);
console.log(`${'a frame of 20 ms'.padEnd(32)}${'µs'.padStart(8)}   per 1,000 of calibration`);
for (const { name, microseconds, perCalibration } of rows)
  console.log(
    `${name.padEnd(32)}${microseconds.toFixed(2).padStart(8)}${perCalibration.toFixed(1).padStart(16)}`,
  );

const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('sound.json', folder),
  `${JSON.stringify({ calibrationMs, cpu: cpus()[0]!.model, rows }, null, 2)}\n`,
);
