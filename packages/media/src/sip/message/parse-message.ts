/**
 * Octets to a `SipRequest` or `SipResponse`, or to the reason why not. Never throws: what cannot be read is an outcome,
 * with what is needed to answer it (RFC 3261 §16.3, §18.3, §21.4.1). Called by the transaction layer for every message.
 */
import { sipCseqMax, sipMessageBytesMax } from '../../limits.ts';
import {
  asciiReading,
  crlf,
  elsewhere,
  flaw,
  isBlank,
  readFields,
  utf8Reading,
  type Reading,
} from './message-reading.ts';
import { parseNameAddr, parseNameAddrs, type NameAddr } from './name-addr.ts';
import { decimalOf, isToken, paramOf } from './scanner.ts';
import { SipRequest, SipResponse, type PacketSource, type SipHead } from './sip-message.ts';
import { parseUri } from './sip-uri.ts';
import { usualDecimal, usualNameAddr, usualUri, usualVia } from './usual-form.ts';
import { branchCookie, parseVias, type Via } from './via.ts';

export type ParsedMessage =
  | SipRequest
  | SipResponse
  | Malformed
  /** RFC 5626 §3.5.1: blank lines between messages. */
  | { readonly kind: 'keep-alive' };

export interface Malformed {
  readonly kind: 'malformed';
  readonly status: 400 | 505 | 513;
  readonly reason: string;
  /** The response that says so, without body and To tag; '' where silence is all that can be said. */
  readonly answer: string;
}

export function parseMessage(octets: Buffer, source: PacketSource): ParsedMessage {
  let start = 0;
  // RFC 3261 §7.5: CRLF before the start-line is ignored.
  while (octets[start] === 13 && octets[start + 1] === 10) start += 2;
  if (start >= octets.length) return { kind: 'keep-alive' };
  const text = octets.toString();
  // As many characters as octets, and none that could not be read: all of it is ASCII.
  const isAscii = text.length === octets.length && !text.includes(unreadable);
  return readMessage(isAscii ? asciiReading(octets, text, start) : utf8Reading(octets, start), source);
}

/** What stands for octets that are no UTF-8. */
const unreadable = '\ufffd';

function readMessage(reading: Reading, source: PacketSource): ParsedMessage {
  const { text, start, headEnd } = reading;
  const lineEnd = text.indexOf(crlf, start);
  const end = lineEnd < 0 ? headEnd : lineEnd;
  readFields(reading, end + 2);
  if (reading.octets.length > sipMessageBytesMax) return malformed(reading, 'Message Too Large', 513);
  if (reading.fault !== '') return malformed(reading, reading.fault);
  if (!reading.isRequest) return readResponse(reading, end, source);
  return readUsualRequest(reading, end, source) ?? readRequest(reading, text.slice(start, end), source);
}

/** Undefined where its first line has to be looked at more closely. */
function readUsualRequest(reading: Reading, end: number, source: PacketSource): ParsedMessage | undefined {
  const { text, start } = reading;
  const method = usualMethod(text, start);
  if (method === undefined || !text.startsWith(' ', start + method.length)) return undefined;
  const uriStart = start + method.length + 1;
  const uri = usualUri(reading, uriStart, end);
  const uriEnd = reading.at;
  const isAll = uri !== undefined && text.startsWith(usualVersion, uriEnd);
  if (!isAll || uriEnd + usualVersion.length !== end) return undefined;
  const head = readHead(reading, method, source);
  return head === undefined
    ? malformed(reading, reading.fault)
    : new SipRequest(head, text.slice(start, end), { uriText: text.slice(uriStart, uriEnd), uri }, source);
}

const usualVersion = ' SIP/2.0';
const usualMethods = ['INVITE', 'ACK', 'BYE', 'OPTIONS', 'REGISTER', 'CANCEL', 'INFO', 'PRACK', 'UPDATE', 'NOTIFY', 'REFER', 'SUBSCRIBE']; // prettier-ignore

/** The method that begins there, in the same words as ours: told from others at a glance. */
function usualMethod(text: string, at: number): string | undefined {
  for (let index = 0; index < usualMethods.length; index++)
    if (text.startsWith(usualMethods[index]!, at)) return usualMethods[index];
  return undefined;
}

function readRequest(reading: Reading, startLine: string, source: PacketSource): ParsedMessage {
  const methodEnd = startLine.indexOf(' ');
  const uriEnd = startLine.indexOf(' ', methodEnd + 1);
  const method = startLine.slice(0, Math.max(0, methodEnd));
  const version = uriEnd < 0 ? '' : startLine.slice(uriEnd + 1);
  if (!isToken(method) || uriEnd < 0) return malformed(reading, 'Malformed Request-Line');
  if (version !== 'SIP/2.0' && version.toUpperCase() !== 'SIP/2.0') {
    // RFC 3261 §21.5.6
    const isOtherVersion = /^SIP\/\d+\.\d+$/i.test(version);
    return isOtherVersion
      ? malformed(reading, 'Version Not Supported', 505)
      : malformed(reading, 'Malformed Request-Line');
  }
  const uriText = startLine.slice(methodEnd + 1, uriEnd);
  const uri = parseUri(uriText);
  if (uri === undefined) return malformed(reading, 'Malformed Request-URI');
  // RFC 3261 §19.1.1: headers in a Request-URI are not allowed.
  if (uri.kind === 'sip' && uri.headers !== '') return malformed(reading, 'Headers In Request-URI');
  const head = readHead(reading, method, source);
  return head === undefined
    ? malformed(reading, reading.fault)
    : new SipRequest(head, startLine, { uriText, uri }, source);
}

