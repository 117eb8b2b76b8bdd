/** A built portal as files: hashed assets are kept for ever, pages are asked for again, unknown paths are the portal's own. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { Readable } from 'node:stream';

export interface Portal {
  /** Path below which it lives: '' or '/admin'. */
  readonly base: string;
  readonly folder: string;
  readonly name: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json',
};

const safety = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
};
/** What SvelteKit's static adapter may have named the page for every other path. */
const fallbacks = ['200.html', 'index.html'];

export function servePortal(portal: Portal, request: Request): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Only GET.');
  let path: string;
  try {
    path = decodeURIComponent(new URL(request.url).pathname).slice(portal.base.length);
  } catch {
    return plain(400, 'The path is not well-formed.');
  }
  // Resolved against an imaginary root first, so that no `..` leads out of the folder.
  const file = join(portal.folder, normalize(`/${path}`));
  if (isFile(file)) return sendFile(file, { request, isImmutable: path.startsWith('/_app/immutable/') });
  if (path.startsWith('/_app/')) return plain(404, 'There is no such file.');
  const page = [
    `${file}.html`,
    join(file, 'index.html'),
    ...fallbacks.map((name) => join(portal.folder, name)),
  ];
  const found = page.find(isFile);
  return found ? sendFile(found, { request, isImmutable: false }) : notBuilt(portal);
}

function sendFile(
  file: string,
  { request, isImmutable }: { request: Request; isImmutable: boolean },
): Response {
  const { size, mtimeMs } = statSync(file);
  const etag = `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`;
  const headers: Record<string, string> = {
    ...safety,
    'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag,
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const accepted = request.headers.get('accept-encoding') ?? '';
  const packed = [
    { suffix: '.br', encoding: 'br' },
    { suffix: '.gz', encoding: 'gzip' },
  ].find(({ suffix, encoding }) => accepted.includes(encoding) && existsSync(file + suffix));
  if (packed) Object.assign(headers, { 'content-encoding': packed.encoding, vary: 'accept-encoding' });
  const sent = packed ? file + packed.suffix : file;
  headers['content-length'] = String(packed ? statSync(sent).size : size);
  if (request.method === 'HEAD') return new Response(null, { headers });
  return new Response(Readable.toWeb(createReadStream(sent)) as ReadableStream, { headers });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function notBuilt({ name, folder }: Portal): Response {
  return plain(
    503,
    `The ${name} is not built: no page in ${folder}. Build it with \`npm run build --workspace ${name}\`.`,
  );
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { ...safety, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
}
