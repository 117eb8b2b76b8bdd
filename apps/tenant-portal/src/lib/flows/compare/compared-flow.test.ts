import { expect, test } from 'vitest';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { layOutSteps } from '../canvas/canvas-layout.ts';
import type { FlowDraft } from '../flow-draft.ts';
import { compareFlows } from './compared-flow.ts';

const menu = (
  choices: Record<string, string>,
  more: Partial<FlowStep & { kind: 'menu' }> = {},
): FlowStep => ({
  kind: 'menu',
  welcome: [],
  prompt: [],
  invalid: [],
  choices: Object.fromEntries(Object.entries(choices).map(([key, next]) => [key, { label: '', next }])),
  timeoutMs: 5_000,
  attempts: 3,
  otherwise: 'bye',
  ...more,
});
const bye: FlowStep = { kind: 'hang-up', say: [] };
const say = (next: string): FlowStep => ({ kind: 'say', text: { en: 'Hi' }, next });
const flow = (steps: Record<string, FlowStep>): FlowDraft => ({ name: 'Hotline', start: 'menu', steps });

const fates = (before: FlowDraft, after: FlowDraft) => {
  const { steps, ways } = compareFlows(before, after);
  return {
    steps: Object.fromEntries(steps.map(({ key, fate }) => [key, fate])),
    ways: Object.fromEntries(ways.map(({ id, fate }) => [id, fate])),
  };
};

test('what is in one only was added or removed, what is in both stayed or changed', () => {
  const before = flow({ menu: menu({ '1': 'old' }), old: say('bye'), bye });
  const after = flow({ menu: menu({ '1': 'bye', '2': 'new' }), new: say('bye'), bye });
  expect(fates(before, after)).toEqual({
    steps: { menu: 'changed', new: 'added', bye: 'same', old: 'removed' },
    ways: {
      'menu/choices.1>bye': 'added',
      'menu/choices.1>old': 'removed',
      'menu/choices.2>new': 'added',
      'menu/otherwise>bye': 'same',
      'new/next>bye': 'added',
      'old/next>bye': 'removed',
    },
  });
  expect(fates(after, before).steps).toEqual({ menu: 'changed', old: 'added', bye: 'same', new: 'removed' });
});

test('a text that was changed leaves every way as it was', () => {
  const before = flow({ menu: menu({ '1': 'bye' }), bye });
  const after = flow({ menu: menu({ '1': 'bye' }, { timeoutMs: 9_000 }), bye });
  expect(fates(before, after).steps).toEqual({ menu: 'changed', bye: 'same' });
  expect(new Set(Object.values(fates(before, after).ways))).toEqual(new Set(['same']));
});

test('a key that was taken away keeps its row, and both contents are laid out without covering each other', () => {
  const before = flow({ menu: menu({ '1': 'old', '3': 'bye' }), old: say('bye'), bye });
  const after = flow({ menu: menu({ '1': 'new' }), new: say('bye'), bye });
  const { steps, ways } = compareFlows(before, after);
  expect(steps[0]!.exits.map(({ field }) => field)).toEqual(['choices.1', 'otherwise', 'choices.3']);
  const boxes = layOutSteps(steps, ways);
  expect([...boxes.keys()].sort()).toEqual(['bye', 'menu', 'new', 'old']);
  expect(boxes.get('old')!.y).not.toBe(boxes.get('new')!.y);
});
