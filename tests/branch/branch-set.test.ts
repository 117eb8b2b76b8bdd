/** B-15: the tests of areas D and E are played at a far site as well, whole files of them. */
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import config from '../../vitest.config.ts';
import { hasOwnCentre } from './own-centre.ts';

const root = new URL('../..', import.meta.url);
const titles = /\b(?:test|each)\b[^;]{0,300}?(['"`])((?:(?!\1).)*\b[DE]-\d{2}\b(?:(?!\1).)*)\1/gs;

function rowsShown(path: string): string[] {
  const source = readFileSync(new URL(path, root), 'utf8');
  return [...source.matchAll(titles)].flatMap(([, , title]) => title!.match(/\b[DE]-\d{2}\b/g) ?? []);
}

function projectNamed(name: string) {
  const found = config.test!.projects!.find((one) => (one as { test: { name: string } }).test.name === name);
  return (found as { test: { include: string[] } }).test;
}

test('B-15: every row of areas D and E that calls with real peers show at a node alone, they show at a far site too', () => {
  const atBranch = new Set(projectNamed('branch').include.flatMap(rowsShown));
  const everywhere = globSync('apps/edge-node/test/*.test.ts', { cwd: root.pathname });
  const atBranchAlone = new Set(everywhere.filter(isAlone).flatMap(rowsShown));
  // What is told across nodes has a centre in its own file, and what a model is needed for is skipped where there is none.
  expect([...atBranchAlone].filter((row) => !atBranch.has(row))).toEqual([]);
  expect(atBranch.size).toBeGreaterThan(20);
});

const isAlone = (path: string) =>
  !hasOwnCentre(new URL(path, root).pathname) && !basename(path).startsWith('speech-models');

test('a test has a centre of its own, or two nodes, by whatever file it imports', () => {
  const has = (name: string) => hasOwnCentre(new URL(`apps/edge-node/test/${name}.test.ts`, root).pathname);
  const [byItself, throughAnother, twoNodes, alone] = ['matches', 'far-ears', 'visits', 'queues'].map(has);
  expect({ byItself, throughAnother, twoNodes, alone }).toEqual({
    byItself: true,
    throughAnother: true,
    twoNodes: true,
    alone: false,
  });
});
