/** The torture messages of RFC 4475 and RFC 5118 with their verdicts, from the folder of test data. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(process.env.SEATGRID_DATA ?? '../shared/data', 'sip-torture');

export const hasTortureData = existsSync(join(folder, 'rfc4475_verdicts.csv'));

export interface TortureMessage {
  readonly name: string;
  readonly octets: Buffer;
  readonly verdict: string;
  /** What an endpoint should do, in the words of the verdict file. */
  readonly expected: string;
}

export function tortureMessages(rfc: '4475' | '5118'): TortureMessage[] {
  if (!hasTortureData) {
    console.warn(`SKIPPED: torture messages of RFC ${rfc}: no test data in ${folder} (set SEATGRID_DATA)`);
    return [];
  }
  const [header = '', ...lines] = readFileSync(join(folder, `rfc${rfc}_verdicts.csv`), 'utf8')
    .trim()
    .split('\n');
  const columns = cellsOf(header);
  const at = (cells: string[], column: string): string => cells[columns.indexOf(column)] ?? '';
  return lines.map(cellsOf).map((cells) => ({
    name: at(cells, 'name'),
    octets: readFileSync(join(folder, at(cells, 'file'))),
    verdict: at(cells, 'parser_verdict'),
    expected: at(cells, 'endpoint_expected') || at(cells, 'expected'),
  }));
}

/** What became of a request: its status, an INVITE handed to the node, or nothing at all. */
export type TortureOutcome = number | 'call' | 'silence';

/** Does an outcome satisfy what the verdict file says in words: `400 (UDP)`, `process normally`, `discard silently`? */
export function satisfiesVerdict(expected: string, outcome: TortureOutcome): boolean {
  const statuses = Array.from(expected.matchAll(/\b[1-6]\d\d\b/g), ([status]) => Number(status));
  if (outcome === 'silence') return /discard|drop|treat as/.test(expected);
  if (outcome === 'call') return /process/.test(expected);
  return statuses.includes(outcome) || (outcome === 200 && /process/.test(expected));
}

/** RFC 5118's files end lines with LF alone, and two lack the blank line; their Content-Length counts other line ends. */
export function wireForm(octets: Buffer): Buffer {
  const text = octets
    .toString('latin1')
    .replace(/\r?\n/g, '\r\n')
    .replace(/Content-Length: *\d+\r\n/i, '');
  return Buffer.from(text.includes('\r\n\r\n') ? text : `${text.trimEnd()}\r\n\r\n`, 'latin1');
}

function cellsOf(line: string): string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );
}
