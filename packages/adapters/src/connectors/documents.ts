/** What came, as a document: JSON, XML, or plain text. Numbers stay as they were written. */
import { SaxesParser } from 'saxes';
import type { Document } from '@seatgrid/core/connectors/ask-connector.ts';
import { documentDepthMax } from '@seatgrid/core/connectors/limits.ts';
import { ConnectorError } from './connector-error.ts';

/** By its media type; where nobody says one, by how it begins. */
export function readDocument(text: string, mediaType: string): Document {
  const start = text.trimStart();
  const isPlain = /^text\/(?!xml)/.test(mediaType);
  if (/[/+]json\b/.test(mediaType) || (!isPlain && /^[[{]/.test(start))) return readJson(text);
  if (/[/+]xml\b/.test(mediaType) || (!isPlain && start.startsWith('<'))) return readXml(text);
  return { text };
}

export function readJson(text: string): Document {
  try {
    return documentOf(JSON.parse(text, keepDigits));
  } catch (cause) {
    if (cause instanceof ConnectorError) throw cause;
    throw new ConnectorError('unreadable', 'the answer is no JSON', cause);
  }
}

// With the source of a value: https://tc39.es/proposal-json-parse-with-source/
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value;
}

/** Elements by their local names: a text, or fields; repeated ones are a list; an attribute is `@name`. */
export function readXml(text: string): Document {
  // Entities of its own are unknown to the parser, so that none can grow.
  const parser = new SaxesParser({ xmlns: true });
  const root: Element = { fields: {}, text: '' };
  const open: Element[] = [root];
  parser.on('error', (error) => {
    throw new ConnectorError('unreadable', 'the answer is no XML', error);
  });
  parser.on('opentag', ({ local, attributes }) => {
    if (open.length > documentDepthMax) throw new ConnectorError('unreadable', 'the answer nests too deep');
    const element: Element = { fields: {}, text: '' };
    for (const one of Object.values(attributes)) {
      if (one.prefix === 'xmlns' || one.name === 'xmlns') continue;
      if (one.local === 'nil' && one.value === 'true') element.isNil = true;
      element.fields[`@${one.local}`] = one.value;
    }
    open.push(element);
    names.push(local);
  });
  const names: string[] = [];
  const said = (words: string) => void (open.at(-1)!.text += words);
  parser.on('text', said);
  parser.on('cdata', said);
  parser.on('closetag', () => add(open.at(-2)!, names.pop()!, content(open.pop()!)));
  parser.write(text).close();
  return root.fields;
}

interface Element {
  fields: Record<string, Document>;
  text: string;
  isNil?: boolean;
}

function add(parent: Element, name: string, value: Document): void {
  const before = Object.hasOwn(parent.fields, name) ? parent.fields[name] : undefined;
  const all = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  // As data, whatever the name: `__proto__` is a field like others.
  Object.defineProperty(parent.fields, name, {
    value: all,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function content({ fields, text, isNil }: Element): Document {
  if (isNil) return null;
  if (Object.keys(fields).length === 0) return text.trim();
  return text.trim() === '' ? fields : { ...fields, '#text': text.trim() };
}

/** Of what a driver made: numbers and dates as text. */
export function documentOf(value: unknown, depth = 0): Document {
  if (depth > documentDepthMax) throw new ConnectorError('unreadable', 'the answer nests too deep');
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((item) => documentOf(item, depth + 1));
  if (typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([field, item]) => [field, documentOf(item, depth + 1)]),
    );
  return String(value);
}