function readResponse(reading: Reading, end: number, source: PacketSource): ParsedMessage {
  const { text, codes, start } = reading;
  const statusEnd = start + 11;
  const status = usualDecimal(codes, start + 8, statusEnd, 3);
  const isWellFormed =
    text.startsWith('SIP/2.0 ', start) && (statusEnd === end || (statusEnd < end && codes[statusEnd] === 32));
  if (!isWellFormed || status < 100 || status > 699) return malformed(reading, 'Malformed Status-Line');
  const head = readHead(reading, undefined, source);
  return head === undefined
    ? malformed(reading, reading.fault)
    : new SipResponse(head, text.slice(start, end), status, text.slice(Math.min(statusEnd + 1, end), end));
}

function readHead(reading: Reading, method: string | undefined, source: PacketSource): SipHead | undefined {
  const { names, values } = reading;
  const callId = valueOf(reading, 'Call-ID');
  const fromAt = names.indexOf('From');
  const toAt = names.indexOf('To');
  const vias = viasOf(reading);
  const numbered = cseqOf(reading, method);
  const bodyEnd = bodyEndOf(reading, source);
  if (fromAt < 0 || toAt < 0 || callId === undefined) return flaw(reading, 'Missing Header Field');
  const from = partyAt(reading, fromAt);
  const to = partyAt(reading, toAt);
  if (from === undefined) return flaw(reading, 'Malformed From');
  if (to === undefined) return flaw(reading, 'Malformed To');
  if (callId === '' || callId.includes(' ')) return flaw(reading, 'Malformed Call-ID');
  if (vias === undefined || numbered === undefined || bodyEnd === undefined) return undefined;
  const contacts = checkOptional(reading);
  if (reading.fault !== '') return undefined;
  const body = bodyOf(reading, bodyEnd);
  const fromTag = paramOf(from.params, 'tag') ?? '';
  const toTag = paramOf(to.params, 'tag') ?? '';
  const { cseq } = numbered;
  return {
    names,
    values,
    vias,
    from,
    to,
    fromTag,
    toTag,
    contacts,
    callId,
    cseq,
    method: method ?? numbered.method,
    body,
  };
}

function viasOf(reading: Reading): Via[] | undefined {
  const { names, values, places } = reading;
  let vias: Via[] | undefined;
  for (let index = names.indexOf('Via'); index >= 0; index = names.indexOf('Via', index + 1)) {
    const value = values[index]!;
    const place = places[index]!;
    const usual = place === elsewhere ? undefined : usualVia(reading, place, place + value.length);
    if (usual === undefined) vias = parseVias(value, vias);
    else if (vias === undefined) vias = [usual];
    else vias.push(usual);
    if (vias === undefined) return flaw(reading, 'Malformed Via');
  }
  if (vias === undefined) return flaw(reading, 'Missing Via');
  // RFC 3261 §8.1.1.7: the cookie is followed by something unique.
  return vias[0]!.branch === branchCookie ? flaw(reading, 'Missing Transaction Identifier') : vias;
}

/** The field is one that holds exactly one. */
function partyAt(reading: Reading, index: number): NameAddr | undefined {
  return usualPartyAt(reading, index) ?? parseNameAddr(reading.values[index]!);
}

function usualPartyAt(reading: Reading, index: number): NameAddr | undefined {
  const place = reading.places[index]!;
  const end = place + reading.values[index]!.length;
  return place === elsewhere ? undefined : usualNameAddr(reading, place, end);
}

function cseqOf(
  reading: Reading,
  method: string | undefined,
): { readonly cseq: number; readonly method: string } | undefined {
  const index = reading.names.indexOf('CSeq');
  if (index < 0) return flaw(reading, 'Missing CSeq');
  return usualCseq(reading, index, method) ?? closerCseq(reading, reading.values[index]!, method);
}

function usualCseq(
  { text, codes, values, places }: Reading,
  index: number,
  method: string | undefined,
): { readonly cseq: number; readonly method: string } | undefined {
  const place = places[index]!;
  if (place === elsewhere) return undefined;
  const blank = text.indexOf(' ', place);
  const cseq = usualDecimal(codes, place, blank, usualDigitsMax);
  const named = method ?? usualMethod(text, blank + 1);
  if (cseq < 0 || named === undefined || !text.startsWith(named, blank + 1)) return undefined;
  const isAll = blank + 1 + named.length === place + values[index]!.length;
  return isAll ? { cseq, method: named } : undefined;
}

