import { expect, test } from 'vitest';
import { findTones } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { hasItuVectors, ituWords } from '../../../test/itu-vectors.ts';
import { G722Decoder } from './g722-decoder.ts';
import { G722Encoder } from './g722-encoder.ts';

const hasVectors = hasItuVectors('g722');

test.skipIf(!hasVectors)('the encoder agrees with ITU-T G.191 on every octet of its speech', () => {
  const speech = ituWords('g722/inpsp.bin');
  const octets = new Uint8Array(speech.length / 2);
  new G722Encoder().encode(speech, octets, 0);
  const wanted = ituWords('g722/codspw.cod');
  expect(wanted).toHaveLength(48_768);
  expect(wanted.filter((word, index) => word !== octets[index])).toHaveLength(0);
});

test.skipIf(!hasVectors)(
  'the decoder agrees with ITU-T G.191 on every sample, in all three modes and whatever the packets’ length',
  () => {
    const octets = Uint8Array.from(ituWords('g722/codspw.cod'));
    for (const mode of [1, 2, 3] as const) {
      const decoder = new G722Decoder(mode);
      const samples = new Int16Array(2 * octets.length);
      for (let from = 0; from < octets.length; from += 160) {
        const to = Math.min(from + 160, octets.length);
        decoder.decode(octets, from, to, samples.subarray(2 * from));
      }
      const wanted = ituWords(`g722/outsp${mode}.bin`);
      expect(wanted.filter((sample, index) => sample !== samples[index])).toHaveLength(0);
    }
  },
);

test('no sequence of octets makes it leave its bounds', () => {
  const decoder = new G722Decoder();
  const samples = new Int16Array(512);
  for (let round = 0; round < 200; round++) {
    const octets = Uint8Array.from({ length: 256 }, (_, index) => (index * (2 * round + 1)) ^ round);
    decoder.decode(octets, 0, 256, samples);
  }
  // After the storm it decodes sound again.
  const tone = makeTone({ frequencyHz: 1_000, durationMs: 400, sampleRateHz: 16_000 });
  const octets = new Uint8Array(tone.length / 2);
  new G722Encoder().encode(tone, octets, 0);
  const heard = new Int16Array(tone.length);
  decoder.decode(octets, 0, octets.length, heard);
  const half = heard.subarray(3_200).filter((_, index) => index % 2 === 0);
  expect(findTones(half, { frequenciesHz: [500, 1_000, 2_000] })).toEqual([1_000]);
});
