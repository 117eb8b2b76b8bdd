import { expect, it } from 'vitest';
import type { Document } from './ask-connector.ts';
import { readField } from './read-field.ts';

const document: Document = {
  rows: [{ name: '林小姐', balance: '1284.50', open: true, note: null }],
  'a-b': 'x',
};

it.each<readonly [string, string | undefined]>([
  ['rows.0.name', '林小姐'],
  ['rows.0.balance', '1284.50'],
  ['rows.0.open', 'true'],
  ['rows.0.note', ''],
  ['rows.length', '1'],
  ['a-b', 'x'],
  ['rows', undefined],
  ['rows.0', undefined],
  ['rows.1.name', undefined],
  ['rows.x', undefined],
  ['rows.0.name.length', undefined],
  ['constructor.name', undefined],
  ['__proto__', undefined],
  ['', undefined],
])('at %j stands %j', (path, value) => expect(readField(document, path)).toBe(value));
