import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dayMs } from '@seatgrid/core/kernel/duration.ts';
import { systemRandom } from '@seatgrid/testkit/system-random.ts';
import { makeOwnCertificate, openOwnCertificate } from './own-certificate.ts';

test.each([
  ['today', Date.UTC(2026, 10, 26)],
  ['when it lasts beyond 2049', Date.UTC(2045, 0, 1)],
])('a certificate made %s is signed by its own key, and good for ten years', (_when, nowMs) => {
  const { certificate, key } = makeOwnCertificate(nowMs, systemRandom);
  const read = new X509Certificate(certificate);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(Date.parse(read.validFrom)).toBe(nowMs - dayMs);
  expect(Date.parse(read.validTo)).toBe(nowMs + 3_650 * dayMs);
});

test('it is made once, and its key is nobody else’s to read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-own-'));
  try {
    const files = openOwnCertificate(folder, Date.UTC(2026, 10, 26), systemRandom);
    const before = readFileSync(files.certificates[0]!, 'utf8');
    expect(statSync(files.keys[0]!).mode & 0o077).toBe(0);
    openOwnCertificate(folder, Date.UTC(2026, 10, 27), systemRandom);
    expect(readFileSync(files.certificates[0]!, 'utf8')).toBe(before);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
