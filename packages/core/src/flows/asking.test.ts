import { expect, test } from 'vitest';
import type { FlowId } from '../kernel/ids.ts';
import { FlowMachine } from './flow-machine.ts';
import { noExpressions } from './no-expressions.ts';
import type { FlowStep } from './step-kinds.ts';

const bye: FlowStep = { kind: 'hang-up', say: [] };
const steps: Record<string, FlowStep> = {
  ask: { kind: 'centre-there', there: 'again', away: 'bye' },
  again: { kind: 'centre-there', there: 'bye', away: 'bye' },
  bye,
};
const machine = () =>
  new FlowMachine({
    flow: { id: 'flow' as FlowId, name: 'main', version: 1, start: 'ask', steps },
    variables: new Map(),
    timeZone: 'UTC',
    defaultLocale: 'en',
    expressions: noExpressions,
    flows: new Map(),
    chance: () => 0,
  });
const answer = (askId: number, value: unknown) =>
  ({ kind: 'answer', askId, answer: { kind: 'answered', value } }) as const;
const kinds = (effects: readonly { readonly kind: string }[]) => effects.map((effect) => effect.kind);

test('a step asks the world outside and goes on by its answer; an answer to an earlier question is passed over', () => {
  const flow = machine();
  expect(flow.handle({ kind: 'start' }, 0)).toEqual([
    { kind: 'ask', askId: 1, request: { kind: 'is-centre-there' }, timeoutMs: 1_000 },
  ]);
  expect(flow.handle({ kind: 'digit', digit: '5' }, 1)).toEqual([]);
  expect(kinds(flow.handle(answer(1, true), 2))).toEqual(['step', 'ask']);
  expect(flow.handle(answer(1, true), 3)).toEqual([]);
  expect(flow.stepKey).toBe('again');
});

test.each([
  ['failed', { kind: 'failed', why: 'not-here', detail: '' }],
  ['too late', { kind: 'too-late' }],
  ['no', { kind: 'answered', value: false }],
] as const)('an answer that is %s is its own way on', (_, outcome) => {
  const flow = machine();
  flow.handle({ kind: 'start' }, 0);
  expect(kinds(flow.handle({ kind: 'answer', askId: 1, answer: outcome }, 1))).toEqual([
    'step',
    'step',
    'hang-up',
  ]);
});

test('a caller who leaves is not asked for any longer', () => {
  const flow = machine();
  flow.handle({ kind: 'start' }, 0);
  expect(kinds(flow.handle({ kind: 'call-left' }, 1))).toEqual(['cease-asking', 'step']);
  expect(flow.handle(answer(1, true), 2)).toEqual([]);
});

test('a way that leads nowhere is an error with its place, wherever a flow that nobody checked comes to it', () => {
  const walk = (more: Record<string, FlowStep>, onError?: string) => {
    const flow = new FlowMachine({
      flow: { id: 'flow' as FlowId, name: 'main', version: 1, start: 'set', ...(onError ? { onError } : {}), steps: { ...more, bye } },
      variables: new Map(),
      timeZone: 'UTC',
      defaultLocale: 'en',
      expressions: noExpressions,
      flows: new Map(),
      chance: () => 0,
    });
    return flow.handle({ kind: 'start' }, 0).map((one) => (one.kind === 'step' ? one.facts : one.kind));
  };
  const set: FlowStep = { kind: 'set', variable: 'a', value: '1', next: 'gone' };
  const fault = { code: 'no-step', message: 'leads to "gone", which does not exist' };
  expect(walk({ set }, 'bye')).toMatchObject([{ stepKey: 'set', outcome: 'error', fault }, { stepKey: 'bye' }, 'hang-up']);
  expect(walk({ set })).toMatchObject([{ stepKey: 'set', outcome: 'error', fault }, 'hang-up']);
  expect(walk({ set }, 'nowhere')).toMatchObject([{ stepKey: 'set', outcome: 'error' }, 'hang-up']);
}); // prettier-ignore
