import { cellText, type CellValue, type Column } from './column.ts';

export interface Sorting {
  readonly columnId: string;
  readonly direction: 'up' | 'down';
}

/** The rows whose written cells contain every word typed, in the order asked for; the order given, where none is. */
export function arrangeRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  over: { readonly filter: string; readonly sorting: Sorting | undefined; readonly locale: string },
): Row[] {
  const words = over.filter.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = words.length === 0 ? [...rows] : rows.filter((row) => matches(row, columns, words));
  const column = columns.find((candidate) => candidate.id === over.sorting?.columnId);
  if (!column || !over.sorting) return kept;
  const sign = over.sorting.direction === 'up' ? 1 : -1;
  const collator = new Intl.Collator(over.locale, { numeric: true, sensitivity: 'base' });
  return kept.sort((a, b) => sign * compare(column.value(a), column.value(b), collator));
}

function matches<Row>(row: Row, columns: readonly Column<Row>[], words: readonly string[]): boolean {
  const text = columns
    .map((column) => cellText(column, row))
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Nothing comes before something; figures by size, words as the language orders them. */
function compare(a: CellValue, b: CellValue, collator: Intl.Collator): number {
  const aIsEmpty = a === null || a === undefined || a === '';
  const bIsEmpty = b === null || b === undefined || b === '';
  if (aIsEmpty || bIsEmpty) return Number(bIsEmpty) - Number(aIsEmpty);
  if (typeof a === 'string' || typeof b === 'string') return collator.compare(String(a), String(b));
  return Number(a) - Number(b);
}
