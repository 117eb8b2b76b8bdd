/** Brings what the tests need, runs them, and counts aloud what was skipped. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Verb } from '../command-line.ts';
import { binary } from '../house/environment.ts';
import { aptLine, install, isHere, testTools } from '../house/machine-tools.ts';
import { paint, step } from '../house/progress.ts';
import { endedAgain, unsteadyTests, worthAnotherTry } from '../house/another-try.ts';
import { rowTable, type Results } from '../house/row-table.ts';
import { runCommand } from '../house/run-command.ts';

const kinds = ['unit', 'wire', 'branch', 'e2e'];

export const test: Verb = {
  name: 'test',
  summary: 'run the tests, after bringing what they need.',
  operands: { usage: '[files…]', min: 0, max: 1_000 },
  options: {
    only: {
      summary: 'one kind: unit (no sockets to speak of), wire (real peers: SIPp, baresip, Postgres, Redis), branch (what calls show of flows and agents, once more at a far site), e2e (the whole product and a browser)',
      value: 'KIND',
      isRepeatable: true,
      check: (value) => (kinds.includes(value) ? undefined : `one of ${kinds.join(', ')}`),
    },
    'no-install': { summary: 'do not install missing tools; what needs them is skipped' },
  }, // prettier-ignore
  remarks:
    'A whole run writes docs/rows.md: which tests show which row of the requirements.\n' +
    'Missing tools are installed with apt when this is root or sudo asks no password; otherwise the command is named and\n' +
    'what needs them is skipped. Skipped tests are counted at the end. Where no more than five files fail, they are tried once\n' +
    'more with the machine to themselves, and what passes then is named as unsteady.',
  examples: [
    './seatgrid test',
    './seatgrid test --only unit',
    './seatgrid test packages/core tests/tidy.test.ts',
  ],
  async run(words) {
    const missing = words.has('no-install') ? testTools.filter((tool) => !isHere(tool)) : await bringTools();
    const projects = words.all('only').flatMap((kind) => ['--project', kind]);
    const first = await vitest([...projects, ...words.operands]);
    let { code, results: ran } = first;
    // What failed beside all tests belongs to none that could be tried again.
    const again = ran && first.unhandled === 0 ? worthAnotherTry(ran, process.cwd()) : [];
    if (ran && again.length > 0) {
      console.log(
        paint.amber(`\nFailed beside other tests, tried once more with the machine to themselves:`),
      );
      for (const path of again) console.log(paint.amber(`  ${path}`));
      const alone = await vitest([...projects, '--maxWorkers=1', ...again]);
      code = alone.code;
      if (alone.results) {
        const names = unsteadyTests(ran, alone.results, process.cwd());
        if (names.length > 0)
          console.log(paint.amber(`\nUnsteady: ${names.length} failed beside other tests and passed alone:`));
        for (const name of names) console.log(paint.amber(`  ${name}`));
        ran = endedAgain(ran, alone.results);
      }
    }
    const isWhole = words.operands.length === 0 && words.all('only').length === 0;
    if (ran && isWhole) writeFileSync('docs/rows.md', rowTable(ran, process.cwd()));
    const skipped = ran ? skippedIn(ran) : [];
    if (skipped.length > 0) {
      console.log(paint.amber(`\n${skipped.length} tests were skipped:`));
      for (const name of skipped) console.log(paint.amber(`  ${name}`));
    }
    if (missing.length > 0)
      console.log(paint.amber(`\nMissing tools: ${missing.map((tool) => `${tool.package} (${tool.purpose})`).join(', ')}\n  ${aptLine(missing)}`)); // prettier-ignore
    if (skipped.length === 0 && missing.length === 0) console.log('\nNo test was skipped.');
    return code;
  },
};

async function bringTools() {
  const absent = testTools.filter((tool) => !isHere(tool));
  if (absent.length === 0) return [];
  return step(`install ${absent.map((tool) => tool.package).join(' ')}`, async (_, warn) => {
    const { missing, why } = await install(absent);
    if (missing.length > 0) warn(why);
    return missing;
  });
}

interface TestRun {
  readonly code: number;
  readonly results: Results | undefined;
  /** Failures that belong to no test. */
  readonly unhandled: number;
}

async function vitest(words: readonly string[]): Promise<TestRun> {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-test-'));
  const path = join(folder, 'results.json');
  const unhandledPath = join(folder, 'unhandled');
  const reporters = [
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path}`,
    `--reporter=${join(import.meta.dirname, '../house/unhandled-reporter.ts')}`,
  ];
  const { code } = await runCommand([binary('vitest'), 'run', ...reporters, ...words], {
    isShown: true,
    environment: { SEATGRID_UNHANDLED_FILE: unhandledPath },
  });
  const results = readResults(path);
  const unhandled = existsSync(unhandledPath) ? Number(readFileSync(unhandledPath, 'utf8')) : 0;
  rmSync(folder, { recursive: true, force: true });
  return { code, results, unhandled };
}

/** Undefined where the run did not get as far as writing them. */
function readResults(path: string): Results | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Results;
  } catch {
    return undefined;
  }
}

function skippedIn(results: Results): string[] {
  return results.testResults.flatMap((file) =>
    file.assertionResults
      .filter((one) => ['skipped', 'pending', 'todo', 'disabled'].includes(one.status))
      .map((one) => `${file.name.replace(`${process.cwd()}/`, '')}: ${one.fullName.trim()}`),
  );
}
