/** Which tests have a centre of their own, or nodes beside each other: they cannot stand at a far site instead. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What such tests stand on, by itself or through another file of theirs. */
const grounds = ['centre-process.ts', 'two-nodes.ts'];

/** `path`: of a file of tests, or of one that they import. */
export function hasOwnCentre(path: string, seen = new Set<string>()): boolean {
  if (grounds.includes(basename(path))) return true;
  if (seen.has(path)) return false;
  seen.add(path);
  const beside = readFileSync(path, 'utf8').matchAll(/\bfrom '(\.\/[^']+\.ts)'/g);
  return [...beside].some(([, name]) => hasOwnCentre(join(dirname(path), name!), seen));
}
