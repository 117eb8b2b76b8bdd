/**
 * A message while it is read: its text with the codes of its characters, and its lines as names and values with their places
 * (RFC 3261 §7.3). Knows no field's grammar. Called by `parse-message`.
 */
import { sipHeaderCharsMax, sipHeadersMax } from '../../limits.ts';
import { canonicalHeaderName, knownHeaderName, singleValued } from './header-name.ts';
import { isToken } from './scanner.ts';
import { codesOf, type CodedText } from './usual-form.ts';

export const crlf = '\r\n';

export interface Reading extends CodedText {
  readonly octets: Buffer;
  /** Of `octets`, where the body begins. */
  readonly bodyStart: number;
  /** `text` is the head at least: its first line begins at `start`, its last ends at `headEnd`. */
  readonly start: number;
  readonly headEnd: number;
  readonly isRequest: boolean;
  readonly names: string[];
  readonly values: string[];
  /** Where in `text` each value begins; `elsewhere` where it was put together. */
  readonly places: Int32Array;
  /** The first is the one that is told. */
  fault: string;
}

/** One text for all of it, whose places are those of the octets. */
export function asciiReading(octets: Buffer, text: string, start: number): Reading {
  const blank = text.indexOf('\r\n\r\n', start);
  const headEnd = blank < 0 ? text.length : blank;
  return readingOf(octets, blank < 0 ? headEnd : blank + 4, { text, codes: octets, start, headEnd });
}

export function utf8Reading(octets: Buffer, start: number): Reading {
  const blank = octets.indexOf('\r\n\r\n', start, 'latin1');
  const text = octets.toString('utf8', start, blank < 0 ? octets.length : blank);
  const bodyStart = blank < 0 ? octets.length : blank + 4;
  return readingOf(octets, bodyStart, { text, codes: codesOf(text), start: 0, headEnd: text.length });
}

export const elsewhere = -1;
/** One message is read at a time. */
const placesAtHand = new Int32Array(sipHeadersMax);

function readingOf(
  octets: Buffer,
  bodyStart: number,
  head: Pick<Reading, 'text' | 'codes' | 'start' | 'headEnd'>,
): Reading {
  const { text, codes, start, headEnd } = head;
  return {
    octets,
    bodyStart,
    text,
    codes,
    at: 0,
    port: undefined,
    start,
    headEnd,
    isRequest: !text.startsWith('SIP/', start),
    names: [],
    values: [],
    places: placesAtHand,
    fault: '',
  };
}

/** Lines to names and values, folded lines joined (RFC 3261 §7.3.1). */
export function readFields(reading: Reading, from: number): void {
  const { text, codes, headEnd } = reading;
  for (let at = from; at < headEnd;) {
    const end = endOfLine(reading, at);
    const next = end + 2;
    if (next < headEnd && isBlank(codes[next]!)) at = readFolded(reading, at, end);
    else {
      addField(reading, text, codes, at, end);
      at = next;
    }
  }
}

/** A field that goes on in further lines; returns where the next begins. */
function readFolded(reading: Reading, start: number, firstEnd: number): number {
  const { text, codes, headEnd } = reading;
  let line = text.slice(start, firstEnd);
  let at = firstEnd + 2;
  while (at < headEnd && isBlank(codes[at]!)) {
    const end = endOfLine(reading, at);
    // Folding without end would cost the square of its length.
    if (line.length <= sipHeaderCharsMax) line = `${line.trimEnd()} ${text.slice(at, end).trim()}`;
    at = end + 2;
  }
  addField(reading, line, codesOf(line), 0, line.length);
  return at;
}

/** Where the line from `at` ends. A lone CR or LF within would end it for a less careful reader of what we echo. */
function endOfLine(reading: Reading, at: number): number {
  const { text, headEnd } = reading;
  const lf = text.indexOf('\n', at);
  const end = lf < 0 ? headEnd : lf - 1;
  const cr = text.indexOf('\r', at);
  if (cr === end || (cr < 0 && lf < 0)) return end;
  flaw(reading, 'Bare Line End');
  const both = text.indexOf(crlf, at);
  return both < 0 ? headEnd : both;
}

/** The line of `text` from `start` to `end`. */
function addField(reading: Reading, text: string, codes: Uint8Array, start: number, end: number): void {
  const { names } = reading;
  let nameEnd = start;
  while (nameEnd < end && codes[nameEnd] !== colon) nameEnd++;
  if (nameEnd === end) nameEnd = start;
  const known = knownHeaderName(text, codes, start, nameEnd);
  const name = known ?? canonicalHeaderName(text.slice(start, nameEnd).trimEnd());
  if (known === undefined && !isToken(name)) flaw(reading, 'Malformed Header Field');
  else if (end - start > sipHeaderCharsMax || names.length >= sipHeadersMax)
    flaw(reading, 'Header Too Large');
  else {
    if (names.includes(name) && singleValued.has(name)) flaw(reading, `Duplicate ${name}`);
    names.push(name);
    addValue(reading, text, codes, nameEnd + 1, end);
  }
}

const colon = 58;

/** Without the blanks around it: one before it and none behind, as nearly everybody writes it. */
function addValue(reading: Reading, text: string, codes: Uint8Array, from: number, to: number): void {
  const start = from < to && isBlank(codes[from]!) ? from + 1 : from;
  const isTrim = start < to && isInk(codes[start]!) && isInk(codes[to - 1]!);
  const { values, places } = reading;
  places[values.length] = isTrim && codes === reading.codes ? start : elsewhere;
  values.push(isTrim ? text.slice(start, to) : text.slice(from, to).trim());
}

export function flaw(reading: Reading, reason: string): undefined {
  if (reading.fault === '') reading.fault = reason;
}

/** No blank of any kind. */
function isInk(code: number): boolean {
  return code > 32 && code < 127;
}

export function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
