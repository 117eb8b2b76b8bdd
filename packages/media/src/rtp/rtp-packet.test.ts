import { expect, test } from 'vitest';
import { emptyRtpHeader, isRtcp, readRtpHeader, writeRtpHeader } from './rtp-packet.ts';

const fields = {
  isMarked: true,
  payloadType: 101,
  sequence: 0xfffe,
  timestamp: 0xfeed_beef,
  ssrc: 0x8000_0001,
};

function packetWith(payload: readonly number[]): Uint8Array {
  const packet = new Uint8Array(12 + payload.length);
  writeRtpHeader(packet, fields);
  packet.set(payload, 12);
  return packet;
}

test('a header written is read back, unsigned and whole', () => {
  const header = emptyRtpHeader();
  expect(readRtpHeader(packetWith([1, 2, 3]), header)).toBe(true);
  expect(header).toEqual({ ...fields, payloadStart: 12, payloadEnd: 15 });
});

test('sources, extension and padding are stepped over', () => {
  const header = emptyRtpHeader();
  // prettier-ignore
  const packet = Uint8Array.from([
    0xb1, 0x00, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, // padding, extension, one source
    9, 9, 9, 9,                               // CSRC
    0xbe, 0xde, 0, 1, 7, 7, 7, 7,             // extension of one word
    42, 43,                                   // payload
    0, 0, 3,                                  // padding
  ]);
  expect(readRtpHeader(packet, header)).toBe(true);
  expect([...packet.subarray(header.payloadStart, header.payloadEnd)]).toEqual([42, 43]);
});

test.each([
  ['too short', [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['another version', [0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['more sources than there is room for', [0x8f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['an extension cut short', [0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xbe]],
  ['an extension longer than the packet', [0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]],
  ['padding longer than the packet', [0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200]],
  ['padding that does not count itself', [0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
])('what is no RTP is refused: %s', (_, octets) => {
  expect(readRtpHeader(Uint8Array.from(octets), emptyRtpHeader())).toBe(false);
});

test('any octets at all are read or refused, never thrown at', () => {
  const header = emptyRtpHeader();
  let seed = 1;
  for (let round = 0; round < 20_000; round++) {
    const packet = Uint8Array.from(
      { length: round % 40 },
      () => (seed = (seed * 48_271) % 0x7fff_ffff) & 0xff,
    );
    if (readRtpHeader(packet, header)) expect(header.payloadEnd).toBeLessThanOrEqual(packet.length);
  }
});

test('RTCP among RTP is told by its type', () => {
  expect(isRtcp(Uint8Array.from([0x80, 200, 0, 1, 0, 0, 0, 0]))).toBe(true);
  expect(isRtcp(Uint8Array.from([0x80, 0x80 | 8, 0, 1, 0, 0, 0, 0]))).toBe(false);
});
