import { expect, test } from 'vitest';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import { variableChanges } from './variable-changes.ts';

const step = (stepKey: string, changes?: Record<string, string>, title: string | null = null) =>
  ({
    kind: 'flow.step',
    stepKey,
    title,
    ...(changes ? { changes } : {}),
  }) as unknown as EventFacts;
const timeline = (...facts: readonly EventFacts[]) =>
  facts.map((one, index) => ({ sequence: index, atMs: index * 1_000, facts: one }));

test('each change is told with what the variable was before, across steps and flows', () => {
  const told = variableChanges(
    timeline(
      step('ask', { account: '345', pin: '****' }),
      step('quiet'),
      step('again', { account: '346', pin: '***' }, 'Ask again'),
    ),
  );
  expect(told.map(({ step: at, name, before, after }) => [at, name, before, after])).toEqual([
    ['ask', 'account', null, '345'],
    ['ask', 'pin', null, '****'],
    ['Ask again', 'account', '345', '346'],
    ['Ask again', 'pin', '****', '***'],
  ]);
});

test('what a call begins with was there before; order is the node’s, not the list’s', () => {
  const started = {
    kind: 'call.started',
    fromNumber: '+8613700000000',
    toNumber: '+864001',
    customerLevel: 2,
  } as unknown as EventFacts;
  const events = timeline(started, step('a', { customerLevel: '3' }), step('b', { customerLevel: '' }));
  expect(variableChanges([...events].reverse()).map(({ before, after }) => [before, after])).toEqual([
    ['2', '3'],
    ['3', ''],
  ]);
});
