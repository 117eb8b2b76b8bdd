import { expect, test } from 'vitest';
import { rowsNamed, rowTable } from './row-table.ts';

test('a title names rows before its words, behind them, and several', () => {
  expect(rowsNamed('D-10: to and fro')).toEqual(['D-10']);
  expect(rowsNamed('F-19, F-24: nobody answered (F-19)')).toEqual(['F-19', 'F-24']);
  expect(rowsNamed('RFC-4475 and AB-12 name none, nor does D-1')).toEqual([]);
});

test('the table has a line a row and test, by row and file, and says how each ended', () => {
  const one = (title: string, status = 'passed') => ({ title, fullName: title, status });
  const table = rowTable(
    {
      testResults: [
        {
          name: '/house/b.test.ts',
          status: 'passed',
          assertionResults: [one('D-02: b'), one('names nothing')],
        },
        {
          name: '/house/a.test.ts',
          status: 'failed',
          assertionResults: [one('D-02, A-01: a | b', 'failed')],
        },
      ],
    },
    '/house',
  );
  expect(table.split('\n').filter((line) => line.startsWith('| '))).toEqual([
    '| Row | Test | Where | Ended |',
    '| A-01 | D-02, A-01: a \\| b | `a.test.ts` | failed |',
    '| D-02 | D-02, A-01: a \\| b | `a.test.ts` | failed |',
    '| D-02 | D-02: b | `b.test.ts` | passed |',
  ]);
});

test('a test played at two places has one line, and two where they ended otherwise', () => {
  const file = (status: string) => ({
    name: '/house/a.test.ts',
    status,
    assertionResults: [{ title: 'D-02: a', fullName: 'D-02: a', status }],
  });
  const lines = (...ends: string[]) =>
    rowTable({ testResults: ends.map(file) }, '/house')
      .split('\n')
      .filter((line) => line.startsWith('| D-'));
  expect(lines('passed', 'passed')).toHaveLength(1);
  expect(lines('passed', 'failed')).toHaveLength(2);
});
