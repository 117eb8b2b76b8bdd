/** Test vectors of the ITU-T Software Tool Library (G.191), from the folder of test data. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(process.env['SEATGRID_DATA'] ?? '../shared/data', 'codec');

export function hasItuVectors(kind: 'g711' | 'g711plc' | 'g722'): boolean {
  const isPresent = existsSync(join(folder, kind));
  if (!isPresent)
    console.warn(`SKIPPED: ITU-T G.191 vectors not found in ${join(folder, kind)} (set SEATGRID_DATA)`);
  return isPresent;
}

/** Signed words, least significant octet first. */
export function ituWords(path: string): Int16Array {
  const octets = readFileSync(join(folder, path));
  return Int16Array.from({ length: octets.length / 2 }, (_, index) => octets.readInt16LE(2 * index));
}
