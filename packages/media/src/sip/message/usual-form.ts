/**
 * Fields as nearly everybody writes them, read by the codes of their characters in one go: no blanks, quotes, escapes and
 * capitals where the grammar merely allows them. Whatever looks different is undefined here and left to those who know the whole
 * grammar, who would read all that is read here the same. Between two messages a core sleeps, and what reading one costs is
 * mostly code that has gone cold meanwhile: this is little of it. Called by `parse-message`.
 */
import type { NameAddr } from './name-addr.ts';
import { paramOf, type Params } from './scanner.ts';
import type { SipUri } from './sip-uri.ts';
import type { Via } from './via.ts';

export interface CodedText {
  readonly text: string;
  /** Of each character its code; `beyondAscii` for any that has none there. */
  readonly codes: Uint8Array;
  /** Behind what was read last. */
  at: number;
  /** The one read last with a host. */
  port: number | undefined;
}

const beyondAscii = 255;

export function codesOf(text: string): Uint8Array {
  const codes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    codes[at] = code < 128 ? code : beyondAscii;
  }
  return codes;
}

const digit = 1;
const hostChar = 2;
const userChar = 4;
const uriParamChar = 8;
const nameChar = 16;
const wordChar = 32;
const quotedChar = 64;
const capital = 128;

const classes = new Uint8Array(256);
for (const [flag, pattern] of [
  [digit, /[0-9]/],
  [hostChar, /[a-z0-9.\-_]/],
  [userChar, /[A-Za-z0-9+\-_.]/],
  [uriParamChar, /[A-Za-z0-9\-_.!~*'()[\]/:&+$;=]/],
  [nameChar, /[a-z0-9\-.!%*_+`'~]/],
  [wordChar, /[^;,"<> ]/],
  [quotedChar, /[^"\\]/],
  [capital, /[A-Z]/],
] as const) {
  for (let code = 32; code < 127; code++) if (pattern.test(String.fromCharCode(code))) classes[code]! |= flag;
}

const codeOf = { space: 32, quote: 34, dash: 45, dot: 46, colon: 58, semicolon: 59, less: 60, equals: 61, greater: 62, at: 64, underscore: 95 }; // prettier-ignore

function endOf(codes: Uint8Array, from: number, to: number, flag: number): number {
  let at = from;
  while (at < to && (classes[codes[at]!]! & flag) !== 0) at++;
  return at;
}

/** An unsigned decimal of `digitsMax` digits at most, zeros in front among them; -1 for anything else. */
export function usualDecimal(codes: Uint8Array, from: number, to: number, digitsMax: number): number {
  if (from >= to || to - from > digitsMax) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    const code = codes[at]!;
    if ((classes[code]! & digit) === 0) return -1;
    value = value * 10 + code - 48;
  }
  return value;
}

/** `host[:port]`, '' where none stands. */
function usualHost(coded: CodedText, from: number, to: number): string {
  const { codes } = coded;
  const end = endOf(codes, from, to, hostChar);
  coded.at = end;
  coded.port = undefined;
  if (end === from) return '';
  const first = codes[from]!;
  const last = codes[end - 1]!;
  const isOdd = first === codeOf.dot || first === codeOf.dash || first === codeOf.underscore;
  if (isOdd || last === codeOf.dash || last === codeOf.underscore) return '';
  if (end < to && codes[end] === codeOf.colon) {
    coded.at = endOf(codes, end + 1, to, digit);
    const port = usualDecimal(codes, end + 1, coded.at, 5);
    if (port < 0 || port > 0xffff) return '';
    coded.port = port;
  }
  return coded.text.slice(from, end);
}

/** `sip:[user@]host[:port][;params]`; whoever asks sees at `at` whether that is all of it. */
export function usualUri(coded: CodedText, from: number, to: number): SipUri | undefined {
  const { text, codes } = coded;
  if (!text.startsWith('sip:', from)) return undefined;
  const start = from + 4;
  const userEnd = endOf(codes, start, to, userChar);
  const hasUser = userEnd > start && userEnd < to && codes[userEnd] === codeOf.at;
  const host = usualHost(coded, hasUser ? userEnd + 1 : start, to);
  if (host === '') return undefined;
  const { at: hostEnd, port } = coded;
  let params = '';
  if (hostEnd < to && codes[hostEnd] === codeOf.semicolon) {
    coded.at = endOf(codes, hostEnd, to, uriParamChar);
    params = text.slice(hostEnd, coded.at);
  }
  const user = hasUser ? text.slice(start, userEnd) : '';
  return { kind: 'sip', scheme: 'sip', user, host, port, params, headers: '' };
}

/** `["name" ]<uri>[;params]`, and nothing behind it. */
export function usualNameAddr(coded: CodedText, from: number, to: number): NameAddr | undefined {
  const { text, codes } = coded;
  let less = from;
  let displayName = '';
  if (from < to && codes[from] === codeOf.quote) {
    const end = endOf(codes, from + 1, to, quotedChar);
    if (end + 2 >= to || codes[end] !== codeOf.quote) return undefined;
    displayName = text.slice(from + 1, end);
    less = codes[end + 1] === codeOf.space ? end + 2 : end + 1;
  }
  if (less >= to || codes[less] !== codeOf.less) return undefined;
  const uri = usualUri(coded, less + 1, to);
  const greater = coded.at;
  if (uri === undefined || greater >= to || codes[greater] !== codeOf.greater) return undefined;
  const params = usualParams(coded, greater + 1, to);
  if (params === undefined) return undefined;
  return { displayName, uri, uriText: text.slice(less + 1, greater), params };
}

const version = 'SIP/2.0/';

/** `SIP/2.0/UDP host[:port][;params]`, and nothing behind it. */
export function usualVia(coded: CodedText, from: number, to: number): Via | undefined {
  const { text, codes } = coded;
  if (!text.startsWith(version, from)) return undefined;
  const start = from + version.length;
  const end = endOf(codes, start, to, capital);
  if (end === start || end >= to || codes[end] !== codeOf.space) return undefined;
  const host = usualHost(coded, end + 1, to);
  if (host === '') return undefined;
  const { port } = coded;
  const params = usualParams(coded, coded.at, to);
  if (params === undefined) return undefined;
  return { protocol: text.slice(start, end), host, port, branch: paramOf(params, 'branch') ?? '', params };
}

/** `*(";" name ["=" word])` up to `to`. */
function usualParams({ text, codes }: CodedText, from: number, to: number): Params | undefined {
  if (from === to) return '';
  for (let at = from; at < to;) {
    if (codes[at] !== codeOf.semicolon) return undefined;
    const end = endOf(codes, at + 1, to, nameChar);
    if (end === at + 1) return undefined;
    at = end < to && codes[end] === codeOf.equals ? endOf(codes, end + 1, to, wordChar) : end;
  }
  return text.slice(from, to);
}
