import { checkCatalogue } from '@seatgrid/ui/i18n/check-catalogue.ts';
import { expect, test } from 'vitest';
import { areas, catalogue } from './catalogue.ts';

test('the three languages have the same words, each parses, each takes the same arguments', () => {
  expect(checkCatalogue(catalogue)).toEqual([]);
});

test('no word of one area hides a word of another', () => {
  const keys = areas.flatMap((area) => Object.keys(area.en));
  expect(keys.length).toBe(new Set(keys).size);
});
