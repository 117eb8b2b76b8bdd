/** The page behind a web button, as octets: one small document a button, and the files it names. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WebButtonAtNode } from '../tenants/tenant-directory.ts';

export interface PageFile {
  readonly contentType: string;
  readonly text: string;
}

const folder = join(import.meta.dirname, 'page');
const script = 'text/javascript; charset=utf-8';
const read = (name: string, contentType: string): PageFile => ({
  contentType,
  text: readFileSync(join(folder, name), 'utf8'),
});

/** By their path below `/web-call/`. Read once: they are part of the program. */
export const pageFiles: ReadonlyMap<string, PageFile> = new Map([
  ['web-button.js', read('web-button.js', script)],
  ['page/visitor-page.js', read('visitor-page.js', script)],
  ['page/visitor-line.js', read('visitor-line.js', script)],
  ['page/visitor-words.js', read('visitor-words.js', script)],
  ['page/visitor-page.css', read('visitor-page.css', 'text/css; charset=utf-8')],
]);

export function visitorPage({ did: { tenant } }: WebButtonAtNode, token: string): string {
  const { name, locale } = tenant.tenant;
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${escaped(name)}</title>
<link rel="stylesheet" href="page/visitor-page.css">
<script type="module" src="page/visitor-page.js"></script>
</head>
<body data-token="${token}" data-name="${escaped(name)}" data-locale="${locale}"><main></main></body>
</html>
`;
}

/** CSP level 3 §6.4.2: `frame-ancestors` names the pages that may show this one, so that no other can borrow the button. */
export function pageSafety({ button }: WebButtonAtNode): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self' ws: wss:",
    `frame-ancestors ${button.origins.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return { 'content-security-policy': policy.join('; '), 'cache-control': 'no-store' };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
