import { expect, test } from 'vitest';
import { wavFile } from './wav-file.ts';

test('pieces of a microphone’s sound follow one another in one file, cut at full scale', async () => {
  const wav = wavFile([new Float32Array([0, 0.5]), new Float32Array([-1, 2])], 48_000);
  expect(wav.type).toBe('audio/wav');
  const octets = Buffer.from(await wav.arrayBuffer());
  expect(octets.toString('latin1', 0, 4) + octets.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect([octets.readUInt32LE(4), octets.readUInt32LE(24), octets.readUInt32LE(40)]).toEqual([44, 48_000, 8]);
  expect([0, 1, 2, 3].map((index) => octets.readInt16LE(44 + 2 * index))).toEqual([
    0, 0x3fff, -0x7fff, 0x7fff,
  ]);
});
