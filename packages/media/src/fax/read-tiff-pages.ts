/**
 * The pages of a TIFF file as fax programs write them: black and white, one strip a page. Read for their number, and so that each
 * can be laid into another document without being decoded.
 */
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { faxPagesMax } from '../limits.ts';

export interface TiffPage {
  readonly columns: number;
  readonly rows: number;
  readonly columnsPerInch: number;
  readonly rowsPerInch: number;
  /** 4 is Group 4 (T.6). */
  readonly compression: number;
  /** The first pixel of an octet is its lowest bit. */
  readonly isLowestBitFirst: boolean;
  readonly isZeroWhite: boolean;
  readonly data: Uint8Array;
}

/** TIFF 6.0 §2: the tags of a directory this reads. */
const tags = { columns: 256, rows: 257, compression: 259, zeroIs: 262, fillOrder: 266, strips: 273, stripOctets: 279, xPerInch: 282, yPerInch: 283, unit: 296 } as const; // prettier-ignore
const entryOctets = 12;
const directoryEntriesMax = 200;
const centimetre = 3;

export function readTiffPages(file: Uint8Array): Result<readonly TiffPage[], string> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const isLittle = file[0] === 0x49 && file[1] === 0x49;
  if (file.length < 8 || (!isLittle && !(file[0] === 0x4d && file[1] === 0x4d)))
    return failure('no TIFF file');
  try {
    const pages: TiffPage[] = [];
    const seen = new Set<number>();
    for (let at = view.getUint32(4, isLittle); at !== 0;) {
      if (seen.has(at) || pages.length >= faxPagesMax) return failure('its pages do not end');
      seen.add(at);
      const directory = readDirectory(view, at, isLittle);
      const page = pageOf(file, directory.values);
      if (!page.ok) return page;
      pages.push(page.value);
      at = directory.next;
    }
    return success(pages);
  } catch (error) {
    // A DataView's own word for what lies outside the file.
    if (error instanceof RangeError) return failure('it names places outside the file');
    throw error;
  }
}

function readDirectory(view: DataView, at: number, isLittle: boolean) {
  const entries = view.getUint16(at, isLittle);
  if (entries > directoryEntriesMax) throw new RangeError();
  const values = new Map<number, { readonly value: number; readonly count: number }>();
  for (let index = 0; index < entries; index++) {
    const entry = at + 2 + index * entryOctets;
    const type = view.getUint16(entry + 2, isLittle);
    const place = entry + 8;
    values.set(view.getUint16(entry, isLittle), {
      count: view.getUint32(entry + 4, isLittle),
      value: type === 3 ? view.getUint16(place, isLittle) : type === 5 ? rational(view, view.getUint32(place, isLittle), isLittle) : view.getUint32(place, isLittle), // prettier-ignore
    });
  }
  return { values, next: view.getUint32(at + 2 + entries * entryOctets, isLittle) };
}

function rational(view: DataView, at: number, isLittle: boolean): number {
  return view.getUint32(at, isLittle) / Math.max(1, view.getUint32(at + 4, isLittle));
}

function pageOf(
  file: Uint8Array,
  values: ReadonlyMap<number, { readonly value: number; readonly count: number }>,
): Result<TiffPage, string> {
  const of = (tag: number, otherwise: number) => values.get(tag)?.value ?? otherwise;
  if ((values.get(tags.strips)?.count ?? 0) !== 1) return failure('a page is cut into strips');
  const start = of(tags.strips, 0);
  const octets = of(tags.stripOctets, 0);
  if (start + octets > file.length) return failure('a page lies outside the file');
  const perUnit = of(tags.unit, 2) === centimetre ? 2.54 : 1;
  return success({
    columns: of(tags.columns, 0),
    rows: of(tags.rows, 0),
    columnsPerInch: of(tags.xPerInch, 204) * perUnit,
    rowsPerInch: of(tags.yPerInch, 196) * perUnit,
    compression: of(tags.compression, 1),
    isLowestBitFirst: of(tags.fillOrder, 1) === 2,
    isZeroWhite: of(tags.zeroIs, 0) === 0,
    data: file.subarray(start, start + octets),
  });
}
