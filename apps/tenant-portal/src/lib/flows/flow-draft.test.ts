import { describe, expect, test } from 'vitest';
import { nextSteps } from '@seatgrid/core/flows/step-exits.ts';
import { stepKinds, type FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import {
  addStep,
  duplicateStep,
  leadTo,
  newFlow,
  newStep,
  noStep,
  referencesTo,
  removeStep,
  renameStep,
  targetOf,
  withTarget,
  withoutTarget,
  type FlowDraft,
} from './flow-draft.ts';

const menu: FlowStep = {
  kind: 'menu',
  welcome: [],
  prompt: [],
  invalid: [],
  choices: { '1': { label: 'Sales', next: 'sales' }, '2': { label: 'Help', next: 'bye' } },
  timeoutMs: 5_000,
  attempts: 3,
  otherwise: 'bye',
};
const flow: FlowDraft = {
  name: 'Hotline',
  start: 'menu',
  steps: { menu, sales: { kind: 'say', text: {}, next: 'bye' }, bye: { kind: 'hang-up', say: [] } },
};

describe('adding', () => {
  test('puts a step between a field and where it led', () => {
    const { draft, key } = addStep(flow, 'say', { step: 'menu', field: 'choices.2' });
    expect(key).toBe('say');
    expect(targetOf(draft, { step: 'menu', field: 'choices.2' })).toBe('say');
    expect(targetOf(draft, { step: 'say', field: 'next' })).toBe('bye');
  });

  test('a queue put in between leaves the way on to callers it does not take', () => {
    const { draft } = addStep(flow, 'enqueue', { step: 'sales', field: 'next' });
    expect(nextSteps(draft.steps['enqueue']!)).toEqual([
      { field: 'onFull', to: 'bye' },
      { field: 'onTimeout', to: 'bye' },
    ]);
  });

  test('puts a step before the first', () => {
    const { draft, key } = addStep(flow, 'time', { step: null, field: 'start' });
    expect(draft.start).toBe(key);
    expect(targetOf(draft, { step: key, field: 'inside' })).toBe('menu');
  });

  test('never takes a key that is taken', () => {
    expect(addStep(flow, 'menu').key).toBe('menu-2');
    expect(addStep(addStep(flow, 'menu').draft, 'menu').key).toBe('menu-3');
  });

  test('leaves what is not chosen yet empty', () => {
    const { draft } = addStep(flow, 'say', { step: 'nobody', field: 'next' });
    expect(targetOf(draft, { step: 'say', field: 'next' })).toBe(noStep);
  });
});

describe('renaming', () => {
  test('takes everything that led there along, the start too', () => {
    const renamed = renameStep(renamedOf('bye', 'farewell'), 'menu', 'main');
    if (!renamed.ok) throw new Error(renamed.failure);
    expect(renamed.value.start).toBe('main');
    expect(referencesTo(renamed.value, 'farewell')).toEqual([
      { step: 'main', field: 'choices.2' },
      { step: 'main', field: 'otherwise' },
      { step: 'sales', field: 'next' },
    ]);
    expect(Object.keys(renamed.value.steps)).toEqual(['main', 'sales', 'farewell']);
  });

  test.each([
    ['sales', 'taken'],
    ['Sales', 'malformed'],
    ['', 'malformed'],
    ['1st', 'malformed'],
  ])('refuses %j as %s', (to, why) => {
    expect(renameStep(flow, 'menu', to)).toEqual({ ok: false, failure: why });
  });

  function renamedOf(from: string, to: string): FlowDraft {
    const renamed = renameStep(flow, from, to);
    if (!renamed.ok) throw new Error(renamed.failure);
    return renamed.value;
  }
});

describe('removing', () => {
  test('leads what pointed there to the step named instead', () => {
    const draft = removeStep(flow, 'sales', 'bye');
    expect(draft.steps['sales']).toBeUndefined();
    expect(targetOf(draft, { step: 'menu', field: 'choices.1' })).toBe('bye');
  });

  test('leaves the places open when nothing is named instead', () => {
    const draft = removeStep(flow, 'menu');
    expect(draft.start).toBe(noStep);
  });
});

test('duplicates a step beside the first, led to by nothing', () => {
  const { draft, key } = duplicateStep(flow, 'sales');
  expect(key).toBe('sales-2');
  expect(draft.steps[key]).toEqual(flow.steps['sales']);
  expect(referencesTo(draft, key)).toEqual([]);
  expect(Object.keys(draft.steps)).toEqual(['menu', 'sales', 'sales-2', 'bye']);
});

test('points every target of every kind of step where it is told', () => {
  for (const kind of stepKinds) {
    for (const { field } of nextSteps(newStep(kind, 'there'))) {
      const pointed = withTarget(newStep(kind, 'there'), field, 'elsewhere');
      expect(nextSteps(pointed).find((one) => one.field === field)?.to, `${kind}.${field}`).toBe('elsewhere');
    }
  }
});

test('takes an optional target away', () => {
  const full = leadTo(
    { ...flow, steps: { ...flow.steps, sales: newStep('enqueue', '') } },
    { step: 'sales', field: 'onFull' },
    'bye',
  );
  expect(targetOf(full, { step: 'sales', field: 'onFull' })).toBe('bye');
  expect(withoutTarget(full.steps['sales']!, 'onFull')).toEqual(newStep('enqueue', ''));
});

test('a new flow speaks and ends', () => {
  const draft = newFlow('New');
  expect(targetOf(draft, { step: draft.start, field: 'next' })).toBe('goodbye');
});