/** Below every limit on a number that has more of them. */
const usualDigitsMax = 6;

function closerCseq(
  reading: Reading,
  text: string,
  method: string | undefined,
): { readonly cseq: number; readonly method: string } | undefined {
  let end = 0;
  while (end < text.length && !isBlank(text.charCodeAt(end))) end++;
  const cseq = decimalOf(text.slice(0, end));
  const named = text.slice(end).trim();
  if (cseq === undefined || cseq > sipCseqMax || (named !== method && !isToken(named)))
    return flaw(reading, 'Malformed CSeq');
  // RFC 3261 §8.1.1.5: the method MUST match that of the request.
  if (method !== undefined && named !== method) return flaw(reading, 'CSeq Method Mismatch');
  return { cseq, method: named };
}

function decimalAt(reading: Reading, index: number, digitsMax?: number): number | undefined {
  const value = reading.values[index]!;
  const place = reading.places[index]!;
  const usual =
    place === elsewhere ? -1 : usualDecimal(reading.codes, place, place + value.length, usualDigitsMax);
  return usual < 0 ? decimalOf(value, digitsMax) : usual;
}

/** Where the body ends, in octets. */
function bodyEndOf(reading: Reading, { protocol }: PacketSource): number | undefined {
  const { octets, bodyStart } = reading;
  const index = reading.names.indexOf('Content-Length');
  if (index < 0) {
    // RFC 3261 §20.14: over a stream the field MUST be used.
    return protocol === 'tcp' || protocol === 'tls' ? flaw(reading, 'Missing Content-Length') : octets.length;
  }
  const length = decimalAt(reading, index, 6);
  if (length === undefined) return flaw(reading, 'Malformed Content-Length');
  // RFC 3261 §18.3: short of the length stated is an error, octets beyond it are discarded.
  const end = bodyStart + length;
  return end > octets.length ? flaw(reading, 'Content-Length Beyond Message') : end;
}

const byteOrderMark = 0xfeff;

function bodyOf({ octets, bodyStart, text, headEnd }: Reading, bodyEnd: number): string {
  if (bodyEnd <= bodyStart) return '';
  if (headEnd < text.length) return text.slice(bodyStart, bodyEnd);
  const body = octets.toString('utf8', bodyStart, bodyEnd);
  return body.charCodeAt(0) === byteOrderMark ? body.slice(1) : body;
}

const noContact: readonly NameAddr[] = [];

/** Every Contact of it, which is asked for most; undefined where that is `*`. */
function checkOptional(reading: Reading): readonly NameAddr[] | undefined {
  const { names, values } = reading;
  let contacts: NameAddr[] | undefined;
  let isAny = false;
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    const value = values[index]!;
    if (name === 'Contact') {
      if (value === '*') isAny = true;
      else {
        const usual = usualPartyAt(reading, index);
        if (usual === undefined) contacts = parseNameAddrs(value, contacts);
        else if (contacts === undefined) contacts = [usual];
        else contacts.push(usual);
        if (contacts === undefined) flaw(reading, 'Malformed Contact');
      }
    } else if (name === 'Max-Forwards') {
      // RFC 3261 §20.22: 0 to 255.
      if (!((decimalAt(reading, index) ?? 256) <= 255)) flaw(reading, 'Malformed Max-Forwards');
    } else if (name === 'Content-Type') {
      if (value !== 'application/sdp' && !/^[^\s/;"]+ *\/ *[^\s/;"]+ *(;|$)/.test(value))
        flaw(reading, 'Malformed Content-Type');
    }
  }
  return isAny ? undefined : (contacts ?? noContact);
}

function valueOf({ names, values }: Reading, name: string): string | undefined {
  const index = names.indexOf(name);
  return index < 0 ? undefined : values[index];
}

function malformed(reading: Reading, reason: string, status: Malformed['status'] = 400): Malformed {
  return {
    kind: 'malformed',
    status,
    reason,
    answer: reading.isRequest ? answerOf(reading, status, reason) : '',
  };
}

/** RFC 3261 §8.2.6: as much of the request as a client needs to know its own. */
function answerOf(reading: Reading, status: number, reason: string): string {
  const { names, values } = reading;
  const isAck = reading.text.startsWith('ACK ', reading.start);
  if (isAck || !names.includes('Via') || !names.includes('CSeq')) return '';
  let text = `SIP/2.0 ${status} ${reason}\r\n`;
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    if (!echoed.has(name) || (name !== 'Via' && names.indexOf(name) !== index)) continue;
    text += `${name}: ${values[index]!.replace(/[\r\n]/g, ' ')}\r\n`;
  }
  return `${text}Content-Length: 0\r\n\r\n`;
}

const echoed: ReadonlySet<string> = new Set(['Via', 'From', 'To', 'Call-ID', 'CSeq']);
