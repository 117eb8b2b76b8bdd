/**
 * Tests with real phones, browsers and databases judge by time, and two at a time on a machine that others use too, one in
 * thousands finds it held up. What failed is tried once more by itself: what is broken fails again, and what passes is told.
 */
import type { Results } from './row-table.ts';

/** Of more than these it is not the machine. */
const filesMax = 5;

/** Paths of the files with a failure, from `root` on; none where there are more than five. */
export function worthAnotherTry(results: Results, root: string): string[] {
  const paths = new Set(failed(results).map(({ name }) => name.replace(`${root}/`, '')));
  return paths.size > filesMax ? [] : [...paths].sort();
}

/** What failed at first and passed alone: `path: name of the test`, or the path alone of a file that could not be set up. */
export function unsteadyTests(first: Results, alone: Results, root: string): string[] {
  const failsAgain = new Set(failed(alone).flatMap((file) => failures(file, root)));
  const names = failed(first).flatMap((file) => failures(file, root));
  return [...new Set(names)].filter((name) => !failsAgain.has(name));
}

/** The results of a run, with those files that ran again as they ended then. */
export function endedAgain(first: Results, alone: Results): Results {
  const again = new Set(alone.testResults.map(({ name }) => name));
  return { testResults: [...first.testResults.filter(({ name }) => !again.has(name)), ...alone.testResults] };
}

type FileResult = Results['testResults'][number];

function failed(results: Results): FileResult[] {
  return results.testResults.filter(({ status }) => status === 'failed');
}

function failures({ name, assertionResults }: FileResult, root: string): string[] {
  const path = name.replace(`${root}/`, '');
  const tests = assertionResults.filter(({ status }) => status === 'failed');
  return tests.length === 0 ? [path] : tests.map(({ fullName }) => `${path}: ${fullName.trim()}`);
}
