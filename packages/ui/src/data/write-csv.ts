import { cellText, type Column } from './column.ts';

/** Exactly what a table shows, as RFC 4180 text with the byte order mark that makes spreadsheets read it as UTF-8. */
export function writeCsv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const lines = [columns.map((column) => quote(column.label))];
  for (const row of rows) lines.push(columns.map((column) => quote(cellText(column, row))));
  return '\uFEFF' + lines.map((cells) => cells.join(',')).join('\r\n') + '\r\n';
}

function quote(text: string): string {
  // A leading sign would be run as a formula by spreadsheets; the quote mark makes it text. Plain numbers stay numbers.
  const isFormula = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d\s.,]+$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
