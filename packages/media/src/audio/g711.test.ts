import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aLaw, decodeG711, encodeG711, muLaw, type G711Codec } from './g711.ts';

const folder = join(process.env['SEATGRID_DATA'] ?? '../shared/data', 'codec/g711');
const isPresent = existsSync(folder);
if (!isPresent) console.warn(`SKIPPED: ITU-T G.191 vectors not found at ${folder}`);

function words(name: string): Int16Array {
  const octets = readFileSync(join(folder, name));
  return Int16Array.from({ length: octets.length / 2 }, (_, index) => octets.readInt16LE(2 * index));
}

function mismatches(codec: G711Codec, codesFile: string, samplesFile: string) {
  const source = words('sweep.src');
  const codes = new Uint8Array(source.length);
  const samples = new Int16Array(source.length);
  encodeG711(codec, source, codes);
  decodeG711(codec, codes, samples);
  const wantedCodes = words(codesFile);
  const wantedSamples = words(samplesFile);
  return {
    inputs: source.length,
    codes: codes.filter((code, index) => code !== (wantedCodes[index]! & 0xff)).length,
    samples: samples.filter((sample, index) => sample !== wantedSamples[index]).length,
  };
}

test.skipIf(!isPresent)('µ-law agrees with ITU-T G.191 on all 65,536 inputs, encoded and decoded', () => {
  expect(mismatches(muLaw, 'sweep-r.u', 'sweep-r.reu')).toEqual({ inputs: 65_536, codes: 0, samples: 0 });
});

test.skipIf(!isPresent)('A-law agrees with ITU-T G.191 on all 65,536 inputs, encoded and decoded', () => {
  expect(mismatches(aLaw, 'sweep-r.a', 'sweep-r.rea')).toEqual({ inputs: 65_536, codes: 0, samples: 0 });
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
