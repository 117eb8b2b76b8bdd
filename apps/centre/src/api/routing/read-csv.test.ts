import { expect, test } from 'vitest';
import { readCsv, writeCsv } from './read-csv.ts';

const read = (text: string) =>
  readCsv(new TextEncoder().encode(text)).map(({ line, cells }) => [line, ...cells]);

test.each([
  ['a,b\r\nc,d\r\n', [[1, 'a', 'b'], [2, 'c', 'd']]],
  ['\uFEFFa,b', [[1, 'a', 'b']]],
  ['a;b,c', [[1, 'a;b', 'c']]],
  ['a;b', [[1, 'a', 'b']]],
  ['a\tb', [[1, 'a', 'b']]],
  ['"a, ""b""\nc",d\n\n , \ne', [[1, 'a, "b"\nc', 'd'], [5, 'e']]],
  ["'+86138*,x", [[1, '+86138*', 'x']]],
  ['', []],
])('%j is read as %j', (text, lines) => {
  expect(read(text)).toEqual(lines);
}); // prettier-ignore

test('a Chinese spreadsheet’s own encoding is understood', () => {
  // 测试 in GBK.
  expect(readCsv(Uint8Array.from([0xb2, 0xe2, 0xca, 0xd4, 0x2c, 0x31]))).toEqual([{ line: 1, cells: ['测试', '1'] }]); // prettier-ignore
});

test('what is written is read back, and no cell is a formula', () => {
  const rows = [['+86138*', '=SUM(A1)'], ['a "b", c', ' x'.trim()]]; // prettier-ignore
  const text = new TextDecoder().decode(writeCsv(rows));
  expect(text).toContain("'=SUM(A1)");
  expect(readCsv(writeCsv(rows)).map(({ cells }) => cells)).toEqual(rows);
});
