import { describe, expect, test } from 'vitest';
import { hasTortureData, tortureMessages, wireForm } from '../../../test/torture-data.ts';
import { parseMessage } from './parse-message.ts';
import type { SipRequest, SipResponse } from './sip-message.ts';
import { formatUri } from './sip-uri.ts';
import { headerLine, writeRequest, writeResponse } from './write-message.ts';

const source = { address: '192.0.2.200', port: 5060 };
const corpus = [
  ...tortureMessages('4475'),
  ...tortureMessages('5118').map((one) => ({ ...one, octets: wireForm(one.octets) })),
];
const readable = corpus
  .map(({ name, octets }) => ({ name, message: parseMessage(octets, source) }))
  .filter(({ message }) => message.kind === 'request' || message.kind === 'response') as {
  readonly name: string;
  readonly message: SipRequest | SipResponse;
}[];
const requests = readable.filter(({ message }) => message.kind === 'request') as {
  readonly name: string;
  readonly message: SipRequest;
}[];

describe.skipIf(!hasTortureData)('parsed, built and parsed again', () => {
  test('most of the corpora can be read', () => expect(readable.length).toBeGreaterThanOrEqual(38));

  test.each(requests)('$name is the same request', ({ message }) => {
    const once = rebuilt(message);
    const again = read(once);
    expect(meaningOf(again)).toEqual(meaningOf(message));
    expect(rebuilt(again)).toBe(once);
  });

  test.each(requests)('the answer to $name comes back with all that names the request', ({ message }) => {
    const text = writeResponse(message, { status: 200, toTag: 'ours' }).octets.toString();
    const answer = parseMessage(Buffer.from(text), source);
    if (answer.kind !== 'response') throw new Error(`not read: ${text}`);
    const { callId, cseq, method, fromTag } = message;
    expect(answer).toMatchObject({ callId, cseq, method, fromTag, toTag: message.toTag || 'ours' });
    expect(answer.head.vias.map(({ branch }) => branch)).toEqual(
      message.head.vias.map(({ branch }) => branch),
    );
  });
});

/** The message as our own writer puts it: what it does not write itself goes along as lines. */
function rebuilt(message: SipRequest): string {
  const { method, callId, cseq, uri } = message;
  const [via = '', ...furtherVias] = message.headers('Via');
  const written = new Set([
    'Via',
    'Max-Forwards',
    'From',
    'To',
    'Call-ID',
    'CSeq',
    'Content-Type',
    'Content-Length',
  ]);
  let lines = furtherVias.map((value) => headerLine('Via', value)).join('');
  for (const [index, name] of message.head.names.entries())
    if (!written.has(name)) lines += headerLine(name, message.head.values[index]!);
  return writeRequest({
    method,
    uri: formatUri(uri),
    via,
    from: message.header('From')!,
    to: message.header('To')!,
    callId,
    cseq,
    maxForwards: message.decimal('Max-Forwards') ?? 70,
    lines,
    contentType: message.header('Content-Type') ?? 'application/sdp',
    body: message.bodyText,
  }).octets.toString();
}

function read(text: string): SipRequest {
  const message = parseMessage(Buffer.from(text), source);
  if (message.kind !== 'request') throw new Error(`not read: ${JSON.stringify(message)}`);
  return message;
}

function meaningOf(message: SipRequest): unknown {
  const { method, callId, cseq, fromTag, toTag, from, to, bodyText } = message;
  const { vias } = message.head;
  const uri = message.uri.kind === 'sip' ? { ...message.uri } : message.uri;
  const fields = ['Contact', 'Route', 'Record-Route'].map((name) => message.nameAddrs(name));
  return { method, callId, cseq, fromTag, toTag, from, to, bodyText, vias, uri, fields };
}
