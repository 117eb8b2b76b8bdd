import type { Snippet } from 'svelte';

export type CellValue = string | number | Date | boolean | null | undefined;

/** One column of a table: what its cell is worth (for sorting, filtering, export) and how it looks. */
export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  readonly value: (row: Row) => CellValue;
  /** What is written; the value itself, if absent. Also what is exported. */
  readonly text?: (row: Row) => string;
  /** Drawn instead of the text. */
  readonly cell?: Snippet<[Row]>;
  readonly align?: 'start' | 'end';
  /** A CSS width: `120px`, `20%`. */
  readonly width?: string;
  /** Not shown until chosen. */
  readonly isHidden?: boolean;
  readonly isUnsortable?: boolean;
}

export function cellText<Row>(column: Column<Row>, row: Row): string {
  if (column.text) return column.text(row);
  const value = column.value(row);
  if (value === null || value === undefined) return '';
  return value instanceof Date ? value.toISOString() : String(value);
}
