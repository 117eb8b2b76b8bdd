import { expect, test } from 'vitest';
import { flowChanges } from './flow-changes.ts';
import { addStep, changeStep, newFlow } from './flow-draft.ts';

const before = newFlow('Hotline');

test('tells steps added, changed and removed, and a new start', () => {
  const { draft } = addStep(before, 'time', { step: null, field: 'start' });
  const after = changeStep(draft, 'goodbye', {
    kind: 'hang-up',
    say: [{ kind: 'text', text: { en: 'Bye' } }],
  });
  expect(flowChanges(before, after)).toEqual([
    { kind: 'start', from: 'welcome', to: 'time' },
    { kind: 'added', step: 'time' },
    { kind: 'changed', step: 'goodbye', fields: ['say'] },
  ]);
  expect(flowChanges(after, before)).toContainEqual({ kind: 'removed', step: 'time' });
});

test('the order of keys is no change', () => {
  const reordered = { ...before, steps: Object.fromEntries(Object.entries(before.steps).reverse()) };
  const texts = (text: object) => changeStep(before, 'welcome', { kind: 'say', text, next: 'goodbye' });
  expect(flowChanges(before, reordered)).toEqual([]);
  expect(flowChanges(texts({ en: 'a', 'zh-Hans': 'b' }), texts({ 'zh-Hans': 'b', en: 'a' }))).toEqual([]);
});
