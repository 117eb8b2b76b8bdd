/** Pages for fax tests: drawn from a seed, written as TIFF, and read back by libtiff's own program. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { readTiffPages } from '@seatgrid/media/fax/read-tiff-pages.ts';
import { createSeededRandom } from './seeded-random.ts';

/** The width of every fax page. */
export const faxColumns = 1_728;
const rowOctets = faxColumns / 8;

/** Black and white, a bit a pixel: bars as of text, and a little dirt, so that no two rows are alike. */
export function drawFaxPage({ seed, rows }: { readonly seed: number; readonly rows: number }): Uint8Array {
  const random = createSeededRandom(seed);
  const page = new Uint8Array(rowOctets * rows);
  for (let row = 0; row < rows; row++) {
    const dirt = random.bytes(2);
    page[row * rowOctets + (dirt[0]! % rowOctets)] = dirt[1]!;
    if (row % 16 > 9) continue;
    for (let octet = 8; octet < rowOctets - 8; octet++)
      if ((Math.floor(octet / 5) + Math.floor(row / 16) + seed) % 3 === 0)
        page[row * rowOctets + octet] = 0xff;
  }
  return page;
}

/** Uncompressed: whoever sends it compresses it itself. */
export function writeFaxTiff(path: string, pages: readonly Uint8Array[]): void {
  const parts: Buffer[] = [Buffer.from('II*\0\0\0\0\0', 'latin1')];
  let octets = parts[0]!.length;
  let linkAt = 4;
  const link = (at: number) => {
    let before = 0;
    for (const part of parts) {
      if (linkAt < before + part.length) return void part.writeUInt32LE(at, linkAt - before);
      before += part.length;
    }
  };
  pages.forEach((page, place) => {
    const rows = page.length / rowOctets;
    const perInch = Buffer.alloc(16);
    [204, 1, 196, 1].forEach((value, index) => perInch.writeUInt32LE(value, 4 * index));
    const directoryAt = octets + page.length + perInch.length;
    const directory = directoryOf([
      [254, long, 2], [256, long, faxColumns], [257, long, rows], [258, short, 1], [259, short, 1], [262, short, 0],
      [266, short, 1], [273, long, octets], [277, short, 1], [278, long, rows], [279, long, page.length],
      [282, fraction, octets + page.length], [283, fraction, octets + page.length + 8], [296, short, 2],
      [297, short, place | (pages.length << 16), 2],
    ]); // prettier-ignore
    link(directoryAt);
    parts.push(Buffer.from(page), perInch, directory);
    octets = directoryAt + directory.length;
    linkAt = octets - 4;
  });
  writeFileSync(path, Buffer.concat(parts));
}

const [short, long, fraction] = [3, 4, 5];

function directoryOf(entries: readonly (readonly [number, number, number, number?])[]): Buffer {
  const directory = Buffer.alloc(2 + 12 * entries.length + 4);
  directory.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, type, value, count = 1], index) => {
    const at = 2 + 12 * index;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(count, at + 4);
    directory.writeUInt32LE(value, at + 8);
  });
  return directory;
}

/** The pixels of every page of a fax, a bit each, as a foreign program unpacks them. */
export function readFaxPixels(path: string): Uint8Array[] {
  const plain = `${path}.plain`;
  const run = spawnSync('tiffcp', ['-c', 'none', '-f', 'msb2lsb', '-r', '100000', path, plain], {
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`tiffcp: ${run.stderr || String(run.error)}`);
  const pages = readTiffPages(readFileSync(plain));
  if (!pages.ok) throw new Error(pages.failure);
  return pages.value.map(({ data }) => new Uint8Array(data));
}
