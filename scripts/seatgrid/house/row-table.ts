/**
 * Which tests show which row of the requirements, told by the tests themselves: a title that names a row (`D-10: …`, `… (B-08)`)
 * is that row's evidence. A whole run of the tests writes the table, so that it never says more than what ran.
 */

/** Vitest's JSON, the part that counts: https://vitest.dev/guide/reporters#json-reporter */
export interface Results {
  readonly testResults: readonly {
    /** Path of the file. */
    readonly name: string;
    /** `failed` also where the file could not be set up, so that none of its tests ran. */
    readonly status: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly fullName: string;
      readonly status: string;
    }[];
  }[];
}

/** The rows a title names, each once: `F-19, F-24: nobody answered` names two. */
export function rowsNamed(title: string): string[] {
  return [...new Set(title.match(/\b[A-Z]-[0-9]{2}\b/g) ?? [])];
}

/**
 * One line a row and test, ordered by row, file and place within it.
 * @param root folder that paths are told from
 */
export function rowTable(results: Results, root: string): string {
  const lines = results.testResults
    .map((file) => ({ path: file.name.replace(`${root}/`, ''), tests: file.assertionResults }))
    .sort((one, other) => compare(one.path, other.path))
    .flatMap(({ path, tests }) =>
      tests.flatMap((test) => rowsNamed(test.title).map((row) => ({ row, path, test }))),
    )
    .sort((one, other) => compare(one.row, other.row))
    .map(({ row, path, test }) => `| ${row} | ${cell(test.title)} | \`${path}\` | ${test.status} |`);
  // What is played at two places is told once, unless it ended otherwise at one.
  const told = [...new Set(lines)];
  return [
    '# Rows and their tests',
    '',
    'Written by a whole run of `./seatgrid test`: every test whose title names a row of the requirements, and how it ended.',
    'What of a row they show, and what is missing, says [acceptance](acceptance.md).',
    '',
    '| Row | Test | Where | Ended |',
    '|---|---|---|---|',
    ...told,
    '',
  ].join('\n');
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('\n', ' ').trim();
}
