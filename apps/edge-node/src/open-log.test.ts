import { pino } from 'pino';
import { expect, test } from 'vitest';
import { infoLine } from './open-log.ts';

const time = () => ',"time":"2026-11-26T12:00:00.007Z"';
const atMs = Date.UTC(2026, 10, 26, 12, 0, 0, 7);

test.each([
  { facts: {}, message: 'the node stops' },
  { facts: { callId: '1', answeredAfterMs: null, waitMs: 0.5, detail: undefined }, message: 'a call ended' },
  { facts: { places: ['udp "1"', 'tcp\n2'], deep: { of: [1, null] } }, message: 'a trunk’s “servers”' },
])('a line of $facts is as pino writes it', ({ facts, message }) => {
  const lines: string[] = [];
  pino({ base: null, timestamp: time }, { write: (line) => lines.push(line) }).info(facts, message);
  expect(infoLine(facts, message, atMs)).toBe(lines[0]);
});
