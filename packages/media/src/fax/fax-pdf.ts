/** A fax as PDF: each page of Group 4 laid in as it is, since PDF knows that compression itself (ISO 32000-1 §7.4.6). */
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { readTiffPages, type TiffPage } from './read-tiff-pages.ts';

const group4 = 4;
const pointsPerInch = 72;

export function faxPdf(tiff: Uint8Array): Result<Uint8Array, string> {
  const pages = readTiffPages(tiff);
  if (!pages.ok) return pages;
  if (pages.value.length === 0) return failure('it has no page');
  if (pages.value.some((page) => page.compression !== group4)) return failure('a page is not of Group 4');
  return success(writePdf(pages.value));
}

/** Objects: 1 the catalogue, 2 the pages, then three for each page: itself, what is drawn on it, the image. */
function writePdf(pages: readonly TiffPage[]): Uint8Array {
  const objects: Uint8Array[] = [
    text('<< /Type /Catalog /Pages 2 0 R >>'),
    text(`<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, page) => `${objectOf(page)} 0 R`).join(' ')}] >>`),
    ...pages.flatMap((page, place) => pageObjects(page, objectOf(place))),
  ]; // prettier-ignore
  const parts: Uint8Array[] = [text('%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n')];
  let octets = parts[0]!.length;
  const add = (part: Uint8Array) => {
    parts.push(part);
    octets += part.length;
  };
  const places = objects.map((object, index) => {
    const at = octets;
    add(text(`${index + 1} 0 obj\n`));
    add(object);
    add(text('\nendobj\n'));
    return at;
  });
  const tableAt = octets;
  const rows = places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`);
  add(text(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}`));
  add(text(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${tableAt}\n%%EOF\n`));
  return Buffer.concat(parts);
}

const objectOf = (page: number) => 3 + 3 * page;

function pageObjects(page: TiffPage, own: number): Uint8Array[] {
  const width = points(page.columns, page.columnsPerInch);
  const height = points(page.rows, page.rowsPerInch);
  // In the octets of Group 4 the first pixel is the highest bit.
  const data = page.isLowestBitFirst ? page.data.map((octet) => mirrored[octet]!) : page.data;
  const parameters = `<< /K -1 /Columns ${page.columns} /Rows ${page.rows} /BlackIs1 ${!page.isZeroWhite} >>`;
  return [
    text(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents ${own + 1} 0 R /Resources << /XObject << /Page ${own + 2} 0 R >> >> >>`),
    stream('', text(`q ${width} 0 0 ${height} 0 0 cm /Page Do Q`)),
    stream(`/Type /XObject /Subtype /Image /Width ${page.columns} /Height ${page.rows} /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms ${parameters}`, data),
  ]; // prettier-ignore
}

function points(pixels: number, perInch: number): string {
  return ((pixels * pointsPerInch) / (perInch || 200)).toFixed(2);
}

function stream(facts: string, data: Uint8Array): Uint8Array {
  return Buffer.concat([text(`<< ${facts} /Length ${data.length} >>\nstream\n`), data, text('\nendstream')]);
}

function text(words: string): Uint8Array {
  return Buffer.from(words, 'latin1');
}

const mirrored = Uint8Array.from({ length: 256 }, (_, octet) => {
  let turned = 0;
  for (let bit = 0; bit < 8; bit++) if (octet & (1 << bit)) turned |= 0x80 >> bit;
  return turned;
});
