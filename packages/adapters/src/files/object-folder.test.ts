import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openObjectFolder } from './object-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'seatgrid-objects-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const objects = openObjectFolder(folder);
const octets = Buffer.from('whatever was said');
const sha256 = createHash('sha256').update(octets).digest('hex');
const textOf = async (key: string, from: number, to: number) => {
  const stream = await objects.read(key, { from, to });
  return stream && new Response(stream).text();
};

test('pieces in any order, some of them twice, are read by ranges when all are there', async () => {
  await objects.write('tenant/a.mp3', 8, octets.subarray(8));
  await objects.write('tenant/a.mp3', 0, octets.subarray(0, 10));
  await objects.write('tenant/a.mp3', 0, octets.subarray(0, 10));
  expect(await textOf('tenant/a.mp3', 0, 5)).toBeUndefined();
  expect(await objects.seal('tenant/a.mp3', sha256)).toBe(true);
  expect(await textOf('tenant/a.mp3', 0, octets.length)).toBe('whatever was said');
  expect(await textOf('tenant/a.mp3', 9, 12)).toBe('was');
  expect(await textOf('tenant/a.mp3', 9, 9)).toBe('');
});

test('what is not what its hash says is not kept', async () => {
  await objects.write('tenant/b.mp3', 0, octets.subarray(1));
  expect(await objects.seal('tenant/b.mp3', sha256)).toBe(false);
  expect(readdirSync(join(folder, 'tenant'))).toEqual(['a.mp3']);
});

test('no key leads out of the folder', async () => {
  for (const key of ['../a', 'a/../../b', '/etc/passwd', 'a', 'a//b'])
    await expect(objects.read(key, { from: 0, to: 1 }), key).rejects.toThrow('a key is plain names');
});
