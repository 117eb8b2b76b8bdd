import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { findTones, toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { convertPrompt } from './convert-prompt.ts';
import { aLaw, encodeG711, muLaw } from './g711.ts';
import { digitFrequencies, digitTone } from './tones.ts';
import { readTelephoneWav, readWav, writeWav } from './wav.ts';

interface FileShape {
  readonly tag: number;
  readonly bits: number;
  readonly channels: number;
  readonly rateHz: number;
  readonly sound: Uint8Array;
  /** What the data chunk claims; its true size by default. */
  readonly claimedOctets?: number;
  /** A chunk between format and sound. */
  readonly hasNote?: boolean;
}

function wavFile({ tag, bits, channels, rateHz, sound, claimedOctets, hasNote }: FileShape): Uint8Array {
  const format = Buffer.alloc(24);
  format.write('fmt ', 0);
  format.writeUInt32LE(16, 4);
  format.writeUInt16LE(tag, 8);
  format.writeUInt16LE(channels, 10);
  format.writeUInt32LE(rateHz, 12);
  format.writeUInt32LE((rateHz * channels * bits) / 8, 16);
  format.writeUInt16LE((channels * bits) / 8, 20);
  format.writeUInt16LE(bits, 22);
  const data = Buffer.alloc(8);
  data.write('data', 0);
  data.writeUInt32LE(claimedOctets ?? sound.length, 4);
  const note = hasNote === true ? Buffer.from('LIST\x03\x00\x00\x00abc\x00', 'latin1') : Buffer.alloc(0);
  const head = Buffer.alloc(12);
  head.write('RIFF', 0);
  head.writeUInt32LE(4 + format.length + note.length + data.length + sound.length, 4);
  head.write('WAVE', 8);
  return Buffer.concat([head, format, note, data, sound]);
}

const toneHz = 650;

/** A second of tone in the given encoding; the right channel of two is silent. */
function encoded(tag: number, bits: number, channels: number, rateHz: number): Uint8Array {
  const tone = makeTone({ frequencyHz: toneHz, durationMs: 1_000, sampleRateHz: rateHz });
  const width = bits / 8;
  const sound = Buffer.alloc(tone.length * channels * width, bits === 8 && tag === 1 ? 128 : 0);
  if (tag === 6 || tag === 7) {
    const codec = tag === 6 ? aLaw : muLaw;
    sound.fill(codec.silence);
    const codes = new Uint8Array(tone.length);
    encodeG711(codec, tone, codes);
    codes.forEach((code, index) => sound.writeUInt8(code, index * channels));
    return sound;
  }
  tone.forEach((sample, index) => {
    const at = index * channels * width;
    if (tag === 3 && bits === 32) sound.writeFloatLE(sample / 0x8000, at);
    else if (tag === 3) sound.writeDoubleLE(sample / 0x8000, at);
    else if (bits === 8) sound.writeUInt8(128 + (sample >> 8), at);
    else sound.writeIntLE(sample * 2 ** (bits - 16), at, width);
  });
  return sound;
}

test.each([
  [1, 8, 1, 8_000],
  [1, 16, 1, 22_050],
  [1, 16, 2, 44_100],
  [1, 24, 2, 48_000],
  [1, 32, 1, 16_000],
  [3, 32, 2, 48_000],
  [3, 64, 1, 11_025],
  [6, 8, 1, 8_000],
  [7, 8, 2, 8_000],
])(
  'format %i with %i bits, %i channels, %i Hz becomes a prompt with the same tone',
  (tag, bits, channels, rateHz) => {
    const converted = convertPrompt(
      wavFile({ tag, bits, channels, rateHz, sound: encoded(tag, bits, channels, rateHz), hasNote: true }),
    );
    if (!converted.ok) throw new Error(converted.failure.detail);
    const { wav, durationMs, source } = converted.value;
    expect({ durationMs, source }).toEqual({ durationMs: 1_000, source: { sampleRateHz: rateHz, channels } });
    const samples = readTelephoneWav(wav);
    if (!samples.ok) throw new Error(samples.failure.detail);
    expect(samples.value.length).toBe(8_000);
    expect(toneAmplitude(samples.value.subarray(800, 7_200), toneHz)).toBeCloseTo(0.25 / channels, 2);
  },
);

test('what lies above half the telephone rate is taken away, not folded back', () => {
  const sound = makeTone({ frequencyHz: 5_000, durationMs: 1_000, sampleRateHz: 48_000 });
  const converted = convertPrompt(writeWav(sound, 48_000));
  if (!converted.ok) throw new Error(converted.failure.detail);
  const samples = readTelephoneWav(converted.value.wav);
  if (!samples.ok) throw new Error(samples.failure.detail);
  expect(toneAmplitude(samples.value, 3_000)).toBeLessThan(0.25 / 3_000);
});

test('a file from a pipe, which claims more than there is, is read as far as it goes', () => {
  const sound = encoded(1, 16, 1, 8_000);
  const read = readWav(
    wavFile({ tag: 1, bits: 16, channels: 1, rateHz: 8_000, sound, claimedOctets: 0x7fff_f000 }),
  );
  expect(read.ok && read.value.channels[0]!.length).toBe(8_000);
});

test.each([
  [
    'an MP3',
    Buffer.from('ID3\x04aaaaaaaaaaaaaaaa', 'latin1'),
    'not-wav',
    /an MP3 file; accepted is WAV with PCM/,
  ],
  ['an Ogg', Buffer.from('OggS\0aaaaaaaaaaaaaaaa', 'latin1'), 'not-wav', /an Ogg file/],
  ['an M4A', Buffer.from('\0\0\0\x20ftypM4A aaaaaaaa', 'latin1'), 'not-wav', /MP4 or M4A/],
  ['nothing', Buffer.alloc(0), 'not-wav', /an empty file/],
  ['text', Buffer.from('hello, this is text'), 'not-wav', /not a WAV file/],
  [
    'ADPCM',
    wavFile({ tag: 2, bits: 4, channels: 1, rateHz: 8_000, sound: Buffer.alloc(9) }),
    'unsupported-format',
    /format 2/,
  ],
  [
    'six channels',
    wavFile({ tag: 1, bits: 16, channels: 6, rateHz: 48_000, sound: Buffer.alloc(24) }),
    'unsupported-format',
    /6 channels/,
  ],
  [
    'an absurd rate',
    wavFile({ tag: 1, bits: 16, channels: 1, rateHz: 1, sound: Buffer.alloc(24) }),
    'unsupported-format',
    /1 Hz/,
  ],
  [
    'no sound',
    wavFile({ tag: 1, bits: 16, channels: 1, rateHz: 8_000, sound: Buffer.alloc(0) }),
    'no-sound',
    /no sound/,
  ],
  [
    'a stump',
    wavFile({ tag: 1, bits: 16, channels: 1, rateHz: 8_000, sound: Buffer.alloc(8) }).subarray(0, 30),
    'malformed',
    /cut short/,
  ],
])('%s is refused with what would do', (_, octets, code, detail) => {
  const read = convertPrompt(octets);
  expect(read.ok).toBe(false);
  if (read.ok) return;
  expect(read.failure.code).toBe(code);
  expect(read.failure.detail).toMatch(detail);
});

test('any octets at all are read or refused, never thrown at', () => {
  const good = wavFile({
    tag: 1,
    bits: 16,
    channels: 1,
    rateHz: 8_000,
    sound: encoded(1, 16, 1, 8_000).subarray(0, 64),
  });
  let seed = 7;
  for (let round = 0; round < 5_000; round++) {
    const bad = Uint8Array.from(good);
    for (let change = 0; change < 3; change++) {
      seed = (seed * 48_271) % 0x7fff_ffff;
      bad[seed % bad.length] = seed >> 8;
    }
    expect(typeof readWav(bad.subarray(0, seed % good.length)).ok).toBe('boolean');
  }
});

test('speech of the system’s synthesiser becomes a prompt', ({ skip }) => {
  let speech: Buffer;
  try {
    speech = execFileSync('espeak-ng', ['--stdout', '-v', 'en', 'Welcome'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    console.warn('SKIPPED: espeak-ng is not here');
    skip();
    return;
  }
  const converted = convertPrompt(speech);
  if (!converted.ok) throw new Error(converted.failure.detail);
  expect(converted.value.source.sampleRateHz).toBe(22_050);
  expect(converted.value.durationMs).toBeGreaterThan(300);
});

test('each key sounds as its two tones, and no key is none', () => {
  const all = [697, 770, 852, 941, 1_209, 1_336, 1_477, 1_633];
  for (const key of '0123456789*#ABCD')
    expect(findTones(digitTone(key, 100, 50)!.subarray(0, 800), { frequenciesHz: all })).toEqual(
      digitFrequencies(key),
    );
  expect(digitTone('x', 100, 50)).toBeUndefined();
  expect(digitTone('', 100, 50)).toBeUndefined();
});
