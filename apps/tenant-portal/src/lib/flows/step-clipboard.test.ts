import { expect, test } from 'vitest';
import { newStep, type FlowDraft } from './flow-draft.ts';
import { copiedSteps, pasteSteps, stepsOf } from './step-clipboard.ts';

const flow: FlowDraft = {
  name: 'Hotline',
  start: 'ask',
  steps: {
    ask: { kind: 'say', text: { en: 'Who?' }, next: 'answer' },
    answer: { kind: 'say', text: { en: 'You.' }, next: 'bye' },
    bye: { kind: 'hang-up', say: [] },
  },
};

test('copies among one another stay together, and what they led to elsewhere is kept', () => {
  const { draft, keys } = pasteSteps(flow, stepsOf(copiedSteps(flow, ['ask', 'answer']))!);
  expect(keys).toEqual(['ask-2', 'answer-2']);
  expect(draft.steps['ask-2']).toMatchObject({ next: 'answer-2' });
  expect(draft.steps['answer-2']).toMatchObject({ next: 'bye' });
});

test('in another flow they keep their keys, and lead nowhere where it has no such step', () => {
  const other: FlowDraft = { name: 'Other', start: 'hello', steps: { hello: newStep('hang-up', '') } };
  const { draft, keys } = pasteSteps(other, stepsOf(copiedSteps(flow, ['answer']))!);
  expect(keys).toEqual(['answer']);
  expect(draft.steps['answer']).toMatchObject({ next: '' });
});

test('half-written steps may be copied; other text is left to whoever wants it', () => {
  const draft = { ...flow, steps: { ...flow.steps, queue: newStep('enqueue', '') } };
  expect(stepsOf(copiedSteps(draft, ['queue']))).toEqual({ queue: newStep('enqueue', '') });
  for (const text of [
    '',
    'hello',
    '{"seatgridSteps":7}',
    'seatgridSteps',
    '{"seatgridSteps":{"a":{"kind":"say"}}}',
  ])
    expect(stepsOf(text), text).toBeUndefined();
});
