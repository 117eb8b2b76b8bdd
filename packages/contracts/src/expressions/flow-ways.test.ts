/** Splits, loops, flows within flows, shortcuts: the ways a flow may take, by the machine alone. */
import { expect, test } from 'vitest';
import { checkFlow } from '@seatgrid/core/flows/check-flow.ts';
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import type { FlowEffect } from '@seatgrid/core/flows/flow-effect.ts';
import type { FlowInput } from '@seatgrid/core/flows/flow-input.ts';
import type { MenuStep } from '@seatgrid/core/flows/kinds/menu.ts';
import { FlowMachine } from '@seatgrid/core/flows/flow-machine.ts';
import { subflowDepthMax } from '@seatgrid/core/flows/limits.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { FlowId } from '@seatgrid/core/kernel/ids.ts';
import { CelExpressions } from './cel-expressions.ts';

const expressions = new CelExpressions();
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
const bye: FlowStep = { kind: 'hang-up', say: [] };
const back: FlowStep = { kind: 'return' };
const say = (next: string): FlowStep => ({ kind: 'say', text: { en: 'x' }, next });
const flowOf = (name: string, steps: Record<string, FlowStep>, onError?: string): CallFlow => ({
  id: name as FlowId,
  name,
  version: 1,
  start: Object.keys(steps)[0]!,
  steps,
  ...(onError ? { onError } : {}),
});

function machine(
  flow: CallFlow,
  others: readonly CallFlow[] = [],
  chance: () => number = () => 0,
): FlowMachine {
  return new FlowMachine({
    flow,
    variables: new Map(),
    timeZone: 'UTC',
    defaultLocale: 'en',
    expressions,
    flows: new Map(others.map((one) => [one.id, one])),
    chance,
  });
}
function walk(flow: FlowMachine, ...inputs: (FlowInput | string)[]): string[] {
  let nowMs = 1_000_000;
  const effects: FlowEffect[] = [];
  for (const input of [{ kind: 'start' } as const, ...inputs])
    for (const one of typeof input === 'string'
      ? [...input].map((digit): FlowInput => ({ kind: 'digit', digit }))
      : [input])
      effects.push(...flow.handle(one, (nowMs += 10)));
  return effects.flatMap((effect) =>
    effect.kind === 'step'
      ? [`${effect.facts.flowName}.${effect.facts.stepKey}:${effect.facts.outcome}`]
      : [],
  );
}

test.each([
  [0, 'share 1'],
  [0.2999, 'share 1'],
  [0.3, 'share 2'],
  [0.4999, 'share 2'],
  [0.5, 'otherwise'],
  [0.9999, 'otherwise'],
])('F-13: of thirty, twenty and the rest, %d draws %s', (drawn, outcome) => {
  const split: FlowStep = {
    kind: 'split',
    shares: [
      { percent: 30, label: 'New', next: 'bye' },
      { percent: 20, label: 'Old', next: 'bye' },
    ],
    otherwise: 'bye',
  };
  expect(walk(machine(flowOf('f', { split, bye }), [], () => drawn))[0]).toBe(`f.split:${outcome}`);
});

test('a loop leads on so many times, may be come to anew, and what is repeated may be silent', () => {
  const steps: Record<string, FlowStep> = {
    outer: { kind: 'loop', variable: 'i', times: 2, again: 'inner', next: 'bye' },
    inner: { kind: 'loop', variable: 'j', times: 2, again: 'set', next: 'outer' },
    set: { kind: 'compute', values: [{ variable: 'n', expression: 'i * 10 + j' }], next: 'inner' },
    bye,
  };
  expect(checkFlow({ start: 'outer', steps }, here)).toEqual([]);
  const flow = machine(flowOf('f', steps));
  expect(walk(flow).filter((one) => one.includes('inner:over'))).toHaveLength(2);
  expect(flow.variables.get('n')).toBe(22n);
  expect(
    checkFlow(
      { start: 'a', steps: { a: { kind: 'loop', variable: 'i', times: 2, again: 'bye', next: 'a' }, bye } },
      here,
    ),
  ).toEqual([
    expect.objectContaining({
      step: 'a',
      message: 'goes round for ever without speaking, listening or waiting',
    }),
  ]);
});

