import { expect, test } from 'vitest';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { emptyRtpHeader, readUint32, rtpHeaderOctets, writeRtpHeader } from '../rtp/rtp-packet.ts';
import { indexNear, ReplayWindow } from './packet-index.ts';
import { SrtpReceiver } from './srtp-receiver.ts';
import { SrtpSender } from './srtp-sender.ts';
import { srtpSuites, type SrtpKeying, type SrtpSuiteName } from './srtp-suite.ts';

const random = createSeededRandom(3711);
const suites = Object.keys(srtpSuites) as SrtpSuiteName[];

function keyingOf(suite: SrtpSuiteName): SrtpKeying {
  const { keyOctets, saltOctets } = srtpSuites[suite];
  return { suite, master: random.bytes(keyOctets + saltOctets) };
}

function packetOf(sequence: number, ssrc = 0xfeed, octets = 160): Buffer {
  const packet = Buffer.alloc(rtpHeaderOctets + octets, sequence);
  writeRtpHeader(packet, {
    ...emptyRtpHeader(),
    sequence: sequence & 0xffff,
    timestamp: sequence * 160,
    ssrc,
  });
  return packet;
}

/** As it goes over the wire: in memory of its own. */
const sent = (packet: Uint8Array | undefined) => Buffer.from(packet!);

test.each(suites)('%s: what is sealed opens once, and shows nothing of itself meanwhile', (suite) => {
  const keying = keyingOf(suite);
  const sender = new SrtpSender(keying);
  const receiver = new SrtpReceiver(keying);
  for (const octets of [0, 1, 15, 16, 17, 160, 1_400]) {
    const plain = packetOf(7 + octets, 5, octets);
    const sealed = sent(sender.sealRtp(plain));
    expect(sealed.subarray(0, rtpHeaderOctets)).toEqual(plain.subarray(0, rtpHeaderOctets));
    if (octets > 8) expect(sealed.includes(plain.subarray(rtpHeaderOctets))).toBe(false);
    const replayed = Buffer.from(sealed);
    expect(Buffer.from(receiver.openRtp(sealed)!)).toEqual(plain);
    expect(receiver.openRtp(replayed)).toBeUndefined();
  }
  const report = Buffer.from('80c90001000000058bc90001000000ff', 'hex');
  const first = sent(sender.sealRtcp(report));
  const second = sent(sender.sealRtcp(report));
  expect(first).not.toEqual(second);
  expect(Buffer.from(receiver.openRtcp(Buffer.from(second))!)).toEqual(report);
  expect(Buffer.from(receiver.openRtcp(Buffer.from(first))!)).toEqual(report);
  expect(receiver.openRtcp(first)).toBeUndefined();
});

test.each(suites)('%s: one flipped bit anywhere is refused, and leaves the stream as it was', (suite) => {
  const keying = keyingOf(suite);
  const sender = new SrtpSender(keying);
  const receiver = new SrtpReceiver(keying);
  receiver.openRtp(sent(sender.sealRtp(packetOf(1))));
  const sealed = sent(sender.sealRtp(packetOf(2)));
  for (let at = 0; at < sealed.length; at++) {
    const bad = Buffer.from(sealed);
    bad[at]! ^= 1 << (at % 8);
    const before = Buffer.from(bad);
    expect(receiver.openRtp(bad), `octet ${at}`).toBeUndefined();
    expect(bad).toEqual(before);
  }
  expect(receiver.openRtp(Buffer.from(sealed).subarray(0, 20))).toBeUndefined();
  expect(receiver.openRtp(Buffer.alloc(0))).toBeUndefined();
  expect(receiver.openRtcp(Buffer.alloc(9))).toBeUndefined();
  expect(receiver.openRtp(sealed)).toBeDefined();
});

