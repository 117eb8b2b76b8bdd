import { expect, test } from 'vitest';
import { newFlow, newStep } from './flow-draft.ts';
import { layOut } from './flow-layout.ts';

test('puts steps in columns by their distance, circles and strays included', () => {
  const draft = {
    ...newFlow('x'),
    steps: { ...newFlow('x').steps, back: newStep('say', 'welcome'), stray: newStep('hang-up', '') },
  };
  const placed = Object.fromEntries(layOut(draft).steps.map((step) => [step.key, [step.column, step.row]]));
  expect(placed).toEqual({ welcome: [0, 0], goodbye: [1, 0], back: [2, 0], stray: [2, 1] });
  expect(layOut(draft).ways).toContainEqual({ from: 'back', to: 'welcome', field: 'next' });
});

test('draws nothing of nothing', () => {
  expect(layOut({ name: 'x', start: 'gone', steps: {} })).toEqual({ steps: [], ways: [] });
});
