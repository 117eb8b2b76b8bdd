import { expect, test } from 'vitest';
import { digitLostMs } from '../limits.ts';
import { DigitReceiver, DigitSender, writeEvent, type DigitProgress } from './telephone-event.ts';

function event(digit: number, duration: number, isEnd = false): Uint8Array {
  const octets = new Uint8Array(4);
  writeEvent({ timestamp: 0, isMarked: false, event: digit, isEnd, duration }, octets, 0);
  return octets;
}

function receive(receiver: DigitReceiver, timestamp: number, octets: Uint8Array, nowMs = 0): DigitProgress {
  return receiver.receive(timestamp, octets, 0, octets.length, nowMs);
}

test('many packets of one event are one digit, told at its first end', () => {
  const receiver = new DigitReceiver();
  expect(receive(receiver, 100, event(5, 160))).toEqual({ began: '5' });
  expect(receive(receiver, 100, event(5, 320))).toEqual({});
  expect(receive(receiver, 100, event(5, 800, true))).toEqual({ ended: { digit: '5', durationMs: 100 } });
  expect(receive(receiver, 100, event(5, 800, true))).toEqual({});
  expect(receive(receiver, 100, event(5, 640))).toEqual({});
});

test('the same key twice is two digits', () => {
  const receiver = new DigitReceiver();
  expect(receive(receiver, 100, event(10, 800, true)).ended?.digit).toBe('*');
  expect(receive(receiver, 1_700, event(10, 800, true)).ended?.digit).toBe('*');
});

test('a key held for longer than one packet can say comes in segments, and is one digit', () => {
  const receiver = new DigitReceiver();
  expect(receive(receiver, 100, event(5, 64_000))).toEqual({ began: '5' });
  expect(receive(receiver, 64_100, event(5, 160))).toEqual({});
  expect(receive(receiver, 64_100, event(5, 16_000, true))).toEqual({
    ended: { digit: '5', durationMs: 10_000 },
  });
  expect(receive(receiver, 90_000, event(5, 800, true)).ended).toEqual({ digit: '5', durationMs: 100 });
});

test('a digit whose end was lost ends with the next one, or by the clock', () => {
  const receiver = new DigitReceiver();
  receive(receiver, 100, event(1, 480), 1_000);
  expect(receive(receiver, 2_000, event(2, 160), 1_050)).toEqual({
    began: '2',
    ended: { digit: '1', durationMs: 60 },
  });
  expect(receiver.expire(1_050 + digitLostMs - 1)).toBeUndefined();
  expect(receiver.expire(1_050 + digitLostMs)).toEqual({ digit: '2', durationMs: 20 });
  expect(receiver.isPending).toBe(false);
});

test('flash, other events and stumps are no digits', () => {
  const receiver = new DigitReceiver();
  expect(receive(receiver, 1, event(16, 160, true))).toEqual({});
  expect(receive(receiver, 1, event(200, 160, true))).toEqual({});
  expect(receive(receiver, 1, Uint8Array.from([5, 0x80]))).toEqual({});
});

test('what is sent is what is received, ends repeated, with a pause between digits', () => {
  const sender = new DigitSender();
  const receiver = new DigitReceiver();
  for (const digit of '1#') sender.add({ digit, durationMs: 100 });
  expect(sender.add({ digit: 'x', durationMs: 100 })).toBe(false);
  const digits: string[] = [];
  let ends = 0;
  let pauses = 0;
  for (let frame = 0; sender.isBusy; frame++) {
    if (!sender.next(frame * 160)) {
      pauses += 1;
      continue;
    }
    const octets = new Uint8Array(4);
    writeEvent(sender.packet, octets, 0);
    for (let repeat = 0; repeat < sender.repeats; repeat++) {
      if (sender.packet.isEnd) ends += 1;
      const { ended } = receive(receiver, sender.packet.timestamp, octets, frame * 20);
      if (ended !== undefined) digits.push(`${ended.digit} ${ended.durationMs}`);
    }
  }
  expect(digits).toEqual(['1 100', '# 100']);
  expect(ends).toBe(6);
  expect(pauses).toBeGreaterThanOrEqual(6);
});
