/** What others have computed: RFC 3711 appendix B, RFC 7714 §§16-17, whole packets of libsrtp's own test, and Node's HMAC. */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AesCounter } from './aes-counter.ts';
import { deriveKeys, type SessionKeys } from './derive-keys.ts';
import { GaloisTransform } from './galois-transform.ts';
import { HmacSha1 } from './hmac-sha1.ts';
import { refused } from './packet-transform.ts';
import type { SrtpSuiteName } from './srtp-suite.ts';
import { transformOf } from './transform-of.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

test('RFC 3711 §B.2: the key stream of counter mode', () => {
  const counter = new AesCounter(
    hex('2B7E151628AED2A6ABF7158809CF4F3C'),
    hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
  );
  const stream = Buffer.alloc(48);
  counter.apply(stream, 0, stream.length, 0, 0);
  expect(stream).toEqual(
    hex('E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0'),
  );
});

test('RFC 3711 §B.3: session keys out of a master key', () => {
  const master = hex('E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6');
  expect(deriveKeys({ suite: 'AES_CM_128_HMAC_SHA1_80', master }, 'rtp')).toEqual({
    encryption: hex('C61E7A93744F39EE10734AFE3FF7A087'),
    authentication: hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'),
    salt: hex('30CBBC08863D8C85D49DB34A9AE1'),
  });
});

test('HMAC-SHA1 agrees with another implementation at every length', () => {
  const key = randomBytes(20);
  const signer = new HmacSha1(key);
  const octets = randomBytes(300);
  const tag = new Uint8Array(20);
  for (let end = 0; end <= octets.length; end++) {
    signer.digest(octets, end, tag, 20);
    expect(Buffer.from(tag)).toEqual(createHmac('sha1', key).update(octets.subarray(0, end)).digest());
  }
});

/** libsrtp, test/srtp_driver.c: one packet of sixteen octets, sealed as the first of its stream. */
const wholePackets: readonly { suite: SrtpSuiteName; master: string; sealed: string }[] = [
  {
    suite: 'AES_CM_128_HMAC_SHA1_80',
    master: 'e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6',
    sealed: '4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb',
  },
  {
    suite: 'AEAD_AES_128_GCM',
    master: '000102030405060708090a0b0c0d0e0f a0a1a2a3a4a5a6a7a8a9aaab',
    sealed: 'c5002ede04cfdd2eb91159e0880aa06e d2976826f796b201df3131a127e8a392',
  },
];

test.each(wholePackets)('a whole packet of libsrtp under $suite', ({ suite, master, sealed }) => {
  const header = hex('800f1234decafbadcafebabe');
  const packet = Buffer.alloc(64);
  packet.set(header);
  packet.fill(0xab, 12, 28);
  const transform = transformOf({ suite, master: hex(master) });
  const octets = transform.sealRtp(packet, 28, 12, 0x1234);
  const whole = packet.subarray(0, octets);
  expect(whole).toEqual(Buffer.concat([header, hex(sealed)]));
  expect(transform.openRtp(whole, 12, 0x1234)).toBe(28);
  expect(packet.subarray(12, 28)).toEqual(Buffer.alloc(16, 0xab));
});

const folder = join(process.env.SEATGRID_DATA ?? '../shared/data', 'sip-torture', 'rfc7714');
const hasVectors = existsSync(folder);
if (!hasVectors) console.warn(`SKIPPED: vectors of RFC 7714: no test data in ${folder} (set SEATGRID_DATA)`);

interface Vector {
  readonly title: string;
  readonly keys: SessionKeys;
  readonly plain: Buffer;
  readonly sealed: Buffer;
}

/** Each example shows a packet before and after; the tag makes the sealed one longer. */
function vectorsIn(file: 'rtp-vectors.txt' | 'rtcp-vectors.txt'): Vector[] {
  const sections = readFileSync(join(folder, file), 'utf8').split(/^(?=1[67]\.\d\.(?:\d\.)? )/m);
  return sections.flatMap((section) => {
    const blocks = Array.from(section.matchAll(/\bpacket:\s+((?:[0-9a-f]{4,8}\s+)+)/g), ([, block]) =>
      hex(block!),
    );
    const key = /^ +Key: ([\s\S]*?)^ +AAD:/m.exec(section)?.[1];
    if (blocks.length !== 2 || key === undefined) return [];
    const [shown, sealed] = blocks.toSorted((a, b) => a.length - b.length) as [Buffer, Buffer];
    // Some show the deciphered payload alone.
    const plain = shown[0] === sealed[0] ? shown : Buffer.concat([sealed.subarray(0, 12), shown]);
    const salt = hex('51756964 2070726f 2071756f');
    const keys = { encryption: hex(key), authentication: Buffer.alloc(0), salt };
    return [{ title: section.slice(0, section.indexOf('\n')).trim(), keys, plain, sealed }];
  });
}

const isEnciphered = ({ title }: Vector) => /Encryption|Decryption/.test(title);

describe.runIf(hasVectors)('RFC 7714', () => {
  test('§16: the four enciphered RTP examples seal and open as printed', () => {
    // SRTP offers no tag without a cipher: the four examples of that have nobody to speak to.
    const vectors = vectorsIn('rtp-vectors.txt').filter(isEnciphered);
    expect(vectors).toHaveLength(4);
    for (const { title, keys, plain, sealed } of vectors) {
      const transform = new GaloisTransform({ rtp: keys, rtcp: keys });
      const packet = Buffer.alloc(sealed.length);
      packet.set(plain);
      expect(transform.sealRtp(packet, plain.length, 12, 0xf17b), title).toBe(sealed.length);
      expect(packet.toString('hex'), title).toBe(sealed.toString('hex'));
      expect(transform.openRtp(packet, 12, 0xf17b), title).toBe(plain.length);
      expect(packet.subarray(0, plain.length).toString('hex'), title).toBe(plain.toString('hex'));
      sealed[20]! ^= 1;
      expect(transform.openRtp(sealed, 12, 0xf17b), title).toBe(refused);
    }
  });

  test('§17: the four RTCP examples seal and open as printed, two of them signed alone', () => {
    const vectors = vectorsIn('rtcp-vectors.txt');
    expect(vectors).toHaveLength(4);
    for (const vector of vectors) {
      const { title, keys, plain, sealed } = vector;
      const transform = new GaloisTransform({ rtp: keys, rtcp: keys });
      if (isEnciphered(vector)) {
        const packet = Buffer.alloc(sealed.length);
        packet.set(plain);
        expect(transform.sealRtcp(packet, plain.length, 0x5d4), title).toBe(sealed.length);
        expect(packet.toString('hex'), title).toBe(sealed.toString('hex'));
      }
      expect(transform.rtcpIndex(sealed), title).toBe(0x5d4);
      const opened = Buffer.from(sealed);
      expect(transform.openRtcp(opened), title).toBe(plain.length);
      expect(opened.subarray(0, plain.length).toString('hex'), title).toBe(plain.toString('hex'));
      sealed[12]! ^= 1;
      expect(transform.openRtcp(sealed), title).toBe(refused);
    }
  });
});
