import { createTranslator } from '@seatgrid/ui/i18n/create-translator.ts';
import { expect, test } from 'vitest';
import { catalogue } from '#lib/words/catalogue.ts';
import { stepTrace } from './step-trace.ts';

const told = (step: Parameters<typeof stepTrace>[0], language: 'en' | 'zh-Hans' | 'zh-Hant' = 'en') => {
  const say = createTranslator(catalogue, language);
  return stepTrace(step).map(({ word, values }) => say(word, values));
};

test('a step that did as it was told and kept nothing has nothing to add', () => {
  expect(stepTrace({})).toEqual([]);
  expect(stepTrace({ changes: {} })).toEqual([]);
});

test('every variable is told with its value, a secret as the stars it came as, an empty one as empty', () => {
  const step = { changes: { total: '12.50', pin: '****', note: '', odd: '{name} <b>' } };
  expect(told(step)).toEqual(['total = 12.50', 'pin = ****', 'note is empty', 'odd = {name} <b>']);
});

test('a failure is told first: its code, its place where it has one, and what was said of it', () => {
  const message = 'division by zero';
  const changes = { errorCode: 'divide' };
  expect(told({ fault: { code: 'divide', place: 'assignments.0.value', message }, changes })).toEqual([
    'failed: divide at assignments.0.value (division by zero)',
    'errorCode = divide',
  ]);
  expect(told({ fault: { code: 'timeout', place: null, message: 'no answer' } })).toEqual([
    'failed: timeout (no answer)',
  ]);
});

test('in each language', () => {
  const step = { fault: { code: 'endless', place: 'next', message: 'goes round' }, changes: { a: '1' } };
  expect(told(step, 'zh-Hans')).toEqual(['出错：endless，位于 next（goes round）', 'a = 1']);
  expect(told(step, 'zh-Hant')).toEqual(['出錯：endless，位於 next（goes round）', 'a = 1']);
});
