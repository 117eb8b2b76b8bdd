import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servePortal } from './serve-portal.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-portal-'));
  mkdirSync(join(folder, '_app/immutable'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), 'the page');
  writeFileSync(join(folder, '_app/immutable/x.js'), 'code');
  writeFileSync(join(folder, '_app/immutable/x.js.br'), 'packed');
  writeFileSync(join(folder, '..', 'secret.txt'), 'secret');
});
afterAll(() => {
  rmSync(join(folder, '..', 'secret.txt'));
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  servePortal({ base: '/admin', folder, name: 'portal' }, new Request(`http://centre${path}`, { headers }));

test('a path of the portal’s own is its page, asked for anew each time and answered 304 while it is the same', async () => {
  for (const path of ['/admin', '/admin/', '/admin/tenants/5']) {
    const page = get(path);
    expect(await page.text()).toBe('the page');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(get(path, { 'if-none-match': page.headers.get('etag')! }).status).toBe(304);
  }
});

test('a hashed asset is kept for ever, and sent packed to who can unpack it', async () => {
  const asset = get('/admin/_app/immutable/x.js', { 'accept-encoding': 'gzip, br' });
  expect(asset.headers.get('cache-control')).toContain('immutable');
  expect(asset.headers.get('content-type')).toContain('text/javascript');
  expect([asset.headers.get('content-encoding'), await asset.text()]).toEqual(['br', 'packed']);
  expect(await get('/admin/_app/immutable/x.js').text()).toBe('code');
});

test('a missing asset is 404 and not the page, so that an old tab notices', () => {
  expect(get('/admin/_app/immutable/gone.js').status).toBe(404);
});

test('no path leads out of the folder', async () => {
  for (const path of ['/admin/../secret.txt', '/admin/%2e%2e/secret.txt', '/admin/..%2fsecret.txt'])
    expect(await get(path).text(), path).not.toBe('secret');
});
