import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { describe, expect, test } from 'vitest';
import { hasTortureData, tortureMessages } from '../../../test/torture-data.ts';
import { sipMessageBytesMax } from '../../limits.ts';
import { StreamFramer } from './stream-framer.ts';

const message = (body: string, name = 'Content-Length'): string =>
  `INFO sip:a@b SIP/2.0\r\nVia: x\r\n${name}: ${body.length}\r\n\r\n${body}`;

const push = (framer: StreamFramer, text: string) => {
  const { messages, ...rest } = framer.push(Buffer.from(text));
  return { ...rest, messages: messages.map(String) };
};

test('however a stream is cut, the same messages come out', () => {
  const whole = [message('hello'), message('', 'l'), message('a\r\n\r\nb', 'CONTENT-LENGTH ')];
  const stream = Buffer.from(whole.join(''));
  const random = createSeededRandom(9);
  for (let round = 0; round < 200; round++) {
    const framer = new StreamFramer();
    const found: string[] = [];
    for (let at = 0; at < stream.length;) {
      const end = at + 1 + randomInteger(random, 60);
      found.push(...framer.push(stream.subarray(at, end)).messages.map(String));
      at = end;
    }
    expect(found).toEqual(whole);
    expect(framer.isWithinMessage).toBe(false);
  }
});

test('a double CRLF is a ping, a single one nothing (RFC 5626 §3.5.1)', () => {
  const framer = new StreamFramer();
  expect(push(framer, '\r\n\r\n')).toEqual({ messages: [], pings: 1, broken: undefined });
  expect(push(framer, `\r\n${message('x')}`)).toEqual({
    messages: [message('x')],
    pings: 0,
    broken: undefined,
  });
});

test.each([
  ['no length', 'INFO sip:a@b SIP/2.0\r\nVia: x\r\n\r\n'],
  ['a negative length', message('x').replace(': 1', ': -1')],
  ['two lengths', message('x').replace('Via: x', 'l: 5')],
  ['a length beyond the limit', message('x').replace(': 1', `: ${sipMessageBytesMax}`)],
  ['a head without end', `INFO ${'x'.repeat(sipMessageBytesMax)}`],
])('a stream with %s cannot be cut any more', (_name, text) => {
  const { messages, broken } = push(new StreamFramer(), text);
  expect([messages, broken === undefined]).toEqual([[], false]);
});

describe.skipIf(!hasTortureData)('the messages of RFC 4475, each before each next', () => {
  /** Those that say where they end, and say so truly. */
  const whole = tortureMessages('4475')
    .map(({ octets }) => octets)
    .filter((octets) => {
      const framer = new StreamFramer();
      const { messages, broken } = framer.push(octets);
      return messages.length === 1 && broken === undefined && !framer.isWithinMessage;
    });

  test('cut at every octet, the same two messages come out', () => {
    expect(whole.length).toBeGreaterThanOrEqual(44);
    let cuts = 0;
    for (const [index, first] of whole.entries()) {
      const second = whole[(index + 1) % whole.length]!;
      const pair = Buffer.concat([first, second]);
      for (let cut = 1; cut < pair.length; cut++, cuts++) {
        const framer = new StreamFramer();
        const messages = [pair.subarray(0, cut), pair.subarray(cut)].flatMap(
          (part) => framer.push(part).messages,
        );
        const isSame = messages.length === 2 && messages[0]!.equals(first) && messages[1]!.equals(second);
        if (!isSame || framer.isWithinMessage) throw new Error(`pair ${index} cut at ${cut}`);
      }
    }
    expect(cuts).toBeGreaterThan(20_000);
  });

  test('all in one stream, an octet at a time, and what was handed out stays as it was', () => {
    const framer = new StreamFramer();
    const messages: Buffer[] = [];
    for (const octet of Buffer.concat(whole)) messages.push(...framer.push(Buffer.of(octet)).messages);
    expect(messages.map((one) => one.toString('latin1'))).toEqual(whole.map((one) => one.toString('latin1')));
  });
});
