import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileRequest } from '@seatgrid/core/flows/kinds/file.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { tenantFileBytesMax, tenantFilesMax } from '../../limits.ts';
import { TenantFiles } from './tenant-files.ts';

const tenant = 'one' as TenantId;
let folder: string;
let files: TenantFiles;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-files-'));
  files = new TenantFiles(join(folder, 'tenants'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const act = (kind: FileRequest['act'], path: string, content = '', whose = tenant) =>
  files.perform(whose, { kind: 'file', act: kind, path, content });
const why = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { why: string }) => error.why,
  );

test('D-16: files and folders are created, modified, read, listed and deleted', async () => {
  await act('make-folder', 'orders');
  await act('write', 'orders/7712.txt', 'one');
  await act('append', 'orders/7712.txt', ', two');
  expect(await act('read', 'orders/7712.txt')).toBe('one, two');
  await act('write', 'orders/7712.txt', '三');
  expect(await act('read', 'orders/7712.txt')).toBe('三');
  expect(await act('list', 'orders')).toEqual(['7712.txt']);
  expect(await why(act('delete', 'orders'))).toBe('not-empty');
  await act('delete', 'orders/7712.txt');
  await act('delete', 'orders');
  expect(await why(act('list', 'orders'))).toBe('missing');
});

test.each([
  '../two/secret',
  'a/../../two/secret',
  '/etc/passwd',
  '..',
  '.',
  '.hidden',
  '',
  'a\\..\\b',
  'a\0b',
  'a/b/c/d/e/f/g',
  'x'.repeat(81),
])('D-16: %j leads outside the tenant’s own space, and is refused', async (path) => {
  mkdirSync(join(folder, 'tenants', 'two'), { recursive: true });
  writeFileSync(join(folder, 'tenants', 'two', 'secret'), 'theirs');
  for (const kind of ['read', 'write', 'append', 'delete', 'make-folder', 'list'] as const)
    expect(await why(act(kind, path, 'mine')), kind).toBe('refused');
});

test('a link someone laid there is not followed, and another tenant sees nothing', async () => {
  await act('write', 'mine', 'mine');
  symlinkSync('/etc', join(folder, 'tenants', tenant, 'etc'));
  expect(await why(act('read', 'etc/passwd'))).toBe('refused');
  expect(await why(act('read', 'mine', '', 'two' as TenantId))).toBe('missing');
});

test('what is kept is bounded in number and in size, also for those who write at once', async () => {
  const all = await Promise.all(
    Array.from({ length: tenantFilesMax + 3 }, (_, index) => why(act('write', `f${index}`, 'x'))),
  );
  expect(all.filter((one) => one === 'quota')).toHaveLength(3);
  await act('write', 'f0', 'x'.repeat(tenantFileBytesMax));
  expect(await why(act('append', 'f0', 'x'))).toBe('quota');
  expect(await why(act('read', 'f0'))).toBe('too-long');
});
