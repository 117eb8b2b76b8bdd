import { expect, test } from 'vitest';
import { OutgoingStream } from './outgoing-stream.ts';
import { emptyRtpHeader, type RtpHeader } from './rtp-packet.ts';

const start = { ssrc: 7, sequence: 0xffff, timestamp: 0xffff_ffb0 };

function from(ssrc: number, sequence: number, timestamp: number): RtpHeader {
  return { ...emptyRtpHeader(), ssrc, sequence, timestamp };
}

function numbers(header: RtpHeader | undefined): readonly [number, number] | undefined {
  return header && [header.sequence, header.timestamp];
}

test('frames of our own and packets of changing sources make one unbroken count', () => {
  const stream = new OutgoingStream(start);
  expect(numbers(stream.own(0, 160, true))).toEqual([0xffff, 0xffff_ffb0]);
  expect(numbers(stream.own(0, 160, false))).toEqual([0, 80]);
  expect(numbers(stream.relayed(from(1, 500, 9_000), 0, 160))).toEqual([1, 240]);
  expect(numbers(stream.relayed(from(1, 501, 9_160), 0, 160))).toEqual([2, 400]);
  expect(numbers(stream.relayed(from(2, 7, 70), 0, 160))).toEqual([3, 560]);
  expect(numbers(stream.own(0, 160, false))).toEqual([4, 720]);
});

test('loss and disorder of a relayed source stay visible', () => {
  const stream = new OutgoingStream({ ssrc: 7, sequence: 10, timestamp: 0 });
  expect(numbers(stream.relayed(from(1, 100, 1_600), 0, 160))).toEqual([10, 0]);
  expect(numbers(stream.relayed(from(1, 102, 1_920), 0, 160))).toEqual([12, 320]);
  expect(numbers(stream.relayed(from(1, 101, 1_760), 0, 160))).toEqual([11, 160]);
  expect(numbers(stream.own(0, 160, false))).toEqual([13, 480]);
});

test('a packet older than the moment its source was taken up is not sent under a used number', () => {
  const stream = new OutgoingStream({ ssrc: 7, sequence: 10, timestamp: 0 });
  stream.own(0, 160, false);
  expect(numbers(stream.relayed(from(1, 100, 1_600), 0, 160))).toEqual([11, 160]);
  expect(stream.relayed(from(1, 99, 1_440), 0, 160)).toBeUndefined();
});

test('a swallowed packet leaves no hole, and a new source begins with the marker', () => {
  const stream = new OutgoingStream({ ssrc: 7, sequence: 10, timestamp: 0 });
  expect(stream.relayed(from(1, 100, 0), 0, 160)!.isMarked).toBe(true);
  stream.swallowed(from(1, 101, 160));
  const next = stream.relayed(from(1, 102, 320), 0, 160)!;
  expect(next).toMatchObject({ sequence: 11, timestamp: 320, isMarked: false, ssrc: 7 });
});
