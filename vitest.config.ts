import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { hasOwnCentre } from './tests/branch/own-centre.ts';

/**
 * B-15: what is shown of areas D and E by one node with real peers, whole files. Played in `wire` by a node alone, and again by one
 * of a far site that a true centre configures and hears.
 */
const setOfBranch = globSync('apps/edge-node/test/*.test.ts', { cwd: import.meta.dirname }).filter((path) => {
  const source = readFileSync(new URL(path, import.meta.url), 'utf8');
  return (
    /\b(test|each)\W[^;]{0,200}?['"`][^'"`]*\b[DE]-\d{2}\b/.test(source) &&
    !hasOwnCentre(fileURLToPath(new URL(path, import.meta.url))) &&
    !path.includes('speech-models')
  );
});

/** Four kinds: unit, wire (real peers), branch (some of wire once more, at a far site), e2e (the whole product, started once for all of its files). */
export default defineConfig({
  test: {
    exclude: ['**/node_modules/**', '**/build/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'tests/*.test.ts',
            'tests/branch/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: { name: 'wire', include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'branch',
          include: setOfBranch,
          setupFiles: ['tests/branch/at-a-branch.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/e2e/whole-product.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
