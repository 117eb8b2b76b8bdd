import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { expect, test } from 'vitest';
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
  expect(push(framer, '\r\n\r\n')).toEqual({ messages: [], pings: 1, isBroken: false });
  expect(push(framer, `\r\n${message('x')}`)).toEqual({
    messages: [message('x')],
    pings: 0,
    isBroken: false,
  });
});

test.each([
  ['no length', 'INFO sip:a@b SIP/2.0\r\nVia: x\r\n\r\n'],
  ['a negative length', message('x').replace(': 1', ': -1')],
  ['two lengths', message('x').replace('Via: x', 'l: 5')],
  ['a length beyond the limit', message('x').replace(': 1', `: ${sipMessageBytesMax}`)],
  ['a head without end', `INFO ${'x'.repeat(sipMessageBytesMax)}`],
])('a stream with %s cannot be cut any more', (_name, text) => {
  expect(push(new StreamFramer(), text)).toEqual({ messages: [], pings: 0, isBroken: true });
});
