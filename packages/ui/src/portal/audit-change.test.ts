import { expect, test } from 'vitest';
import { fieldChanges, nameIn } from './audit-change.ts';

test('tells each field with what it was and is', () => {
  expect(fieldChanges({ before: { name: 'a', gone: 1 }, after: { name: 'b', list: [1] } })).toEqual([
    { field: 'name', before: 'a', after: 'b' },
    { field: 'gone', before: '1', after: '' },
    { field: 'list', before: '', after: '[\n 1\n]' },
  ]);
});

test('a thing added has no before, one removed no after', () => {
  expect(fieldChanges({ before: null, after: { name: 'b' } })).toEqual([
    { field: 'name', before: '', after: 'b' },
  ]);
  expect(fieldChanges({ before: { name: 'a' }, after: null })).toEqual([
    { field: 'name', before: 'a', after: '' },
  ]);
  expect(fieldChanges({ before: null, after: null })).toEqual([]);
});

test('finds the name of what was changed, in whatever language it has', () => {
  expect(nameIn({ before: null, after: { name: 'Hotline' } }, 'en')).toBe('Hotline');
  const named = { before: { name: { en: 'Complaint', 'zh-Hans': '投诉' } }, after: null };
  expect(nameIn(named, 'zh-Hans')).toBe('投诉');
  expect(nameIn(named, 'zh-Hant')).toBe('Complaint');
  expect(nameIn({ before: null, after: { version: 2 } }, 'en')).toBeUndefined();
});
