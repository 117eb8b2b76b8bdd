import { expect, test } from 'vitest';
import { framesWithoutTone, largestStep } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { hasItuVectors, ituWords } from '../../test/itu-vectors.ts';
import { frameSamples } from '../frame.ts';
import { aLaw, decodeG711, encodeG711, muLaw, type G711Codec } from './g711.ts';
import { FrameMender } from './frame-mender.ts';
import { concealmentSamples, historySamples, LossConcealer } from './loss-concealer.ts';

const hasVectors = hasItuVectors('g711plc');
const appendixDelaySamples = 30;
/** ITU-T G.192: the word that says a frame was lost. */
const lostWord = 0x6b20;

/** Appendix I whole: its delay line lets the tail before a gap be bent as well. */
function appendixOne(speech: Int16Array, isLost: (frame: number) => boolean): Int16Array {
  const concealer = new LossConcealer();
  const history = new Int16Array(historySamples);
  const output = new Int16Array(speech.length);
  for (let frame = 0; frame * concealmentSamples < speech.length; frame++) {
    const at = frame * concealmentSamples;
    const samples = speech.slice(at, at + concealmentSamples);
    if (isLost(frame)) {
      const isFirst = !concealer.isConcealing;
      concealer.conceal(history, samples);
      if (isFirst) history.set(Int16Array.from(concealer.tail), historySamples - concealer.tail.length);
    } else if (concealer.isConcealing) concealer.recover(samples);
    history.copyWithin(0, concealmentSamples);
    history.set(samples, historySamples - concealmentSamples);
    const end = historySamples - appendixDelaySamples;
    output.set(history.subarray(end - concealmentSamples, end), at);
  }
  return output;
}

test.skipIf(!hasVectors).each([
  ['one frame in ten lost', 'fe10.g192', 'f2_10.raw'],
  ['two frames in twenty lost, in a row', 'fe10_2.g192', 'f2_10_2.raw'],
])('%s: every sample is that of ITU-T G.191, give or take one', (_, pattern, wantedFile) => {
  const speech = ituWords('g711plc/f2.le');
  const losses = ituWords(`g711plc/${pattern}`);
  const output = appendixOne(speech, (frame) => losses[frame % losses.length] === lostWord);
  // The file has the delay taken out again.
  const wanted = ituWords(`g711plc/${wantedFile}`);
  const off = wanted
    .subarray(0, wanted.length - appendixDelaySamples)
    .map((sample, index) => Math.abs(sample - output[index + appendixDelaySamples]!));
  expect(Math.max(...off)).toBeLessThanOrEqual(1);
  // Theirs counts its weights in single precision, which rounds a sample in two hundred the other way.
  expect(off.filter((distance) => distance > 0).length).toBeLessThan(off.length / 150);
});

/** What a listener hears of `sound` when frames of 20 ms, or halves of them, are missing. */
function mended(codec: G711Codec, sound: Int16Array, missingHalves: (frame: number) => number): Int16Array {
  const mender = new FrameMender();
  mender.reset(codec.silence);
  const heard = new Int16Array(sound.length);
  for (let at = 0; at + frameSamples <= sound.length; at += frameSamples) {
    mender.next();
    const halves = missingHalves(at / frameSamples);
    encodeG711(codec, sound.subarray(at, at + frameSamples), mender.codes);
    for (let half = 0; half < 2; half++)
      if ((halves & (1 << half)) !== 0)
        mender.codes.fill(codec.silence, half * concealmentSamples, (half + 1) * concealmentSamples);
    mender.mend(codec, halves);
    decodeG711(codec, mender.codes, heard.subarray(at));
  }
  return heard;
}

test.each([muLaw, aLaw])('a tone with lost frames has neither hole nor click: $law', (codec) => {
  const tone = makeTone({ frequencyHz: 400, durationMs: 4_000 });
  for (const halves of [1, 2, 3]) {
    const heard = mended(codec, tone, (frame) => (frame % 10 === 9 ? halves : 0));
    expect(framesWithoutTone(heard, 400, 0.1)).toEqual([]);
    expect(largestStep(heard)).toBeLessThan(1.35 * largestStep(tone));
  }
});

test('a long gap fades to silence within 60 ms, and sound comes back over 10 ms', () => {
  const tone = makeTone({ frequencyHz: 400, durationMs: 1_000 });
  const heard = mended(muLaw, tone, (frame) => (frame >= 20 && frame < 25 ? 3 : 0));
  const loudest = (fromMs: number, toMs: number) =>
    heard.subarray(fromMs * 8, toMs * 8).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  expect(loudest(400, 410)).toBeGreaterThan(6_000);
  expect(loudest(450, 459)).toBeLessThan(3_000);
  expect(loudest(460, 500)).toBe(0);
  expect(loudest(510, 530)).toBeGreaterThan(7_500);
});

test('frames without loss leave as they came', () => {
  const tone = makeTone({ frequencyHz: 1_000, durationMs: 400 });
  const codes = new Uint8Array(tone.length);
  const samples = new Int16Array(tone.length);
  encodeG711(aLaw, tone, codes);
  decodeG711(aLaw, codes, samples);
  expect(mended(aLaw, tone, () => 0)).toEqual(samples);
});
