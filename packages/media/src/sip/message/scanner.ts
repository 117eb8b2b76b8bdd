/** Reads the pieces header values are made of (RFC 3261 §25.1): tokens, quoted strings, parameters, with blanks around. */

const tokenFlag = 1;
const wordFlag = 2;

const classes = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/[A-Za-z0-9\-.!%*_+`'~]/.test(char)) classes[code] = tokenFlag;
  // A parameter's value: token, host or gen-value; liberal in what a phone may leave unquoted.
  if (code > 0x20 && code < 0x7f && !';,"<>'.includes(char)) classes[code]! |= wordFlag;
}

export const codeOf = {
  space: 32,
  tab: 9,
  quote: 34,
  comma: 44,
  slash: 47,
  colon: 58,
  semicolon: 59,
  less: 60,
};
const equals = 61;
const backslash = 92;

/** `*(SEMI name [EQUAL value])` as it stands there, found to be in order by `Scanner.params`; '' where there are none. */
export type Params = string;

/** The first of that name, which is given in lower case; '' for one without a value. */
export function paramOf(params: Params, name: string): string | undefined {
  if (params === '') return undefined;
  // It is mostly the first, and a word.
  const valueStart = name.length + 2;
  if (params.startsWith(name, 1) && params.charCodeAt(valueStart - 1) === equals) {
    const end = endOfRun(params, valueStart, wordFlag);
    if (end > valueStart) return params.slice(valueStart, end);
  }
  const scanner = new Scanner(params);
  while (scanner.take(codeOf.semicolon)) {
    const start = scanner.at;
    scanner.skipToken();
    const isWanted = isSpelt(params, start, scanner.at, name);
    const value = scanner.paramValue();
    if (isWanted) return value;
  }
  return undefined;
}

/** Whether that stands there, in whatever case; `name` is in lower case. */
function isSpelt(text: string, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false;
  return text.startsWith(name, start) || text.slice(start, end).toLowerCase() === name;
}

/** Name, value, name, value…: names in lower case, a value of '' where there is none. */
export function paramList(params: Params): string[] {
  const found: string[] = [];
  const scanner = new Scanner(params);
  while (scanner.take(codeOf.semicolon)) found.push(scanner.token().toLowerCase(), scanner.paramValue()!);
  return found;
}

export class Scanner {
  readonly text: string;
  at: number;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  skipBlank(): void {
    const { text } = this;
    let { at } = this;
    for (let code = text.charCodeAt(at); code === codeOf.space || code === codeOf.tab;)
      code = text.charCodeAt(++at);
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The char code here; NaN at the end. */
  peek(): number {
    return this.text.charCodeAt(this.at);
  }

  /** Steps over `code` with blanks around it. */
  take(code: number): boolean {
    const { text } = this;
    let { at } = this;
    let here = text.charCodeAt(at);
    while (here === codeOf.space || here === codeOf.tab) here = text.charCodeAt(++at);
    const isThere = here === code;
    if (isThere) {
      here = text.charCodeAt(++at);
      while (here === codeOf.space || here === codeOf.tab) here = text.charCodeAt(++at);
    }
    this.at = at;
    return isThere;
  }

  /** '' where no token stands. */
  token(): string {
    const start = this.at;
    this.skipToken();
    return this.text.slice(start, this.at);
  }

  /** Whatever a parameter's value may be without quotes. */
  word(): string {
    const start = this.at;
    this.at = endOfRun(this.text, start, wordFlag);
    return this.text.slice(start, this.at);
  }

  skipToken(): void {
    this.at = endOfRun(this.text, this.at, tokenFlag);
  }

  /** What follows a parameter's name: '' where nothing does, undefined where a quote has no end. */
  paramValue(): string | undefined {
    if (!this.take(equals)) return '';
    return this.text.charCodeAt(this.at) === codeOf.quote ? this.quoted() : this.word();
  }

  /** The unescaped text of the quoted string that starts here; undefined where its end is missing. */
  quoted(): string | undefined {
    let from = this.at + 1;
    let plain = '';
    for (let at = from; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === codeOf.quote) {
        this.at = at + 1;
        return plain + this.text.slice(from, at);
      }
      if (code === backslash) {
        plain += this.text.slice(from, at);
        from = ++at;
      }
    }
    return undefined;
  }

  /** `*(SEMI name [EQUAL value])`; undefined where a name or a quote is missing. */
  params(): Params | undefined {
    this.skipBlank();
    const start = this.at;
    let end = start;
    while (this.take(codeOf.semicolon)) {
      const nameStart = this.at;
      this.skipToken();
      if (this.at === nameStart || this.paramValue() === undefined) return undefined;
      end = this.at;
    }
    return start === end ? '' : this.text.slice(start, end);
  }
}

/** Where the characters of that class end that begin at `from`. */
function endOfRun(text: string, from: number, flag: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code < 128 && (classes[code]! & flag) !== 0;)
    code = text.charCodeAt(++at);
  return at;
}

export function isToken(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127 || (classes[code]! & tokenFlag) === 0) return false;
  }
  return text.length > 0;
}

/** An unsigned decimal of at most `digitsMax` digits; undefined for anything else. */
export function decimalOf(text: string, digitsMax = 10): number | undefined {
  if (text.length === 0) return undefined;
  let value = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) - 48;
    if (!(code >= 0 && code <= 9)) return undefined;
    if (digits > 0 || code > 0) digits++;
    value = value * 10 + code;
  }
  return digits > digitsMax ? undefined : value;
}

/** `"` and `\` escaped, within quotes (RFC 3261 §25.1 quoted-string). */
export function quote(text: string): string {
  if (!text.includes('"') && !text.includes('\\')) return `"${text}"`;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

export function formatParam(name: string, value: string): string {
  if (value === '') return `;${name}`;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code > 127 || (classes[code]! & wordFlag) === 0) return `;${name}=${quote(value)}`;
  }
  return `;${name}=${value}`;
}

/** The values of a list field, cut at commas outside quotes and angle brackets. */
export function splitList(text: string): string[] {
  if (!text.includes(',')) return [text];
  const values: string[] = [];
  let start = 0;
  let isQuoted = false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isQuoted) {
      if (code === backslash) at++;
      else if (code === codeOf.quote) isQuoted = false;
    } else if (code === codeOf.quote) isQuoted = true;
    else if (code === codeOf.less) depth++;
    else if (code === 62) depth--;
    else if (code === codeOf.comma && depth <= 0) {
      values.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  values.push(text.slice(start).trim());
  return values;
}
