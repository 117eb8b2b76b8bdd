/** Messages out: one string put together, and octets made of it at once. Values from elsewhere cannot start a line of their own. */
import type { SipRequest } from './sip-message.ts';
import { reasonPhrase } from './status.ts';

/** What goes on the wire, kept for retransmission outside the collected heap, with what a trace shows of it. */
export interface WrittenMessage {
  readonly octets: Buffer;
  /** One character an octet: the smallest that a message can be kept as for the half minute in which it may be asked for again. */
  readonly packed: string;
  readonly startLine: string;
  readonly callId: string;
}

export interface ResponseDraft {
  readonly status: number;
  readonly reason?: string | undefined;
  /** RFC 3261 §8.2.6.2: every response but 100 carries a To tag. */
  readonly toTag: string;
  /** Finished lines, each by `headerLine`. */
  readonly lines?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
}

export interface RequestDraft {
  readonly method: string;
  readonly uri: string;
  readonly via: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
  readonly maxForwards: number;
  /** Finished Route lines: repeated in ACK and CANCEL (RFC 3261 §9.1, §17.1.1.3). */
  readonly routes?: string | undefined;
  readonly lines?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
}

export function writeResponse(request: SipRequest, draft: ResponseDraft): WrittenMessage {
  const { status, reason, lines = '' } = draft;
  const startLine =
    reason === undefined
      ? (statusLines[status] ??= statusLine(status))
      : `SIP/2.0 ${status} ${oneLine(reason)}`;
  let to = request.field('To')!;
  if (request.toTag === '' && draft.toTag !== '') to += `;tag=${draft.toTag}`;
  const head = `${startLine}\r\n${request.responseHead()}To: ${to}\r\n${lines}`;
  return written(head, draft, startLine.length, request.callId);
}

/** By status: those with our own phrases, put together once. */
const statusLines: string[] = [];

function statusLine(status: number): string {
  return `SIP/2.0 ${status} ${reasonPhrase(status)}`;
}

export function writeRequest(draft: RequestDraft): WrittenMessage {
  const { method, uri, routes = '', lines = '' } = draft;
  const head =
    `${method} ${uri} SIP/2.0\r\nVia: ${draft.via}\r\nMax-Forwards: ${draft.maxForwards}\r\nFrom: ${draft.from}\r\n` +
    `To: ${draft.to}\r\nCall-ID: ${draft.callId}\r\nCSeq: ${draft.cseq} ${method}\r\n${routes}${lines}`;
  return written(head, draft, method.length + uri.length + ' '.length + ' SIP/2.0'.length, draft.callId);
}

function written(
  head: string,
  { contentType, body = '' }: Pick<ResponseDraft, 'contentType' | 'body'>,
  startLineChars: number,
  callId: string,
): WrittenMessage {
  const text = head + tail(contentType, body, body.length);
  // In ASCII, as almost all is, characters are octets, and all of it is laid out in memory once, here.
  if (Buffer.byteLength(text) === text.length) {
    return {
      octets: Buffer.from(text, 'latin1'),
      packed: text,
      startLine: text.slice(0, startLineChars),
      callId,
    };
  }
  const octets = Buffer.from(head + tail(contentType, body, Buffer.byteLength(body)));
  return { octets, packed: octets.toString('latin1'), startLine: head.slice(0, startLineChars), callId };
}

const sdpTypeLine = 'Content-Type: application/sdp\r\n';

function tail(contentType: string | undefined, body: string, bodyBytes: number): string {
  if (body === '') return 'Content-Length: 0\r\n\r\n';
  const typeLine = contentType === undefined ? sdpTypeLine : headerLine('Content-Type', contentType);
  return `${typeLine}Content-Length: ${bodyBytes}\r\n\r\n${body}`;
}

/** What `packed` was made of. */
export function unpackMessage(packed: string): WrittenMessage {
  const octets = Buffer.from(packed, 'latin1');
  const text = octets.toString();
  const callIdAt = text.indexOf(callIdName) + callIdName.length;
  return {
    octets,
    packed,
    startLine: text.slice(0, text.indexOf('\r\n')),
    callId: text.slice(callIdAt, text.indexOf('\r\n', callIdAt)),
  };
}

const callIdName = '\r\nCall-ID: ';

export function headerLine(name: string, value: string): string {
  return `${oneLine(name)}: ${oneLine(value)}\r\n`;
}

export function headerLines(headers: Readonly<Record<string, string>> | undefined): string {
  let text = '';
  if (headers) for (const name of Object.keys(headers)) text += headerLine(name, headers[name]!);
  return text;
}

/** RFC 3261 §20.34: the first hop first. */
export function routeLines(routes: readonly string[] | undefined): string {
  if (routes === undefined || routes.length === 0) return '';
  return routes.map((route) => headerLine('Route', route)).join('');
}

/** Line ends and other controls become blanks: a value never becomes a header. */
export function oneLine(value: string): string {
  for (let at = 0; at < value.length; at++) {
    // oxlint-disable-next-line no-control-regex
    if (value.charCodeAt(at) < 32) return value.replace(/[\u0000-\u001f]+/g, ' ');
  }
  return value;
}
