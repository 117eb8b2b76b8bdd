import { describe, expect, test } from 'vitest';
import { arrangeRows } from './arrange-rows.ts';
import type { Column } from './column.ts';
import { visibleWindow } from './visible-window.ts';
import { writeCsv } from './write-csv.ts';

interface Fruit {
  readonly name: string;
  readonly weight: number | null;
}

const columns: Column<Fruit>[] = [
  { id: 'name', label: 'Name', value: (fruit) => fruit.name },
  { id: 'weight', label: 'Weight, g', value: (fruit) => fruit.weight },
];
const fruits: Fruit[] = [
  { name: 'Pear 10', weight: 180 },
  { name: 'Pear 9', weight: null },
  { name: 'Apple', weight: 95 },
];
const names = (rows: readonly Fruit[]) => rows.map((fruit) => fruit.name);
const as = { filter: '', sorting: undefined, locale: 'en' } as const;

describe('arranging rows', () => {
  test('keeps the given order until asked', () => {
    expect(names(arrangeRows(fruits, columns, as))).toEqual(['Pear 10', 'Pear 9', 'Apple']);
  });

  test('orders numbers within words as numbers', () => {
    const sorting = { columnId: 'name', direction: 'up' } as const;
    expect(names(arrangeRows(fruits, columns, { ...as, sorting }))).toEqual(['Apple', 'Pear 9', 'Pear 10']);
  });

  test('puts nothing before something, and last when turned round', () => {
    const up = { columnId: 'weight', direction: 'up' } as const;
    expect(names(arrangeRows(fruits, columns, { ...as, sorting: up }))[0]).toBe('Pear 9');
    const down = { columnId: 'weight', direction: 'down' } as const;
    expect(names(arrangeRows(fruits, columns, { ...as, sorting: down }))).toEqual([
      'Pear 10',
      'Apple',
      'Pear 9',
    ]);
  });

  test('filters by every word, in any column', () => {
    expect(names(arrangeRows(fruits, columns, { ...as, filter: 'pear 180' }))).toEqual(['Pear 10']);
  });
});

describe('writing CSV', () => {
  test('quotes what must be quoted and disarms formulas', () => {
    const rows = [
      { name: 'say "hi", twice', weight: -3 },
      { name: '=1+1', weight: null },
      { name: '+86 21 5555 0100', weight: 1 },
    ];
    expect(writeCsv(rows, columns)).toBe(
      '\uFEFFName,"Weight, g"\r\n"say ""hi"", twice",-3\r\n\'=1+1,\r\n+86 21 5555 0100,1\r\n',
    );
  });
});

describe('the window of a long list', () => {
  test('always adds up to the whole height', () => {
    for (const scrollTop of [0, 1, 999, 50_000, 1_000_000]) {
      const { first, end, aboveHeight, belowHeight } = visibleWindow({
        rowCount: 1000,
        rowHeight: 36,
        scrollTop,
        viewHeight: 700,
      });
      expect(aboveHeight + (end - first) * 36 + belowHeight).toBe(36_000);
    }
  });
});
