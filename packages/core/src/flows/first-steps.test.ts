import { expect, test } from 'vitest';
import type { CallFlow } from './call-flow.ts';
import { firstSteps, type FirstStepsOptions } from './first-steps.ts';

const noExpressions = {} as never;
const flowOf = (name: string, steps: CallFlow['steps']): CallFlow => ({
  id: name.toLowerCase() as never,
  name,
  version: 1,
  start: Object.keys(steps)[0]!,
  steps,
});
const walked = (flow: CallFlow, more: Partial<FirstStepsOptions> = {}) =>
  firstSteps(
    {
      flow,
      variables: new Map(),
      timeZone: 'UTC',
      defaultLocale: 'en',
      expressions: noExpressions,
      flows: new Map(),
      named: () => undefined,
      share: () => 0,
      ...more,
    },
    Date.parse('2026-11-23T10:00:00Z'),
  );
const stepsOf = (steps: CallFlow['steps'], variables: Record<string, string> = {}) =>
  walked(flowOf('Main', steps), { variables: new Map(Object.entries(variables)) }).steps.map(
    ({ key, outcome }) => [key, outcome],
  );

const text = { en: 'Hello' };
const level = (value: string, next: string) => ({ test: 'equals' as const, value, next });

test('a flow is walked as far as its caller is not needed: branches taken, words heard', () => {
  const steps = {
    hello: { kind: 'say', text, next: 'level' },
    level: { kind: 'branch', variable: 'customerLevel', cases: [level('1', 'wait')], otherwise: 'menu' },
    menu: { kind: 'menu', welcome: [{ kind: 'text', text }], prompt: [{ kind: 'text', text }], invalid: [], choices: {}, timeoutMs: 5_000, attempts: 1, otherwise: 'wait' },
    wait: { kind: 'enqueue', queueId: 'q' as never },
  } satisfies CallFlow['steps'];
  expect(stepsOf(steps, { customerLevel: '1' })).toEqual([['hello', 'next'], ['level', 'case 1'], ['wait', null]]);
  expect(stepsOf(steps, { customerLevel: '' })).toEqual([['hello', 'next'], ['level', 'otherwise'], ['menu', null]]);
}); // prettier-ignore

test('a flow that needs nobody is told to its end', () => {
  expect(stepsOf({ bye: { kind: 'hang-up', say: [{ kind: 'text', text }] } })).toMatchObject([['bye', expect.anything()]]); // prettier-ignore
});

test('a flow that is called is walked, and what comes after it; where it waits is told as its own step', () => {
  const bye = { kind: 'hang-up' as const, say: [] };
  const called = (kind: 'return' | 'menu'): CallFlow =>
    flowOf('Called', {
      hello: { kind: 'say', text, next: 'end' },
      end: kind === 'return' ? { kind } : { kind: 'menu', welcome: [], prompt: [{ kind: 'text', text }], invalid: [], choices: {}, timeoutMs: 5_000, attempts: 1, otherwise: 'end' },
    });
  const main = flowOf('Main', { call: { kind: 'subflow', flowId: 'called' as never, next: 'bye' }, bye });
  const told = (kind: 'return' | 'menu') =>
    walked(main, { flows: new Map([['called' as never, called(kind)]]) }).steps.map(({ flowName, key, outcome }) => `${flowName} ${key} ${outcome}`);
  expect(told('return')).toEqual(['Main call called', 'Called hello next', 'Called end returned', 'Main bye hang-up']);
  expect(told('menu')).toEqual(['Main call called', 'Called hello next', 'Called end null']);
}); // prettier-ignore

test('a rule that is gone to is followed into its flow, with the variables; one that leads elsewhere says where', () => {
  const set = { kind: 'set' as const, variable: 'wanted', value: 'vip', next: 'rule' };
  const rule = { kind: 'go-to-rule' as const, rule: 'To {wanted}', onMissing: 'none' };
  const none = { kind: 'hang-up' as const, say: [] };
  const main = flowOf('Main', { set, rule, none });
  const vip = flowOf('Vip', { wait: { kind: 'enqueue', queueId: 'q' as never } });
  const flows = new Map([['vip' as never, vip]]);
  const told = (named: FirstStepsOptions['named']) => {
    const { steps, onward } = walked(main, { flows, named });
    return [...steps.map(({ flowName, key, outcome }) => `${flowName} ${key} ${outcome}`), onward?.kind ?? null];
  };
  expect(told((name) => (name === 'To vip' ? { kind: 'flow', flowId: 'vip' as never } : undefined))).toEqual([
    'Main set next', 'Main rule left', 'Vip wait null', null,
  ]);
  expect(told(() => ({ kind: 'queue', queueId: 'q' as never }))).toEqual(['Main set next', 'Main rule left', 'queue']);
  expect(told(() => undefined)).toEqual(['Main set next', 'Main rule missing', 'Main none hang-up', null]);
  // Rules that go round end by themselves.
  expect(told(() => ({ kind: 'flow', flowId: 'main' as never })).length).toBeLessThan(100);
}); // prettier-ignore

test('each way of a split can be chosen, and all of them are told with their shares', () => {
  const hangUp = { kind: 'hang-up' as const, say: [] };
  const split = { kind: 'split' as const, shares: [{ percent: 10, label: 'new', next: 'a' }, { percent: 20, label: 'old', next: 'b' }], otherwise: 'c' };
  const main = flowOf('Main', { split, a: hangUp, b: hangUp, c: hangUp });
  for (const [chosen, key] of [[0, 'a'], [1, 'b'], [2, 'c'], [9, 'c'], [-1, 'a']] as const) {
    const { steps } = walked(main, { share: () => chosen });
    expect(steps.map((step) => step.key), String(chosen)).toEqual(['split', key]);
    expect(steps[0]!.shares!.ways).toEqual([{ label: 'new', percent: 10 }, { label: 'old', percent: 20 }, { label: '', percent: 70 }]);
    expect(steps[0]!.shares!.taken).toBe(Math.min(Math.max(chosen, 0), 2));
  }
}); // prettier-ignore
