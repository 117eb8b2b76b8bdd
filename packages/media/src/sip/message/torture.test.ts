import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { describe, expect, test } from 'vitest';
import { hasTortureData, tortureMessages, wireForm } from '../../../test/torture-data.ts';
import { parseMessage } from './parse-message.ts';

const source = { address: '192.0.2.200', port: 5060 };
const asserted = tortureMessages('4475').filter(({ verdict }) => verdict !== 'not asserted');

describe.skipIf(!hasTortureData)('RFC 4475', () => {
  test('the corpus is whole', () => expect(asserted).toHaveLength(49));

  test.each(asserted)('$name: $verdict', ({ name, octets, verdict }) => {
    const message = parseMessage(octets, source);
    const isRead = message.kind === 'request' || message.kind === 'response';
    if (verdict === 'accept') expect(isRead || name === 'badbranch').toBe(true);
    else if (verdict === 'reject') expect(message.kind).toBe('malformed');
    else expect(['request', 'malformed']).toContain(message.kind);
  });

  test('the response to a malformed request repeats what the client needs to know it, and no more', () => {
    const mutilated = asserted.find(({ name }) => name === 'clerr')!;
    expect(parseMessage(mutilated.octets, source)).toMatchObject({
      status: 400,
      reason: 'Content-Length Beyond Message',
      answer:
        'SIP/2.0 400 Content-Length Beyond Message\r\nTo: sip:j.user@example.com\r\n' +
        'From: sip:caller@example.net;tag=93942939o2\r\nCall-ID: clerr.0ha0isndaksdjweiafasdk3\r\nCSeq: 8 INVITE\r\n' +
        'Via: SIP/2.0/UDP host5.example.com;branch=z9hG4bK-39234-23523\r\nContent-Length: 0\r\n\r\n',
    });
  });
});

describe.skipIf(!hasTortureData)('RFC 5118 (line ends made CRLF, the blank line added)', () => {
  test.each(tortureMessages('5118'))('$name: $verdict', ({ octets, verdict }) => {
    const message = parseMessage(wireForm(octets), source);
    expect(message.kind).toBe(verdict === 'reject' ? 'malformed' : 'request');
  });
});

describe.skipIf(!hasTortureData)('mutations', () => {
  test.each([1, 2, 3, 4])(
    'of the corpus, seed %i: 5,000 messages parse or are refused, and never throw',
    (seed) => {
      const random = createSeededRandom(seed);
      for (let round = 0; round < 5_000; round++) {
        const { octets } = asserted[randomInteger(random, asserted.length)]!;
        const message = parseMessage(mutated(octets, random), source);
        if (message.kind === 'request') exercise(message);
        if (message.kind === 'malformed') expect(message.answer).not.toMatch(/[^\r]\n|\r[^\n]/);
      }
    },
  );
});

type Random = ReturnType<typeof createSeededRandom>;

function mutated(octets: Buffer, random: Random): Buffer {
  const copy = Buffer.from(octets);
  const spots = 1 + randomInteger(random, 8);
  for (let spot = 0; spot < spots; spot++) {
    const at = randomInteger(random, copy.length);
    const kind = randomInteger(random, 4);
    if (kind === 0) copy[at] = randomInteger(random, 256);
    else if (kind === 1) copy[at] = '\r\n:;,<>"@%[]/= '.charCodeAt(randomInteger(random, 15));
    else if (kind === 2) copy.copyWithin(at, randomInteger(random, copy.length));
    else return copy.subarray(0, at);
  }
  return copy;
}

function exercise(message: Extract<ReturnType<typeof parseMessage>, { kind: 'request' }>): void {
  message.responseHead();
  message.nameAddrs('Contact');
  message.nameAddrs('Record-Route');
  message.list('Require');
  void [message.sdp, message.contentType, message.decimal('Expires')];
}
