/** What a flow does with what cannot be done: the machine of core with the expressions of this package. */
import { expect, test } from 'vitest';
import { checkFlow } from '@seatgrid/core/flows/check-flow.ts';
import type { FlowEffect } from '@seatgrid/core/flows/flow-effect.ts';
import { FlowMachine } from '@seatgrid/core/flows/flow-machine.ts';
import { textOfValue, type FlowValue } from '@seatgrid/core/flows/flow-value.ts';
import { stepsWithoutWaitingMax, variablesMax } from '@seatgrid/core/flows/limits.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { FlowId } from '@seatgrid/core/kernel/ids.ts';
import { CelExpressions } from './cel-expressions.ts';

const expressions = new CelExpressions();
const bye: FlowStep = { kind: 'hang-up', say: [] };
const compute = (next: string, ...values: [string, string][]): FlowStep => ({
  kind: 'compute',
  values: values.map(([variable, expression]) => ({ variable, expression })),
  next,
});

function walk(steps: Record<string, FlowStep>, variables: Record<string, FlowValue> = {}, onError?: string) {
  const start = Object.keys(steps)[0]!;
  const flow = new FlowMachine({
    flow: { id: 'f' as FlowId, name: 'main', version: 1, start, steps, ...(onError ? { onError } : {}) },
    variables: new Map(Object.entries(variables)),
    timeZone: 'UTC',
    defaultLocale: 'en',
    expressions,
    flows: new Map(),
    chance: () => 0,
  });
  const effects = flow.handle({ kind: 'start' }, 1_000_000);
  return { flow, effects, steps: walked(effects) };
}
const walked = (effects: readonly FlowEffect[]) =>
  effects.flatMap((effect) =>
    effect.kind === 'step' ? [`${effect.facts.stepKey}:${effect.facts.outcome}`] : [],
  );
const faults = (effects: readonly FlowEffect[]) =>
  effects.flatMap((effect) => (effect.kind === 'step' && effect.facts.fault ? [effect.facts.fault] : []));

test('D-06: one flow adds, subtracts, multiplies, divides, measures and replaces; each value is told', () => {
  const { flow, effects } = walk(
    {
      sum: compute(
        'text',
        ['total', 'int(account) + 8'],
        ['less', 'total - 20'],
        ['price', 'total * 19.99'],
        ['share', 'price / 3'],
      ),
      text: compute(
        'bye',
        ['size', 'account.length()'],
        ['plain', 'account.replace("7", "0") + "-" + string(size)'],
      ),
      bye,
    },
    { account: '7712' },
  );
  const value = (name: string) => textOfValue(flow.variables.get(name));
  expect(['total', 'less', 'price', 'share', 'size', 'plain'].map(value)).toEqual([
    '7720',
    '7700',
    '154322.8',
    '51440.933333333333',
    '4',
    '0012-4',
  ]);
  expect(effects[1]).toMatchObject({ facts: { changes: { size: '4', plain: '0012-4' } } });
});

test.each<[string, Record<string, FlowStep>, object]>([
  [
    'divides by zero',
    { a: { ...compute('bye', ['y', '1'], ['x', '1 / 0']), onError: 'sorry' } as FlowStep, sorry: bye, bye },
    { code: 'division-by-zero', place: 'values.1.expression', message: 'at 1: division by zero' },
  ],
  [
    'asks for what is not there',
    {
      a: {
        kind: 'decide',
        conditions: [
          { condition: 'true == false', label: '', next: 'bye' },
          { condition: 'balance > 3', label: '', next: 'bye' },
        ],
        otherwise: 'bye',
        onError: 'sorry',
      },
      sorry: bye,
      bye,
    },
    { code: 'unknown-name', place: 'conditions.1.condition' },
  ],
  [
    'decides by what is neither true nor false',
    {
      a: {
        kind: 'decide',
        conditions: [{ condition: '1 + 1', label: '', next: 'bye' }],
        otherwise: 'bye',
        onError: 'sorry',
      },
      sorry: bye,
      bye,
    },
    { code: 'type', place: 'conditions.0.condition' },
  ],
  [
    'says what cannot be computed',
    {
      a: { kind: 'say', text: { en: 'You owe {balance * 2}' }, next: 'bye', onError: 'sorry' },
      sorry: bye,
      bye,
    },
    { code: 'unknown-name', place: 'balance * 2' },
  ],
])('a flow that %s goes its error branch, with step and place told', (_, steps, fault) => {
  const { flow, effects, steps: way } = walk(steps);
  expect(way).toEqual(['a:error', 'sorry:hang-up']);
  expect(faults(effects)).toEqual([expect.objectContaining(fault)]);
  expect(flow.variables.get('errorStep')).toBe('a');
  expect(flow.variables.get('errorCode')).toBe((fault as { code: string }).code);
});

