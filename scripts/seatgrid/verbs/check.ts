/** Everything that can be told without running the product: types, lint, format, tidy rules, terraform's format. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageFault, type Verb } from '../command-line.ts';
import { binary, root } from '../house/environment.ts';
import { findProgram } from '../house/machine-tools.ts';
import { portals } from '../house/portals.ts';
import { paint, step } from '../house/progress.ts';
import { runCommand } from '../house/run-command.ts';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  /** Why it cannot run here; undefined where it can. */
  readonly skipped?: string;
}

const checks: readonly Check[] = [
  { name: 'types', command: [binary('tsc'), '-p', '.'] },
  ...['packages/ui', ...portals.map((portal) => `apps/${portal}`)].map((folder): Check => ({
    name: `types-${folder.split('/')[1]}`,
    // The portal's tsconfig extends one that svelte-kit writes.
    command: ['bash', '-c', `${folder.startsWith('apps/') ? `${binary('svelte-kit')} sync && ` : ''}${binary('svelte-check')} --tsconfig ./tsconfig.json --fail-on-warnings --output human`],
    cwd: join(root, folder),
    ...(existsSync(join(root, folder, 'tsconfig.json')) ? {} : { skipped: 'it has no tsconfig.json yet' }),
  })),
  { name: 'types-web-call', command: [binary('tsc'), '-p', 'apps/edge-node/src/web-calls/page'] },
  { name: 'types-e2e', command: [binary('tsc'), '-p', 'tests/e2e'] },
  { name: 'lint', command: [binary('oxlint'), '--deny-warnings'] },
  { name: 'format', command: [binary('prettier'), '--check', '--cache', '--cache-strategy', 'content', '--log-level', 'warn', '.'] },
  { name: 'tidy', command: [binary('vitest'), 'run', '--project', 'unit', 'tests/tidy.test.ts'] },
  {
    name: 'terraform',
    command: ['terraform', 'fmt', '-check', '-recursive', '-diff', 'infra/terraform'],
    ...(findProgram('terraform') ? {} : { skipped: 'terraform is not on this machine' }),
  },
]; // prettier-ignore

export const check: Verb = {
  name: 'check',
  summary: 'types, lint, format, tidy rules: everything that can be told without running the product.',
  options: {
    only: {
      summary: `one of them: ${checks.map((one) => one.name).join(', ')}`,
      value: 'NAME',
      isRepeatable: true,
    },
  },
  examples: ['./seatgrid check', './seatgrid check --only tidy', './seatgrid check --only types --only lint'],
  async run(words) {
    const only = words.all('only');
    const unknown = only.find((name) => !checks.some((one) => one.name === name));
    if (unknown) throw new UsageFault(`there is no check "${unknown}"`);
    const failed: string[] = [];
    const skipped: string[] = [];
    for (const one of checks.filter((each) => only.length === 0 || only.includes(each.name))) {
      if (one.skipped) {
        skipped.push(`${one.name}: ${one.skipped}`);
        continue;
      }
      const output = await step(one.name, () => outcome(one)).then(
        () => undefined,
        (fault: Error) => fault.message,
      );
      if (output === undefined) continue;
      failed.push(one.name);
      console.log(output.trimEnd());
    }
    for (const line of skipped) console.log(paint.amber(`  skipped  ${line}`));
    console.log(
      failed.length === 0 ? paint.green('All checks passed.') : paint.red(`Failed: ${failed.join(', ')}`),
    );
    return failed.length === 0 ? 0 : 1;
  },
};

async function outcome(one: Check): Promise<void> {
  const { code, output } = await runCommand(one.command, one.cwd ? { cwd: one.cwd } : {});
  if (code !== 0) throw new Error(output);
}
