import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const module = new URL('./helpers-step-back.ts', import.meta.url).href;
/** In a process of its own: nobody takes that step forward again. */
const look = `
  import { readdirSync, readFileSync } from 'node:fs';
  import { readFile } from 'node:fs/promises';
  import { getPriority } from 'node:os';
  import { helpersStepBack } from '${module}';
  await readFile('/proc/self/stat');
  const moved = helpersStepBack();
  const threads = readdirSync('/proc/self/task').map((id) => ({
    isMain: Number(id) === process.pid,
    name: readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim(),
    nice: getPriority(Number(id)),
  }));
  console.log(JSON.stringify({ moved, threads }));
`;

test.runIf(process.platform === 'linux')(
  'helping threads step back behind the thread that answers, and it stays where it was',
  () => {
    const told = JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', look], { encoding: 'utf8' }),
    ) as {
      readonly moved: number;
      readonly threads: readonly { readonly isMain: boolean; readonly name: string; readonly nice: number }[];
    };
    const main = told.threads.find(({ isMain }) => isMain)!;
    const behind = told.threads.filter(({ nice }) => nice > main.nice);
    expect(told.moved).toBeGreaterThan(0);
    // V8's collectors and compilers, and the pool.
    for (const name of ['node-V8Worker', 'libuv-worker'])
      expect(behind.some((thread) => thread.name.startsWith(name))).toBe(true);
    expect(behind.filter(({ name }) => /^(node-V8Worker|libuv-worker)/.test(name))).toHaveLength(told.moved);
  },
);
