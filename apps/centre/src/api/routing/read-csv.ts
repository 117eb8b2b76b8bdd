/** A table as spreadsheets write it (RFC 4180): commas or, where none stand in the first line, semicolons or tabs; quotes doubled. */
export interface CsvLine {
  /** Counted from 1; of the line it begins on. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Lines without anything are left out. Text that is not UTF-8 is read as GB 18030, which Chinese spreadsheets write. */
export function readCsv(octets: Uint8Array): CsvLine[] {
  const text = decode(octets);
  const firstLine = /^[^\r\n]*/.exec(text)![0];
  const separator = [',', ';', '\t'].find((one) => firstLine.includes(one)) ?? ',';
  const lines: CsvLine[] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let line = 1;
  let beganOn = 1;
  const endCell = () => {
    cells.push(plain(cell.trim()));
    cell = '';
  };
  const endLine = () => {
    endCell();
    if (cells.some((one) => one !== '')) lines.push({ line: beganOn, cells });
    cells = [];
    beganOn = line;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '\n') line++;
    if (isQuoted) {
      // RFC 4180 §2.7: a quote inside a quoted field is written twice.
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') cell += text[++at]!;
      else isQuoted = false;
    } else if (char === '"' && cell.trim() === '') {
      cell = '';
      isQuoted = true;
    } else if (char === separator) endCell();
    else if (char === '\n') endLine();
    else if (char !== '\r') cell += char;
  }
  endLine();
  return lines;
}

function decode(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return new TextDecoder('gb18030').decode(octets);
  }
}

/** What spreadsheets are kept from running as a formula is written with a quote mark before it. */
function plain(cell: string): string {
  return /^'[=+\-@]/.test(cell) ? cell.slice(1) : cell;
}

export function writeCsv(rows: readonly (readonly string[])[]): Uint8Array {
  const text = rows.map((cells) => cells.map(quoted).join(',')).join('\r\n');
  return new TextEncoder().encode(`\uFEFF${text}\r\n`);
}

function quoted(cell: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(cell) && !/^[+-]?[\d\s.,]+$/.test(cell);
  const safe = isFormula ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
