/** SIP and SIPS URIs (RFC 3261 §19.1). Parts are kept escaped as they came; other schemes are kept whole. */
import { decimalOf } from './scanner.ts';

export interface SipUri {
  readonly kind: 'sip';
  readonly scheme: 'sip' | 'sips';
  /** Still escaped; '' where the URI names a host alone. */
  readonly user: string;
  /** An IP literal without brackets, or a name in lower case. */
  readonly host: string;
  readonly port: number | undefined;
  /** From the first `;` on, or ''. */
  readonly params: string;
  /** From the `?` on, or ''. */
  readonly headers: string;
}

export interface OtherUri {
  readonly kind: 'other';
  readonly scheme: string;
  readonly text: string;
}

const userPattern =
  /^(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/]|%[0-9A-Fa-f]{2})+(?::(?:[A-Za-z0-9\-_.!~*'()&=+$,]|%[0-9A-Fa-f]{2})*)?$/;
const tailPattern = /^(?:[A-Za-z0-9\-_.!~*'()[\]/:&+$;=?]|%[0-9A-Fa-f]{2})*$/;
const schemePattern = /^[A-Za-z][A-Za-z0-9+\-.]*$/;
const ip6Pattern = /^[0-9A-Fa-f:.]{2,45}$/;

/** Undefined where the text is no URI. */
export function parseUri(text: string): SipUri | OtherUri | undefined {
  if (text.startsWith('sip:')) return parseSipUri(text, 4, 'sip');
  const colon = text.indexOf(':');
  if (colon <= 0) return undefined;
  const scheme = text.slice(0, colon).toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return parseSipUri(text, colon + 1, scheme);
  if (!schemePattern.test(scheme) || colon + 1 === text.length) return undefined;
  return hasBlank(text) ? undefined : { kind: 'other', scheme, text };
}

function parseSipUri(text: string, start: number, scheme: 'sip' | 'sips'): SipUri | undefined {
  let hostStart = start;
  let user = '';
  const at = text.indexOf('@', start);
  if (at >= 0) {
    user = text.slice(start, at);
    if (!isPlainUser(user)) {
      if (!userPattern.test(user)) return undefined;
      const colon = user.indexOf(':');
      if (colon >= 0) user = user.slice(0, colon);
    }
    hostStart = at + 1;
  }
  let tail = hostStart;
  while (tail < text.length && text.charCodeAt(tail) !== 59 && text.charCodeAt(tail) !== 63) tail++;
  const hostport = parseHostPort(text, hostStart, tail);
  if (hostport === undefined) return undefined;
  let params = '';
  let headers = '';
  if (tail < text.length) {
    const rest = text.slice(tail);
    if (!tailPattern.test(rest)) return undefined;
    const question = rest.indexOf('?');
    params = question < 0 ? rest : rest.slice(0, question);
    headers = question < 0 ? '' : rest.slice(question);
  }
  return { kind: 'sip', scheme, user, host: hostport.host, port: hostport.port, params, headers };
}

/** Letters, digits and `+-_.`: what almost every user part is made of. */
function isPlainUser(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const lower = code | 32;
    const isLetterOrDigit = (lower >= 97 && lower <= 122) || (code >= 48 && code <= 57);
    if (!isLetterOrDigit && code !== 43 && code !== 45 && code !== 46 && code !== 95) return false;
  }
  return text !== '';
}

/** `host[:port]` with an IPv6 address in brackets; undefined where it is neither. */
export function parseHostPort(
  text: string,
  start: number,
  end: number,
): { host: string; port: number | undefined } | undefined {
  let host: string;
  let hostEnd: number;
  if (text.charCodeAt(start) === 91) {
    hostEnd = text.indexOf(']', start);
    if (hostEnd < 0 || hostEnd >= end) return undefined;
    host = text.slice(start + 1, hostEnd);
    if (!ip6Pattern.test(host)) return undefined;
    hostEnd++;
  } else {
    hostEnd = start;
    while (hostEnd < end && text.charCodeAt(hostEnd) !== 58) hostEnd++;
    host = text.slice(start, hostEnd);
    if (!isHostName(host)) return undefined;
  }
  host = host.toLowerCase();
  if (hostEnd === end) return { host, port: undefined };
  if (text.charCodeAt(hostEnd) !== 58) return undefined;
  const port = decimalOf(text.slice(hostEnd + 1, end), 5);
  return port === undefined || port > 0xffff ? undefined : { host, port };
}

/** Letters, digits, `-`, `_`, `.`; an alphanumeric at both ends, or a dot at the last. */
export function isHostName(text: string): boolean {
  const last = text.length - 1;
  for (let at = 0; at <= last; at++) {
    const code = text.charCodeAt(at);
    const lower = code | 32;
    if ((lower >= 97 && lower <= 122) || (code >= 48 && code <= 57)) continue;
    if (code === 46 && at > 0) continue;
    if ((code === 45 || code === 95) && at > 0 && at < last) continue;
    return false;
  }
  return last >= 0;
}

/** The value of a URI parameter, in lower case; '' for a bare one. */
export function uriParam(uri: SipUri, name: string): string | undefined {
  if (uri.params === '') return undefined;
  for (const part of uri.params.slice(1).split(';')) {
    const equals = part.indexOf('=');
    const found = (equals < 0 ? part : part.slice(0, equals)).toLowerCase();
    if (found === name) return equals < 0 ? '' : part.slice(equals + 1).toLowerCase();
  }
  return undefined;
}

/** An IPv6 literal goes into brackets (RFC 3986 §3.2.2). */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

export function hostPort(host: string, port: number | undefined): string {
  return port === undefined ? bracketed(host) : `${bracketed(host)}:${port}`;
}

export function formatUri(uri: SipUri | OtherUri): string {
  if (uri.kind === 'other') return uri.text;
  const user = uri.user === '' ? '' : `${uri.user}@`;
  return `${uri.scheme}:${user}${hostPort(uri.host, uri.port)}${uri.params}${uri.headers}`;
}

/** A user part as people and tables write it: `%40` → `@`. An escape that is no UTF-8 stays as it is. */
export function unescapeUser(user: string): string {
  if (!user.includes('%')) return user;
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}

/** The reverse: what the grammar's `user` does not allow is escaped. */
export function escapeUser(user: string): string {
  if (isPlainUser(user)) return user;
  return encodeURIComponent(user).replace(/%(2B|26|3D|24|2C|3B|3F|2F)/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function hasBlank(text: string): boolean {
  return /[\s<>"]/.test(text);
}
