/**
 * What nodes and centres of earlier versions say: every message and every event as it was then, one a line, whole and with as little as
 * it could have. A line is never changed and never taken out; a new version of the link adds a file (`golden/<number>-<name>.jsonl`).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventFactsSchema } from '../journal/journal-event.ts';
import { centreToNodeSchema, nodeToCentreSchema } from './link-messages.ts';

const folder = new URL('../../golden/', import.meta.url);
/** As they were numbered. */
const files = readdirSync(folder).sort((a, b) => Number.parseInt(a) - Number.parseInt(b));
const schemas = {
  nodeToCentre: nodeToCentreSchema,
  centreToNode: centreToNodeSchema,
  facts: eventFactsSchema,
};

type Line = { readonly [direction in keyof typeof schemas]?: { readonly kind: string } };

function linesOf(file: string): Line[] {
  const lines = readFileSync(new URL(file, folder), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}

test.each(files)('every message and event of %s is read', (file) => {
  const unread = linesOf(file).flatMap((line) =>
    Object.entries(line).flatMap(([direction, said]) => {
      const { error } = schemas[direction as keyof typeof schemas].safeParse(said);
      return error ? [{ direction, kind: said.kind, issues: error.issues.slice(0, 3) }] : [];
    }),
  );
  expect(unread).toEqual([]);
  expect(linesOf(file).length).toBeGreaterThan(50);
});

test('of the newest nothing is passed over: it comes out as it went in', () => {
  for (const line of linesOf(files.at(-1)!))
    for (const [direction, said] of Object.entries(line))
      expect(schemas[direction as keyof typeof schemas].parse(said)).toEqual(said);
});

test('what a version after this one adds is passed over, and the rest is read', () => {
  const grown = (said: object) => ({ ...said, 'of-next-year': { kind: 'unheard of' } });
  for (const line of linesOf(files.at(-1)!))
    for (const [direction, said] of Object.entries(line))
      expect(schemas[direction as keyof typeof schemas].parse(grown(said))).toEqual(said);
});

test('every kind that can be said has its line', () => {
  const said = files.flatMap(linesOf).flatMap((line) => Object.entries(line));
  for (const [direction, { options }] of Object.entries(schemas)) {
    const kept = new Set(said.flatMap(([one, { kind }]) => (one === direction ? [kind] : [])));
    const kinds = options.map(({ shape }) => shape.kind.value);
    expect(
      kinds.filter((kind) => !kept.has(kind)),
      direction,
    ).toEqual([]);
  }
});
