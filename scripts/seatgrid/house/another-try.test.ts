import { expect, test } from 'vitest';
import { endedAgain, unsteadyTests, worthAnotherTry } from './another-try.ts';

const file = (path: string, ...tests: readonly [title: string, status: string][]) => ({
  name: `/here/${path}`,
  status: tests.some(([, status]) => status === 'failed') || tests.length === 0 ? 'failed' : 'passed',
  assertionResults: tests.map(([title, status]) => ({ title, fullName: ` ${title}`, status })),
});

test('what failed is tried again by its file, once where it failed at two places, also where nothing could be set up', () => {
  const first = {
    testResults: [
      file('b.test.ts', ['late', 'failed'], ['fine', 'passed']),
      file('b.test.ts', ['late', 'failed']),
      file('a.test.ts'),
      file('c.test.ts', ['good', 'passed']),
    ],
  };
  expect(worthAnotherTry(first, '/here')).toEqual(['a.test.ts', 'b.test.ts']);
});

test('nothing is tried again where nothing failed, or more than five files did', () => {
  const many = Array.from({ length: 6 }, (_, index) => file(`${index}.test.ts`, ['broken', 'failed']));
  expect(worthAnotherTry({ testResults: many }, '/here')).toEqual([]);
  expect(worthAnotherTry({ testResults: many.slice(1) }, '/here')).toHaveLength(5);
  expect(worthAnotherTry({ testResults: [file('c.test.ts', ['good', 'passed'])] }, '/here')).toEqual([]);
});

test('what fails again is not called unsteady, and each file ends as it ended last', () => {
  const first = {
    testResults: [
      file('a.test.ts', ['late', 'failed'], ['broken', 'failed']),
      file('b.test.ts'),
      file('c.test.ts', ['good', 'passed']),
    ],
  };
  const alone = {
    testResults: [
      file('a.test.ts', ['late', 'passed'], ['broken', 'failed']),
      file('b.test.ts', ['one', 'passed']),
    ],
  };
  expect(unsteadyTests(first, alone, '/here')).toEqual(['a.test.ts: late', 'b.test.ts']);
  const ended = endedAgain(first, alone).testResults.map(({ name, status }) => [name, status]);
  expect(ended).toEqual([
    ['/here/c.test.ts', 'passed'],
    ['/here/a.test.ts', 'failed'],
    ['/here/b.test.ts', 'passed'],
  ]);
});