test('the rollover counter follows through wraps, loss and disorder', () => {
  const keying = keyingOf('AES_CM_128_HMAC_SHA1_80');
  const sender = new SrtpSender(keying);
  const receiver = new SrtpReceiver(keying);
  const opened: number[] = [];
  let late: Buffer | undefined;
  const isNearWrap = (index: number) => index % 65_536 < 100 || index % 65_536 > 65_400;
  for (let index = 65_000; index < 5 * 65_536; index += isNearWrap(index) ? 1 : 50) {
    const sealed = sent(sender.sealRtp(packetOf(index, 9, 4)));
    if (index % 65_536 === 65_535) late = sealed;
    else if (index % 10 !== 3 && receiver.openRtp(sealed)) opened.push(index);
    if (index % 65_536 === 40 && late) opened.push(receiver.openRtp(late) ? index : -1);
  }
  expect(opened).not.toContain(-1);
  expect(opened.length).toBeGreaterThan(5_000);
});

test('what is older than the window, or comes before the beginning, is refused', () => {
  expect(indexNear(-1, 65_535)).toBe(65_535);
  expect(indexNear(3, 65_535)).toBe(-1);
  expect(indexNear(65_530, 3)).toBe(65_539);
  expect(indexNear(65_539, 65_530)).toBe(65_530);
  const window = new ReplayWindow();
  for (const index of [10, 11, 300]) window.note(index);
  expect([10, 11, 172, 173, 299, 300, 301].map((index) => window.isNew(index))).toEqual([
    false,
    false,
    false,
    true,
    true,
    false,
    true,
  ]);
});

test('one index never enciphers two packets', () => {
  const sender = new SrtpSender(keyingOf('AEAD_AES_128_GCM'));
  expect(sender.sealRtp(packetOf(5))).toBeDefined();
  expect(sender.sealRtp(packetOf(5, 0xfeed, 20))).toBeUndefined();
  expect(sender.sealRtp(packetOf(4))).toBeDefined();
  expect(sender.sealRtp(Buffer.alloc(5_000, 0x80))).toBeUndefined();
});

test('another master key goes on counting; packets under the old one may cross it', () => {
  const before = keyingOf('AES_CM_128_HMAC_SHA1_80');
  const after = keyingOf('AEAD_AES_256_GCM');
  const sender = new SrtpSender(before);
  const receiver = new SrtpReceiver(before);
  for (let index = 65_500; index < 65_600; index++)
    expect(receiver.openRtp(sent(sender.sealRtp(packetOf(index))))).toBeDefined();
  const crossing = sent(sender.sealRtp(packetOf(65_600)));
  sender.rekey(after);
  receiver.rekey(after);
  expect(receiver.openRtp(crossing)).toBeDefined();
  expect(receiver.openRtp(sent(sender.sealRtp(packetOf(65_601))))).toBeDefined();
  // The old key is forgotten with the first packet under the new one.
  const old = new SrtpSender(before);
  expect(receiver.openRtp(sent(old.sealRtp(packetOf(65_602))))).toBeUndefined();
  // Some phones begin anew with each key.
  receiver.rekey(before);
  expect(receiver.openRtp(sent(new SrtpSender(before).sealRtp(packetOf(3))))).toBeDefined();
});

test('another source with the key is believed, and none without it takes its place', () => {
  const keying = keyingOf('AES_CM_128_HMAC_SHA1_32');
  const receiver = new SrtpReceiver(keying);
  const stranger = new SrtpSender(keyingOf('AES_CM_128_HMAC_SHA1_32'));
  const sender = new SrtpSender(keying);
  expect(receiver.openRtp(sent(sender.sealRtp(packetOf(65_530))))).toBeDefined();
  expect(receiver.openRtp(sent(sender.sealRtp(packetOf(65_536))))).toBeDefined();
  for (let ssrc = 0; ssrc < 100; ssrc++)
    expect(receiver.openRtp(sent(stranger.sealRtp(packetOf(100 + ssrc, ssrc))))).toBeUndefined();
  const opened = receiver.openRtp(sent(new SrtpSender(keying).sealRtp(packetOf(8, 77))))!;
  expect(readUint32(opened, 8)).toBe(77);
  expect(receiver.openRtp(sent(sender.sealRtp(packetOf(65_537))))).toBeDefined();
});
