import { expect, test } from 'vitest';
import type { CallFlow } from './call-flow.ts';
import { firstSteps } from './first-steps.ts';

const noExpressions = {} as never;
const stepsOf = (steps: CallFlow['steps'], variables: Record<string, string> = {}) =>
  firstSteps(
    {
      flow: { id: 'f' as never, name: 'Main', version: 1, start: Object.keys(steps)[0]!, steps },
      variables: new Map(Object.entries(variables)),
      timeZone: 'UTC',
      defaultLocale: 'en',
      expressions: noExpressions,
      flows: new Map(),
      chance: () => 0,
    },
    Date.parse('2026-11-23T10:00:00Z'),
  ).map(({ key, outcome }) => [key, outcome]);

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
