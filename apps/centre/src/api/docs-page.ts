/** The OpenAPI document for readers: one page, no scripts, nothing fetched from elsewhere. */
import { tagOf, type OpenApiDocument } from './openapi.ts';

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly parameters: { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

export function docsPage({ info, paths }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method,
      operation: operation as Operation,
    })),
  );
  const groups = [...Map.groupBy(operations, ({ path }) => tagOf(path))];
  const links = groups.map(([tag]) => `<a href="#${slug(tag)}">${escape(tag)}</a>`).join('');
  const sections = groups
    .map(
      ([tag, list]) =>
        `<section id="${slug(tag)}"><h2>${escape(tag)}</h2>${list.map(entry).join('')}</section>`,
    )
    .join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(info.title)} API</title><style>${style}</style></head><body>
<nav><strong>${escape(info.title)} API</strong>${links}</nav>
<main><h1>${escape(info.title)} API <small>${escape(info.version)}</small></h1><p>${code(info.description)}</p>
<p><a href="/api/openapi.json">openapi.json</a></p>${sections}</main></body></html>`;
}

function entry({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const rows = operation.parameters.map(
    (one) =>
      `<tr><td><code>${escape(one.name)}</code></td><td>${one.in}</td><td>${one.required ? 'mandatory' : ''}</td><td><code>${escape(JSON.stringify(one.schema))}</code></td></tr>`,
  );
  const table = rows.length === 0 ? '' : `<table>${rows.join('')}</table>`;
  return `<details><summary><b class="${method}">${method.toUpperCase()}</b> <code>${escape(path)}</code> <span>${escape(operation.summary)}</span></summary>
<p>${code(operation.description)}</p>${table}${schemaOf('Body', operation.requestBody?.content)}${schemaOf('Reply', operation.responses['200']?.content)}</details>`;
}

function schemaOf(title: string, content: Record<string, { schema: object }> | undefined): string {
  const [type, media] = Object.entries(content ?? {})[0] ?? [];
  if (!media) return '';
  return `<h4>${title} <small>${escape(type!)}</small></h4><pre>${escape(JSON.stringify(media.schema, null, 1))}</pre>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function code(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function slug(tag: string): string {
  return tag.replaceAll(/[^a-z0-9]+/g, '-');
}

const style = `:root{color-scheme:light dark}body{margin:0;font:14px/20px system-ui,sans-serif;display:grid;grid-template-columns:200px 1fr}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:16px;box-sizing:border-box;border-right:1px solid #8884}
nav a,nav strong{display:block;padding:2px 0;color:inherit;text-decoration:none}nav a:hover,nav a:focus{text-decoration:underline}
main{padding:16px 32px;max-width:1000px;min-width:0}details{border:1px solid #8884;border-radius:6px;margin:4px 0;padding:4px 12px}
summary{cursor:pointer}summary span{opacity:.75}b{display:inline-block;width:60px}.get{color:#1a7f4b}.post{color:#2563c9}.put{color:#9a6700}.delete{color:#c0392b}
@media(prefers-color-scheme:dark){.get{color:#5fd39a}.post{color:#7fb0ff}.put{color:#e5b567}.delete{color:#ff8a7a}}
pre{overflow:auto;max-height:400px;padding:8px;border:1px solid #8884;border-radius:6px;font-size:12px}td{padding:2px 12px 2px 0;vertical-align:top}small{opacity:.6}`;
