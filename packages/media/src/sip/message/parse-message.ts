/**
 * Octets to a `SipRequest` or `SipResponse`, or to the reason why not. Never throws: what cannot be read is an outcome,
 * with what is needed to answer it (RFC 3261 §16.3, §18.3, §21.4.1). Called by the transaction layer for every message.
 */
import { sipCseqMax, sipHeaderCharsMax, sipHeadersMax, sipMessageBytesMax } from '../../limits.ts';
import { canonicalHeaderName, knownHeaderName, singleValued } from './header-name.ts';
import { parseNameAddr, parseNameAddrList } from './name-addr.ts';
import { decimalOf, isToken } from './scanner.ts';
import { SipRequest, SipResponse, type PacketSource, type SipHead } from './sip-message.ts';
import { parseUri } from './sip-uri.ts';
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

const crlf = '\r\n';

export function parseMessage(octets: Buffer, source: PacketSource): ParsedMessage {
  let start = 0;
  // RFC 3261 §7.5: CRLF before the start-line is ignored.
  while (octets[start] === 13 && octets[start + 1] === 10) start += 2;
  if (start >= octets.length) return { kind: 'keep-alive' };
  const blank = octets.indexOf('\r\n\r\n', start, 'latin1');
  const headEnd = blank < 0 ? octets.length : blank;
  const bodyStart = blank < 0 ? octets.length : blank + 4;
  return new Reading(octets.toString('utf8', start, headEnd), octets.subarray(bodyStart), source).read(
    octets.length,
  );
}

class Reading {
  readonly #text: string;
  readonly #rest: Buffer;
  readonly #source: PacketSource;
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  #isRequest = true;
  #fault = '';

  constructor(text: string, rest: Buffer, source: PacketSource) {
    this.#text = text;
    this.#rest = rest;
    this.#source = source;
  }

  read(length: number): ParsedMessage {
    const text = this.#text;
    let end = text.indexOf(crlf);
    if (end < 0) end = text.length;
    const startLine = text.slice(0, end);
    this.#isRequest = !startLine.startsWith('SIP/');
    this.#readFields(end + 2);
    if (length > sipMessageBytesMax) return this.#malformed('Message Too Large', 513);
    if (this.#fault !== '') return this.#malformed(this.#fault);
    return this.#isRequest ? this.#readRequest(startLine) : this.#readResponse(startLine);
  }

  #readRequest(startLine: string): ParsedMessage {
    const methodEnd = startLine.indexOf(' ');
    const uriEnd = startLine.indexOf(' ', methodEnd + 1);
    const method = startLine.slice(0, Math.max(0, methodEnd));
    const version = uriEnd < 0 ? '' : startLine.slice(uriEnd + 1);
    if (!isToken(method) || uriEnd < 0) return this.#malformed('Malformed Request-Line');
    if (version !== 'SIP/2.0' && version.toUpperCase() !== 'SIP/2.0') {
      // RFC 3261 §21.5.6
      const isOtherVersion = /^SIP\/\d+\.\d+$/i.test(version);
      return isOtherVersion
        ? this.#malformed('Version Not Supported', 505)
        : this.#malformed('Malformed Request-Line');
    }
    const uriText = startLine.slice(methodEnd + 1, uriEnd);
    const uri = parseUri(uriText);
    if (uri === undefined) return this.#malformed('Malformed Request-URI');
    // RFC 3261 §19.1.1: headers in a Request-URI are not allowed.
    if (uri.kind === 'sip' && uri.headers !== '') return this.#malformed('Headers In Request-URI');
    const head = this.#readHead(method);
    return head === undefined
      ? this.#malformed(this.#fault)
      : new SipRequest(head, uriText, uri, this.#source);
  }

  #readResponse(startLine: string): ParsedMessage {
    const status = decimalOf(startLine.slice(8, 11), 3);
    const after = startLine.charCodeAt(11);
    const isWellFormed = startLine.startsWith('SIP/2.0 ') && (after === 32 || Number.isNaN(after));
    if (!isWellFormed || status === undefined || status < 100 || status > 699)
      return this.#malformed('Malformed Status-Line');
    const head = this.#readHead(undefined);
    return head === undefined
      ? this.#malformed(this.#fault)
      : new SipResponse(head, status, startLine.slice(12));
  }

