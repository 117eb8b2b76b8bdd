import { expect, test } from 'vitest';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { logFlushMs, logOctetsAtOnce } from './limits.ts';
import { LogLines } from './log-lines.ts';

function open() {
  const clock = new VirtualClock(1_700_000_000_000);
  const written: string[] = [];
  const lines = new LogLines(
    { write: (text) => written.push(text), flush: () => written.push('flush') },
    clock,
  );
  return { clock, written, lines };
}

test('lines come out together, in their order, after a while', () => {
  const { clock, written, lines } = open();
  lines.write('a\n');
  clock.advance(logFlushMs - 1);
  lines.write('b\n');
  expect(written).toEqual([]);
  clock.advance(1);
  lines.write('c\n');
  clock.advance(logFlushMs);
  expect(written).toEqual(['a\nb\n', 'c\n']);
});

test('many come out at once, and all of them when they are asked for', () => {
  const { clock, written, lines } = open();
  lines.write('a');
  lines.write('b'.repeat(logOctetsAtOnce));
  expect(written.map((text) => text.length)).toEqual([logOctetsAtOnce + 1]);
  lines.write('c');
  lines.flush();
  clock.advance(logFlushMs);
  expect(written.slice(1)).toEqual(['c', 'flush']);
});
