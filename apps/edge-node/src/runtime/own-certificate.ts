/**
 * A certificate of the node's own, by which other nodes know it: made once, kept beside the ledger, signed by itself. Nobody has to
 * certify it, since whoever dials is told its fingerprint.
 */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dayMs } from '@seatgrid/core/kernel/duration.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { ownCertificateDays } from '../limits.ts';
import type { TlsFiles } from './tls-files.ts';
import { writePrivately } from './write-privately.ts';

export function openOwnCertificate(folder: string, nowMs: number, random: Random): TlsFiles {
  const certificate = join(folder, 'sip-certificate.pem');
  const key = join(folder, 'sip-key.pem');
  if (!existsSync(certificate) || !existsSync(key)) {
    const made = makeOwnCertificate(nowMs, random);
    writePrivately(key, made.key);
    writePrivately(certificate, made.certificate);
  }
  return { certificates: [certificate], keys: [key], authorities: null };
}

/** RFC 5280 §4.1, with an elliptic key and nothing more than it must have. */
export function makeOwnCertificate(
  nowMs: number,
  random: Random,
): { readonly certificate: string; readonly key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subjectKey = publicKey.export({ type: 'spki', format: 'der' });
  const name = der(0x30, der(0x31, der(0x30, oid.commonName, der(0x0c, Buffer.from('Seatgrid node')))));
  const algorithm = der(0x30, oid.ecdsaWithSha256);
  // RFC 5280 §4.1.2.2: positive, and nobody's else.
  const serial = Buffer.from(random.bytes(16));
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const toBeSigned = der(
    0x30,
    der(0x02, serial),
    algorithm,
    name,
    der(0x30, time(nowMs - dayMs), time(nowMs + ownCertificateDays * dayMs)),
    name,
    subjectKey,
  );
  const signed = der(0x30, toBeSigned, algorithm, bits(signatureOf(toBeSigned, privateKey)));
  return {
    certificate: pem('CERTIFICATE', signed),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** ITU-T X.690 §8.19. */
const oid = {
  commonName: Buffer.from('0603550403', 'hex'),
  ecdsaWithSha256: Buffer.from('06082a8648ce3d040302', 'hex'),
};

function signatureOf(octets: Buffer, key: KeyObject): Buffer {
  return sign('sha256', octets, key);
}

/** ITU-T X.690 §8.1: what it is, how long, and what is in it. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function bits(octets: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), octets);
}

/** RFC 5280 §4.1.2.5: GeneralizedTime, which is UTC and has no fractions; before 2050 it must be the shorter form. */
function time(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replace(/[-:T]|\.\d+/g, '');
  const isEarly = Number(digits.slice(0, 4)) < 2050;
  return isEarly ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

function pem(what: string, octets: Buffer): string {
  const lines = octets.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${what}-----`, ...lines, `-----END ${what}-----`, ''].join('\n');
}
