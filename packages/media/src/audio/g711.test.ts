import { expect, test } from 'vitest';
import { hasItuVectors, ituWords } from '../../test/itu-vectors.ts';
import { aLaw, decodeG711, encodeG711, muLaw, type G711Codec } from './g711.ts';

const hasVectors = hasItuVectors('g711');
const none = { inputs: 65_536, codes: 0, samples: 0, samplesOfOneCall: 0 };

/** Inputs whose codes, or whose samples after decoding, are not those of the files. */
function mismatches(codec: G711Codec, law: 'a' | 'u') {
  const source = ituWords('g711/sweep.src');
  const codes = new Uint8Array(source.length);
  const samples = new Int16Array(source.length);
  encodeG711(codec, source, codes);
  decodeG711(codec, codes, samples);
  const differs = (file: string, got: ArrayLike<number>) => {
    const wanted = ituWords(`g711/${file}`);
    return wanted.filter((word, index) => word !== got[index]).length;
  };
  return {
    inputs: source.length,
    codes: differs(`sweep-r.${law}`, codes),
    samples: differs(`sweep-r.re${law}`, samples),
    samplesOfOneCall: differs(`sweep-r.${law}-${law}`, samples),
  };
}

test.skipIf(!hasVectors)(
  'µ-law agrees with ITU-T G.191 on all 65,536 inputs: encoded, decoded, and both in one',
  () => {
    expect(mismatches(muLaw, 'u')).toEqual(none);
  },
);

test.skipIf(!hasVectors)(
  'A-law agrees with ITU-T G.191 on all 65,536 inputs: encoded, decoded, and both in one',
  () => {
    expect(mismatches(aLaw, 'a')).toEqual(none);
  },
);

test('from one law to the other is what decoding and encoding again would give, for every code', () => {
  for (const [from, to] of [
    [muLaw, aLaw],
    [aLaw, muLaw],
  ] as const) {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
    const samples = new Int16Array(256);
    const again = new Uint8Array(256);
    decodeG711(from, codes, samples);
    encodeG711(to, samples, again);
    expect(from.toOther).toEqual(again);
  }
});

test('a code decoded and encoded again is the same code, but for the two µ-law zeros', () => {
  for (const codec of [muLaw, aLaw]) {
    const changed: number[] = [];
    codec.samples.forEach((sample, code) => {
      if (codec.codes[sample & 0xffff] !== code) changed.push(code);
    });
    expect(changed).toEqual(codec === muLaw ? [0x7f] : []);
  }
});

test('silence is near zero in both laws and stays silence across them', () => {
  expect(muLaw.samples[muLaw.silence]).toBe(0);
  expect(aLaw.samples[aLaw.silence]).toBe(8);
  expect(muLaw.toOther[muLaw.silence]).toBe(aLaw.silence);
});