test('a step that names no error branch takes the flow’s, and without one the call is over', () => {
  const steps = { a: compute('bye', ['x', '1 / 0']), sorry: bye, bye };
  expect(walk(steps, {}, 'sorry').steps).toEqual(['a:error', 'sorry:hang-up']);
  const { flow, effects } = walk(steps);
  expect(effects.map((effect) => effect.kind)).toEqual(['step', 'hang-up']);
  expect(flow.isEnded).toBe(true);
});

test('a sentence with an expression in it is spoken with its value', () => {
  const { effects } = walk(
    { a: { kind: 'say', text: { en: 'You owe {round(owed * 1.06, 2)} for {name}.' }, next: 'bye' }, bye },
    { owed: 100n, name: 'Wang' },
  );
  expect(effects).toEqual([
    {
      kind: 'speak',
      utterances: [{ kind: 'text', text: 'You owe 106 for Wang.', locale: 'en' }],
      isInterruptible: false,
    },
  ]);
});

test('what walks for ever without waiting ends on the flow’s error branch, and the place is told', () => {
  // The check refuses both; a queue that is full at once, or a prompt that says nothing, it cannot see.
  const round = { a: compute('b', ['x', '1']), b: compute('a', ['x', '2']), sorry: bye };
  const { effects, steps: way } = walk(round, {}, 'sorry');
  expect(way.length).toBe(stepsWithoutWaitingMax + 2);
  expect(way.slice(-2)).toEqual(['a:error', 'sorry:hang-up']);
  expect(faults(effects)[0]).toMatchObject({
    code: 'endless',
    message: expect.stringContaining('without waiting'),
  });
  // An error branch that leads into the circle again leads nowhere.
  const twice = walk(round, {}, 'b');
  expect(twice.flow.isEnded).toBe(true);
  expect(faults(twice.effects)).toHaveLength(2);
});

test('a call holds only so many variables', () => {
  const many = Object.fromEntries(Array.from({ length: variablesMax }, (_, index) => [`v${index}`, 'x']));
  expect(walk({ a: compute('bye', ['one', '1']), bye }, many).steps).toEqual(['a:error']);
});

test('the check names a wrong expression at its place, and a secret told by one', () => {
  const here = {
    hasPrompt: () => true,
    hasQueue: () => true,
    hasAgent: () => true,
    hasFlow: () => true,
    hasConnector: () => true,
    extension: () => 'unseen' as const,
    hasMailbox: () => true,
    hasRingGroup: () => true,
    hasSite: () => true,
    hasCalendar: () => true,
    hasFaxBox: () => true,
    expressions,
  };
  const ask: FlowStep = {
    kind: 'gather',
    prompt: [],
    variable: 'card',
    length: { kind: 'single' },
    timeoutMs: 500,
    isSecret: true,
    next: 'a',
  };
  const told = (a: FlowStep) =>
    checkFlow({ start: 'ask', steps: { ask, a, bye } }, here).map(
      ({ step, field, message }) => `${step}/${field}: ${message}`,
    );
  expect(told(compute('bye', ['x', '1 + ']))).toEqual([
    'a/values.0.expression: cannot be evaluated at 5: Unexpected token: EOF',
  ]);
  expect(told(compute('bye', ['x', 'card + "1"']))).toEqual(['a/null: tells the secret "card"']);
  expect(told({ kind: 'say', text: { en: '{card.length()}' }, next: 'bye' })).toEqual([
    'a/null: tells the secret "card"',
  ]);
  // It may be branched by.
  expect(
    told({
      kind: 'decide',
      conditions: [{ condition: 'card == "1"', label: '', next: 'bye' }],
      otherwise: 'bye',
    }),
  ).toEqual([]);
});