test('a flow calls another, which comes back; what it set is there, and it may end the call itself', () => {
  const called = flowOf('sub', {
    say: say('set'),
    set: { kind: 'set', variable: 'x', value: '1', next: 'back' },
    back,
  });
  const main = flowOf('main', { call: { kind: 'subflow', flowId: called.id, next: 'bye' }, bye });
  const flow = machine(main, [called]);
  expect(walk(flow, { kind: 'speech-ended' })).toEqual([
    'main.call:called',
    'sub.say:next',
    'sub.set:next',
    'sub.back:returned',
    'main.bye:hang-up',
  ]);
  expect(flow.variables.get('x')).toBe('1');
  expect(walk(machine(flowOf('main', { back })))).toEqual(['main.back:returned']);
});

test('flows that call one another for ever come to the error branch of the nearest that has one', () => {
  const deeper = flowOf('deeper', {
    call: { kind: 'subflow', flowId: 'deeper' as FlowId, next: 'back' },
    back,
  });
  const main = flowOf(
    'main',
    { call: { kind: 'subflow', flowId: deeper.id, next: 'bye' }, sorry: bye, bye },
    'sorry',
  );
  const way = walk(machine(main, [deeper]));
  expect(way.filter((one) => one === 'deeper.call:called')).toHaveLength(subflowDepthMax - 1);
  expect(way.slice(-2)).toEqual(['deeper.call:error', 'main.sorry:hang-up']);
  const gone = flowOf('main', {
    call: { kind: 'subflow', flowId: 'gone' as FlowId, next: 'bye', onError: 'sorry' },
    sorry: bye,
    bye,
  });
  expect(walk(machine(gone))).toEqual(['main.call:error', 'main.sorry:hang-up']);
});

const menu = (changes: Partial<MenuStep>): MenuStep => ({
  kind: 'menu',
  welcome: [],
  prompt: [{ kind: 'text', text: { en: 'Press' } }],
  choices: { '1': { label: 'One', next: 'bye' } },
  invalid: [],
  timeoutMs: 1_000,
  attempts: 2,
  otherwise: 'bye',
  ...changes,
});
const shortcuts = [
  { keys: '*2143', label: 'Deep', next: 'deep' },
  { keys: '*9', label: 'Else', next: 'bye' },
];

test('D-07: a row of keys leads from the top straight to a menu at any depth', () => {
  const flow = () => machine(flowOf('f', { top: menu({ shortcuts }), deep: menu({}), bye }));
  expect(walk(flow(), '*2143', '1')).toEqual(['f.top:*2143', 'f.deep:1', 'f.bye:hang-up']);
  expect(walk(flow(), '1')[0]).toBe('f.top:1');
  // A row nobody knows is an undefined key, told as it was pressed; so is one that is left unfinished.
  expect(walk(flow(), '*27', '1')[0]).toBe('f.top:1');
  expect(walk(flow(), '*2', { kind: 'timer' }, { kind: 'speech-ended' }, { kind: 'timer' })[0]).toBe(
    'f.top:timeout',
  );
});

test('D-21: a menu that takes no keys is spoken to its end and goes on', () => {
  const flow = machine(flowOf('f', { top: menu({ isWithoutKeys: true, choices: {} }), bye }));
  expect(walk(flow, '1')).toEqual([]);
  expect(
    walk(machine(flowOf('f', { top: menu({ isWithoutKeys: true }), bye })), '1', { kind: 'speech-ended' }),
  ).toEqual(['f.top:spoken', 'f.bye:hang-up']);
});

test('shortcuts that cannot be keyed are refused at their place', () => {
  const wrong = menu({
    shortcuts: [
      { keys: '*2', label: '', next: 'bye' },
      { keys: '*21', label: '', next: 'bye' },
      { keys: '15', label: '', next: 'bye' },
      { keys: 'ab', label: '', next: 'bye' },
    ],
  });
  expect(
    checkFlow({ start: 'top', steps: { top: wrong, bye } }, here).map(
      ({ field, message }) => `${field}: ${message}`,
    ),
  ).toEqual([
    'shortcuts.1.keys: is never reached: another one begins it',
    'shortcuts.2.keys: begins with a key of its own',
    'shortcuts.3.keys: is no row of keys',
  ]);
});
