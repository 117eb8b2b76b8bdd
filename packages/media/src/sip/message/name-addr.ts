/** `"Name" <uri>;params` and its bare form (RFC 3261 §20.10, §25.1): From, To, Contact, Route and their kin. */
import { codeOf, quote, Scanner, type Params } from './scanner.ts';
import { parseUri, type OtherUri, type SipUri } from './sip-uri.ts';

export interface NameAddr {
  readonly displayName: string;
  readonly uri: SipUri | OtherUri;
  /** As it came. */
  readonly uriText: string;
  readonly params: Params;
}

/** A field that holds exactly one. */
export function parseNameAddr(text: string): NameAddr | undefined {
  const scanner = new Scanner(text);
  const found = scanNameAddr(scanner);
  scanner.skipBlank();
  return scanner.isAtEnd ? found : undefined;
}

/** All that a field which holds a list has, behind those before it; undefined where one is malformed, or none stands there. */
export function parseNameAddrs(text: string, before: NameAddr[] | undefined): NameAddr[] | undefined {
  const scanner = new Scanner(text);
  let found = before;
  do {
    const one = scanNameAddr(scanner);
    if (one === undefined) return undefined;
    if (found) found.push(one);
    else found = [one];
  } while (scanner.take(codeOf.comma));
  return scanner.isAtEnd ? found : undefined;
}

function scanNameAddr(scanner: Scanner): NameAddr | undefined {
  scanner.skipBlank();
  const { text } = scanner;
  let displayName = '';
  const first = scanner.peek();
  if (first === codeOf.quote) {
    const name = scanner.quoted();
    if (name === undefined) return undefined;
    displayName = name;
    scanner.skipBlank();
    if (scanner.peek() !== codeOf.less) return undefined;
  } else if (first !== codeOf.less) {
    const end = endOfPlainName(text, scanner.at);
    // RFC 3261 §20: without brackets, parameters after the URI are the header's, not the URI's.
    if (text.charCodeAt(end) !== codeOf.less) return scanAddrSpec(scanner);
    displayName = text.slice(scanner.at, end).trim();
    scanner.at = end;
  }
  const close = text.indexOf('>', scanner.at);
  if (close < 0) return undefined;
  return finish(scanner, displayName, text.slice(scanner.at + 1, close), close + 1);
}

function scanAddrSpec(scanner: Scanner): NameAddr | undefined {
  const { text } = scanner;
  let end = scanner.at;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === codeOf.semicolon || code === codeOf.comma || code === codeOf.space || code === codeOf.tab)
      break;
    // RFC 3261 §20: a URI with a question mark must stand in brackets.
    if (code === 63) return undefined;
  }
  return finish(scanner, '', text.slice(scanner.at, end), end);
}

function finish(scanner: Scanner, displayName: string, uriText: string, end: number): NameAddr | undefined {
  scanner.at = end;
  const uri = parseUri(uriText);
  if (uri === undefined) return undefined;
  const params = scanner.params();
  return params === undefined ? undefined : { displayName, uri, uriText, params };
}

/** Where a display name of tokens and blanks stops: at `<`, or at whatever cannot be part of one. */
function endOfPlainName(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Deviation (RFC 3261 §25.1): letters beyond ASCII without quotes are accepted; phones send them.
    if (code >= 128 || code === codeOf.space || code === codeOf.tab) continue;
    if (code < 32 || '"(),/:;<=>?@[\\]{}'.includes(text.charAt(at))) break;
  }
  return at;
}

/** `"Name" <uri>`; the name is left out where there is none. */
export function formatNameAddr(displayName: string, uri: string): string {
  return displayName === '' ? `<${uri}>` : `${quote(displayName)} <${uri}>`;
}
