import { expect, test } from 'vitest';
import { frameMs, frameSamples } from '../frame.ts';
import { jitterDepthFramesMax, jitterSurplusWindowFrames } from '../limits.ts';
import { JitterBuffer } from './jitter-buffer.ts';

const silence = 0xff;
const frame = new Uint8Array(frameSamples);
let nowMs = 1_764_000_000_000;

/** A frame whose every code is its number. */
function put(buffer: JitterBuffer, number: number, samples = frameSamples, base = 0): void {
  putCodes(buffer, (base + number * frameSamples) >>> 0, new Uint8Array(samples).fill(number));
}

function putCodes(buffer: JitterBuffer, timestamp: number, codes: Uint8Array, translate?: Uint8Array): void {
  buffer.put({ timestamp, payloadStart: 0, payloadEnd: codes.length }, codes, nowMs, translate);
}

/** What a pull gives: the number, `-` for nothing, `?` for a frame to be concealed. */
function pull(buffer: JitterBuffer): string {
  const outcome = buffer.pull(frame, nowMs);
  nowMs += frameMs;
  return outcome === 'idle' ? '-' : outcome === 'missing' ? '?' : String(frame[0]);
}

/** Each word: numbers put, then one pull. */
function run(buffer: JitterBuffer, script: string): string {
  return script
    .split(' ')
    .map((word) => {
      for (const number of word.split(',').filter((part) => part !== '.')) put(buffer, Number(number));
      return pull(buffer);
    })
    .join(' ');
}

test.each([
  ['two frames are gathered, then one plays each turn', '1 2 3 4 . .', '- 1 2 3 4 ?'],
  ['order and duplicates do not matter', '2 1 1,4 3 . .', '- 1 2 3 4 ?'],
  ['a lost frame is asked to be concealed in its place', '1 2 4 5 6', '- 1 2 ? 4'],
  ['a frame that comes late is played all the same, later', '1 2 . . 3 4 5', '- 1 2 ? 3 4 5'],
  ['a burst after a stall is played out whole', '1 2 . . 3,4,5 6 7', '- 1 2 ? 3 4 5'],
  ['a duplicate of what was played changes nothing', '1 2 1,3 4', '- 1 2 3'],
  [
    'a source that pauses goes idle and is gathered anew',
    '1 2 . . . . . . . 50 51',
    '- 1 2 ? ? ? ? ? - - 50',
  ],
])('%s', (_, script, played) => {
  expect(run(new JitterBuffer(silence), script)).toBe(played);
});

test('timestamps may wrap', () => {
  const buffer = new JitterBuffer(silence);
  const heard: string[] = [];
  for (let number = 1; number <= 6; number++) {
    put(buffer, number, frameSamples, 0x1_0000_0000 - 3 * frameSamples - 7);
    heard.push(pull(buffer));
  }
  expect(heard).toEqual(['-', '1', '2', '3', '4', '5']);
});

test.each([80, 240, 480])('packets of %i samples become frames of twenty milliseconds', (samples) => {
  const buffer = new JitterBuffer(silence);
  let sent = 0;
  let received = 0;
  for (let turn = 0; turn < 60; turn++) {
    for (; sent < (turn + 1) * frameSamples; sent += samples)
      putCodes(buffer, sent, new Uint8Array(samples).fill(5));
    const outcome = buffer.pull(frame, nowMs);
    nowMs += frameMs;
    expect(outcome).not.toBe('missing');
    if (outcome === 'received') received += 1;
  }
  expect(received).toBeGreaterThan(52);
});

test('codes are translated on their way in', () => {
  const buffer = new JitterBuffer(silence);
  const table = Uint8Array.from({ length: 256 }, (_, code) => code ^ 0x55);
  putCodes(buffer, 0, new Uint8Array(frameSamples).fill(1), table);
  pull(buffer);
  putCodes(buffer, frameSamples, new Uint8Array(frameSamples).fill(1), table);
  expect(pull(buffer)).toBe(String(1 ^ 0x55));
});

test('a far end whose clock runs fast or slow is followed without end', () => {
  for (const skew of [0.998, 1.002]) {
    const buffer = new JitterBuffer(silence);
    let sent = 0;
    let missing = 0;
    for (let turn = 0; turn < 20_000; turn++) {
      while (sent * skew < turn) {
        put(buffer, sent);
        sent += 1;
      }
      if (pull(buffer) === '?') missing += 1;
      expect(buffer.bufferedSamples).toBeLessThanOrEqual((jitterDepthFramesMax + 1) * frameSamples);
    }
    expect(missing).toBeLessThan(60);
  }
});

test('delay grown in a bad moment is given back when calm lasts', () => {
  const buffer = new JitterBuffer(silence);
  let sent = 0;
  const step = (count: number) => {
    for (let index = 0; index < count; index++, sent++)
      putCodes(buffer, sent * frameSamples, new Uint8Array(frameSamples).fill(silence));
    return pull(buffer);
  };
  step(1);
  step(1);
  for (let index = 0; index < 4; index++) step(0);
  step(5);
  expect(buffer.bufferedSamples).toBeGreaterThan(3 * frameSamples);
  for (let index = 0; index < 6 * jitterSurplusWindowFrames; index++) step(1);
  expect(buffer.bufferedSamples).toBeLessThanOrEqual(2 * frameSamples);
});
