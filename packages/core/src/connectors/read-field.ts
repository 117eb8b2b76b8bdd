/** A place in what a connector answered, as a flow writes it: `rows.0.balance`, `customer.accounts.1.name`. */
import type { Document } from './ask-connector.ts';

/** Undefined where there is nothing, or something with parts of its own. A list’s `length` says how many there are. */
export function readField(document: Document, path: string): string | undefined {
  let at: Document | undefined = document;
  for (const part of path === '' ? [] : path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    if (isList(at)) at = part === 'length' ? String(at.length) : at[Number(part)];
    else at = Object.hasOwn(at, part) ? at[part] : undefined;
  }
  if (at === undefined || (typeof at === 'object' && at !== null)) return undefined;
  return at === null ? '' : String(at);
}

const isList = (at: Document & object): at is readonly Document[] => Array.isArray(at);