  /** Lines to names and values, folded lines joined (RFC 3261 §7.3.1). */
  #readFields(from: number): void {
    const text = this.#text;
    for (let at = from; at < text.length;) {
      let end = this.#lineEnd(at);
      let value = text.slice(at, end);
      at = end + 2;
      while (at < text.length && isBlank(text.charCodeAt(at))) {
        end = this.#lineEnd(at);
        // Folding without end would cost the square of its length.
        if (value.length <= sipHeaderCharsMax) value = `${value.trimEnd()} ${text.slice(at, end).trim()}`;
        at = end + 2;
      }
      this.#addField(value);
    }
  }

  /** Where the line from `at` ends. A lone CR or LF within would end it for a less careful reader of what we echo. */
  #lineEnd(at: number): number {
    const text = this.#text;
    const lf = text.indexOf('\n', at);
    const end = lf < 0 ? text.length : lf - 1;
    const cr = text.indexOf('\r', at);
    if (cr === end || (cr < 0 && lf < 0)) return end;
    this.#flaw('Bare Line End');
    const both = text.indexOf(crlf, at);
    return both < 0 ? text.length : both;
  }

  #addField(line: string): void {
    const colon = line.indexOf(':');
    const raw = line.slice(0, Math.max(0, colon));
    const known = knownHeaderName(raw);
    const name = known ?? canonicalHeaderName(raw.trimEnd());
    if (known === undefined && !isToken(name)) this.#flaw('Malformed Header Field');
    else if (line.length > sipHeaderCharsMax || this.#names.length >= sipHeadersMax)
      this.#flaw('Header Too Large');
    else {
      if (singleValued.has(name) && this.#names.includes(name)) this.#flaw(`Duplicate ${name}`);
      this.#names.push(name);
      this.#values.push(line.slice(colon + 1).trim());
    }
  }

  #readHead(method: string | undefined): SipHead | undefined {
    const callId = this.#value('Call-ID');
    const fromText = this.#value('From');
    const toText = this.#value('To');
    const vias = this.#readVias();
    const cseq = this.#readCseq(method);
    const body = this.#readBody();
    if (fromText === undefined || toText === undefined || callId === undefined)
      return this.#flaw('Missing Header Field');
    const from = parseNameAddr(fromText);
    const to = parseNameAddr(toText);
    if (from === undefined) return this.#flaw('Malformed From');
    if (to === undefined) return this.#flaw('Malformed To');
    if (callId === '' || callId.includes(' ')) return this.#flaw('Malformed Call-ID');
    if (vias === undefined || cseq === undefined || body === undefined) return undefined;
    if (!this.#checkOptional()) return undefined;
    return { names: this.#names, values: this.#values, vias, from, to, callId, ...cseq, body };
  }

  #readVias(): Via[] | undefined {
    const vias: Via[] = [];
    for (let index = 0; index < this.#names.length; index++) {
      if (this.#names[index] !== 'Via') continue;
      const some = parseVias(this.#values[index]!);
      if (some === undefined) return this.#flaw('Malformed Via');
      vias.push(...some);
    }
    if (vias.length === 0) return this.#flaw('Missing Via');
    // RFC 3261 §8.1.1.7: the cookie is followed by something unique.
    return vias[0]!.branch === branchCookie ? this.#flaw('Missing Transaction Identifier') : vias;
  }

  #readCseq(method: string | undefined): { cseq: number; method: string } | undefined {
    const text = this.#value('CSeq');
    if (text === undefined) return this.#flaw('Missing CSeq');
    let end = 0;
    while (end < text.length && !isBlank(text.charCodeAt(end))) end++;
    const cseq = decimalOf(text.slice(0, end));
    const named = text.slice(end).trim();
    if (cseq === undefined || cseq > sipCseqMax || !isToken(named)) return this.#flaw('Malformed CSeq');
    // RFC 3261 §8.1.1.5: the method MUST match that of the request.
    if (method !== undefined && named !== method) return this.#flaw('CSeq Method Mismatch');
    return { cseq, method: named };
  }

  #readBody(): Uint8Array | undefined {
    const text = this.#value('Content-Length');
    if (text === undefined) {
      const { protocol } = this.#source;
      // RFC 3261 §20.14: over a stream the field MUST be used.
      return protocol === 'tcp' || protocol === 'tls' ? this.#flaw('Missing Content-Length') : this.#rest;
    }
    const length = decimalOf(text, 6);
    if (length === undefined) return this.#flaw('Malformed Content-Length');
    // RFC 3261 §18.3: short of the length stated is an error, octets beyond it are discarded.
    if (length > this.#rest.length) return this.#flaw('Content-Length Beyond Message');
    return this.#rest.subarray(0, length);
  }

  #checkOptional(): boolean {
    for (let index = 0; index < this.#names.length; index++) {
      const name = this.#names[index]!;
      const value = this.#values[index]!;
      if (name === 'Contact') {
        if (value !== '*' && parseNameAddrList(value) === undefined) this.#flaw('Malformed Contact');
      } else if (name === 'Max-Forwards') {
        // RFC 3261 §20.22: 0 to 255.
        if (!((decimalOf(value) ?? 256) <= 255)) this.#flaw('Malformed Max-Forwards');
      } else if (name === 'Content-Type') {
        if (!/^[^\s/;"]+ *\/ *[^\s/;"]+ *(;|$)/.test(value)) this.#flaw('Malformed Content-Type');
      }
    }
    return this.#fault === '';
  }

  #value(name: string): string | undefined {
    const index = this.#names.indexOf(name);
    return index < 0 ? undefined : this.#values[index];
  }

  /** The first fault is the one that is told. */
  #flaw(reason: string): undefined {
    if (this.#fault === '') this.#fault = reason;
  }

  #malformed(reason: string, status: Malformed['status'] = 400): Malformed {
    return { kind: 'malformed', status, reason, answer: this.#isRequest ? this.#answer(status, reason) : '' };
  }

  /** RFC 3261 §8.2.6: as much of the request as a client needs to know its own. */
  #answer(status: number, reason: string): string {
    const isAck = this.#text.startsWith('ACK ');
    if (isAck || this.#value('Via') === undefined || this.#value('CSeq') === undefined) return '';
    let text = `SIP/2.0 ${status} ${reason}\r\n`;
    for (let index = 0; index < this.#names.length; index++) {
      const name = this.#names[index]!;
      if (!echoed.has(name) || (name !== 'Via' && this.#names.indexOf(name) !== index)) continue;
      text += `${name}: ${this.#values[index]!.replace(/[\r\n]/g, ' ')}\r\n`;
    }
    return `${text}Content-Length: 0\r\n\r\n`;
  }
}

const echoed: ReadonlySet<string> = new Set(['Via', 'From', 'To', 'Call-ID', 'CSeq']);

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
