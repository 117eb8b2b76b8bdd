import { expect, test } from 'vitest';
import type { FlowId } from '@seatgrid/core/kernel/ids.ts';
import { countFlow } from './flow-counts.ts';
import type { FlowDraft } from './flow-draft.ts';

const flowId = '0190aaaa-0000-7000-8000-000000000001' as FlowId;
const draft: FlowDraft = {
  name: 'Hotline',
  start: 'menu',
  steps: {
    menu: {
      kind: 'menu',
      welcome: [],
      prompt: [],
      invalid: [],
      choices: { '1': { label: 'Sales', next: 'bye' }, '2': { label: 'Help', next: 'bye' } },
      timeoutMs: 5_000,
      attempts: 3,
      otherwise: 'say',
    },
    say: { kind: 'say', text: {}, next: 'bye' },
    bye: { kind: 'hang-up', say: [] },
  },
};
const at = (stepKey: string, asOfMs: number | null = null) => ({
  step: { flowId, flowVersion: 1, stepKey, sinceMs: 0 },
  asOfMs,
});

test('two ways to one step have each their own figure', () => {
  const { ways, steps } = countFlow(
    draft,
    [
      { from: 'menu', exit: 'choices.1', to: 'bye', count: 3 },
      { from: 'menu', exit: 'choices.2', to: 'bye', count: 4 },
    ],
    [],
  );
  expect([...ways]).toEqual([
    ['menu/choices.1', 3],
    ['menu/choices.2', 4],
  ]);
  expect(steps.get('menu')).toEqual({ now: 0, lastTold: 0, today: 7 });
});

test('a way counts as soon as it is taken, though the call stands at the next step still', () => {
  const { ways } = countFlow(draft, [{ from: 'menu', exit: 'choices.1', to: null, count: 1 }], []);
  expect(ways.get('menu/choices.1')).toBe(1);
});

test('what a node told no way of is the first that leads there; a way that leads elsewhere now has no figure', () => {
  const { ways, steps } = countFlow(
    draft,
    [
      { from: 'say', exit: null, to: 'bye', count: 2 },
      { from: 'menu', exit: null, to: 'bye', count: 1 },
      { from: 'menu', exit: 'choices.2', to: 'say', count: 5 },
      { from: 'bye', exit: null, to: null, count: 9 },
    ],
    [],
  );
  expect(Object.fromEntries(ways)).toEqual({ 'say/next': 2, 'menu/choices.1': 1 });
  expect(steps.get('bye')?.today).toBe(9);
});

test('calls stand where they stand; what a lost node told last is kept apart, and so is what no step here has', () => {
  const { steps, elsewhere } = countFlow(
    draft,
    [],
    [at('menu'), at('menu'), at('menu', 1_000), at('gone'), { step: null, asOfMs: null }],
  );
  expect(steps.get('menu')).toEqual({ now: 2, lastTold: 1, today: 0 });
  expect(elsewhere).toBe(1);
});
