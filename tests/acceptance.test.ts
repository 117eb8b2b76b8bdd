/** What `docs/acceptance.md` calls shown, a test shows: its title names the row, so that the table of a run finds it. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { rowsNamed } from '../scripts/seatgrid/house/row-table.ts';
import { sourcePaths } from './tidy/source-module.ts';

const root = resolve(import.meta.dirname, '..');

/** Titles as they stand in a source: the text after `test(`, `it(`, `describe(` with or without `.each`, and `title:`. */
function titlesOf(source: string): string[] {
  const title = /(?:\b(?:test|it|describe)\b[^'"`]{0,4000}?\(|title:)\s*(['"`])((?:(?!\1)[\s\S])*?)\1/g;
  return [...source.matchAll(title)].map((match) => match[2]!);
}

function rowsShown(acceptance: string): string[] {
  return [...acceptance.matchAll(/^\| ([A-Z]-[0-9]{2}) \| shown/gm)].map((match) => match[1]!);
}

test('rows and titles are found where they stand', () => {
  expect(rowsShown('| A-01 | shown, here | x |\n| A-02 | partial | y |')).toEqual(['A-01']);
  expect(titlesOf("test('A-01: one', () => {}); // B-02\ntest.each([1])('of %i (C-03)', () => {})")).toEqual([
    'A-01: one',
    'of %i (C-03)',
  ]);
});

test('every row that is called shown is named by a test', () => {
  const named = new Set(
    sourcePaths(root)
      .filter((path) => path.endsWith('.test.ts'))
      .flatMap((path) => titlesOf(readFileSync(join(root, path), 'utf8')).flatMap(rowsNamed)),
  );
  const shown = rowsShown(readFileSync(join(root, 'docs/acceptance.md'), 'utf8'));
  expect(shown.length).toBeGreaterThan(50);
  expect(shown.filter((row) => !named.has(row))).toEqual([]);
});
