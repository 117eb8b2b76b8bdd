import { expect, test } from 'vitest';
import { sipHeadersMax, sipMessageBytesMax } from '../../limits.ts';
import { parseMessage } from './parse-message.ts';
import { paramOf } from './scanner.ts';
import { writeResponse } from './write-message.ts';

const source = { address: '198.51.100.7', port: 40_123 };
const parse = (text: string) => parseMessage(Buffer.from(text), source);

const lines = {
  start: 'OPTIONS sip:bob@example.com SIP/2.0',
  via: 'Via: SIP/2.0/UDP 10.0.0.5:5062;branch=z9hG4bK1;rport',
  from: 'From: "Alice \\"A\\"" <sip:alice@example.com>;tag=a1',
  to: 'To: <sip:bob@example.com>',
  callId: 'Call-ID: c1@10.0.0.5',
  cseq: 'CSeq: 7 OPTIONS',
};

function message(changes: Partial<Record<keyof typeof lines | 'more' | 'body', string>> = {}): string {
  const { body = '', more, ...rest } = changes;
  const all = Object.values({ ...lines, ...rest }).concat(more ?? []);
  return `${all.join('\r\n')}\r\n\r\n${body}`;
}

test('reads the fields that say where a message belongs', () => {
  expect(parse(message())).toMatchObject({
    kind: 'request',
    method: 'OPTIONS',
    callId: 'c1@10.0.0.5',
    cseq: 7,
    fromTag: 'a1',
    toTag: '',
    uri: { kind: 'sip', user: 'bob', host: 'example.com' },
    from: { displayName: 'Alice "A"' },
  });
});

test('the topmost Via goes back marked with the real source (RFC 3261 §18.2.1, RFC 3581 §4)', () => {
  const request = parse(
    message({ via: 'v: SIP/2.0/UDP 10.0.0.5:5062;branch=z9hG4bK1;rport, SIP/2.0/UDP far.example.com' }),
  );
  if (request.kind !== 'request') throw new Error('not read');
  const text = writeResponse(request, { status: 200, toTag: 'x' }).octets.toString();
  expect(text).toContain(
    'Via: SIP/2.0/UDP 10.0.0.5:5062;branch=z9hG4bK1;received=198.51.100.7;rport=40123\r\nVia: SIP/2.0/UDP far.example.com\r\n',
  );
});

test('CRLFs alone are a keep-alive, and before a message they are nothing', () => {
  expect(parse('\r\n\r\n').kind).toBe('keep-alive');
  expect(parse(`\r\n${message()}`).kind).toBe('request');
});

test('octets beyond Content-Length are cut off; a body may hold anything', () => {
  const request = parse(message({ more: 'Content-Length: 3', body: 'a\nbINVITE' }));
  expect(request.kind === 'request' && request.bodyText).toBe('a\nb');
});

test.each([
  ['a missing To', { to: 'X: y' }, 'Missing Header Field'],
  ['two Call-IDs', { more: 'i: c2' }, 'Duplicate Call-ID'],
  ['a CSeq of another method', { cseq: 'CSeq: 7 INVITE' }, 'CSeq Method Mismatch'],
  ['a CSeq beyond 32 bits', { cseq: 'CSeq: 4294967296 OPTIONS' }, 'Malformed CSeq'],
  ['a bare LF within a field', { to: 'To: <sip:bob@example.com>\nX: y' }, 'Bare Line End'],
  ['a quote without its end', { from: 'From: "Alice <sip:alice@example.com>;tag=a1' }, 'Malformed From'],
  ['a port beyond 65535', { start: 'OPTIONS sip:bob@example.com:65536 SIP/2.0' }, 'Malformed Request-URI'],
  ['an escape of no hex digits', { to: 'To: <sip:b%4Xob@example.com>' }, 'Malformed To'],
  ['Max-Forwards beyond 255', { more: 'Max-Forwards: 256' }, 'Malformed Max-Forwards'],
  ['a content type without subtype', { more: 'Content-Type: text' }, 'Malformed Content-Type'],
  ['a field without a colon', { more: 'Nonsense' }, 'Malformed Header Field'],
])('%s is refused with 400, in words', (_name, change, reason) => {
  const outcome = parse(message(change));
  expect(outcome).toMatchObject({ kind: 'malformed', status: 400, reason });
  expect(outcome.kind === 'malformed' && outcome.answer).toMatch(/^SIP\/2\.0 400 /);
});

test('another version is answered 505, and no ACK and no response is answered at all', () => {
  expect(parse(message({ start: 'OPTIONS sip:bob@example.com SIP/3.0' }))).toMatchObject({ status: 505 });
  expect(parse(message({ start: 'ACK sip:bob@example.com SIP/2.0' }))).toMatchObject({
    kind: 'malformed',
    answer: '',
  });
  expect(parse(message({ start: 'SIP/2.0 200 OK', to: 'X: y' }))).toMatchObject({
    kind: 'malformed',
    answer: '',
  });
  expect(parse('hello')).toMatchObject({ kind: 'malformed', answer: '' });
});

test('more fields, longer fields or more octets than the limits are refused', () => {
  expect(parse(message({ more: 'X-A: y\r\n'.repeat(sipHeadersMax).trimEnd() }))).toMatchObject({
    reason: 'Header Too Large',
  });
  expect(parse(message({ more: `X-A: ${'y'.repeat(9_000)}` }))).toMatchObject({ reason: 'Header Too Large' });
  expect(parse(message({ body: 'x'.repeat(sipMessageBytesMax) }))).toMatchObject({ status: 513 });
});

test('SDP is found within a multipart body', () => {
  const body =
    '--b1\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b1\r\nc: application/sdp\r\n\r\nv=0\r\ns=-\r\n--b1--\r\n';
  const request = parse(message({ more: 'Content-Type: multipart/mixed;boundary="b1"', body }));
  expect(request.kind === 'request' && request.sdp).toBe('v=0\r\ns=-\r\n');
});

test('parameters are found in whatever case they stand, quoted or with blanks around them', () => {
  const request = parse(
    message({
      from: 'From: <sip:alice@example.com> ; X="a;tag=no" ; TAG = a1',
      more: 'm: <sip:a@b>;q="\\"1"',
    }),
  );
  if (request.kind !== 'request') throw new Error('not read');
  expect(request.fromTag).toBe('a1');
  expect(paramOf(request.from.params, 'x')).toBe('a;tag=no');
  expect(paramOf(request.nameAddrs('Contact')![0]!.params, 'q')).toBe('"1');
  expect(paramOf(request.from.params, 'y')).toBeUndefined();
});

test('letters beyond ASCII in head or body change nothing about what is where', () => {
  const body = 'grüß dich';
  const more = `X-Name: Jürgen\r\nContent-Length: ${Buffer.byteLength(body) - 1}`;
  const request = parse(`\r\n${message({ more, body })}`);
  if (request.kind !== 'request') throw new Error('not read');
  expect([request.header('x-name'), request.bodyText]).toEqual(['Jürgen', 'grüß dic']);
});
