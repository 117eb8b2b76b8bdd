import { expect, test } from 'vitest';
import { CelExpressions } from '@seatgrid/contracts/expressions/cel-expressions.ts';
import type { FlowId } from '@seatgrid/core/kernel/ids.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { Simulation, type Around, type SimulatedCall } from './simulation.ts';

const call: SimulatedCall = {
  caller: '+442071838750',
  called: '+442080000000',
  language: 'en',
  atMs: Date.UTC(2026, 0, 5, 10),
  timeZone: 'UTC',
};
const expressions = new CelExpressions();
const steps: Record<string, FlowStep> = {
  hours: {
    kind: 'time',
    periods: [{ days: [1], from: '09:00', to: '18:00' }],
    inside: 'menu',
    outside: 'bye',
  },
  menu: {
    kind: 'menu',
    welcome: [],
    prompt: [{ kind: 'text', text: { en: 'Press one, {caller}' } }],
    choices: { '1': { label: 'Sales', next: 'there' } },
    invalid: [],
    timeoutMs: 4_000,
    attempts: 1,
    otherwise: 'bye',
  },
  there: { kind: 'centre-there', there: 'ring', away: 'bye' },
  ring: { kind: 'dial', number: '{caller}', ringTimeoutMs: 9_000, onFailed: 'bye' },
  bye: { kind: 'hang-up', say: [{ kind: 'text', text: { en: 'Goodbye' } }] },
};
const simulate = (changed: Partial<SimulatedCall> = {}) =>
  new Simulation({ name: 'Tried', start: 'hours', steps }, { ...call, ...changed }, expressions);

test('keys, answers from outside and a failed dial lead through the flow as they would lead a call', () => {
  const simulation = simulate();
  expect(simulation.at).toBe('menu');
  expect(simulation.happened.at(-1)).toMatchObject({ utterances: [{ text: 'Press one, +442071838750' }] });
  simulation.press('1');
  const { waiting } = simulation;
  if (waiting.kind !== 'answer') throw new Error(`waits for ${waiting.kind}`);
  expect(waiting.request).toBe('is-centre-there');
  simulation.take({ kind: 'answer', askId: waiting.askId, answer: { kind: 'answered', value: true } });
  expect(simulation.waiting).toEqual({ kind: 'dial', number: '+442071838750' });
  simulation.dialled('busy');
  expect(simulation.variables).toContainEqual(['dialResult', 'busy']);
  simulation.wait();
  expect(simulation.waiting).toEqual({ kind: 'ended' });
  expect(simulation.path).toEqual(['hours', 'menu', 'there', 'ring', 'bye']);
});

test('silence takes the time the step gives, and the clock that was set decides the hour', () => {
  const simulation = simulate();
  simulation.wait();
  expect(simulation.waiting).toEqual({ kind: 'keys', delayMs: 4_000 });
  simulation.wait();
  expect(simulation.nowMs).toBe(call.atMs + 4_000);
  expect(simulation.at).toBe('bye');
  expect(simulate({ atMs: Date.UTC(2026, 0, 5, 20) }).path).toEqual(['hours', 'bye']);
});

test('a key while nobody listens is nobody’s', () => {
  const simulation = simulate({ atMs: Date.UTC(2026, 0, 5, 20) });
  simulation.press('1');
  expect(simulation.at).toBe('bye');
});

const bye: FlowStep = { kind: 'hang-up', say: [] };
const ask: FlowStep = {
  kind: 'gather',
  prompt: [],
  variable: 'account',
  length: { kind: 'fixed', digits: 2 },
  timeoutMs: 5_000,
  next: 'back',
};
const askFlow = {
  id: '0190aaaa-0000-7000-8000-000000000001' as FlowId,
  name: 'Account',
  version: 4,
  start: 'ask',
  steps: { ask, back: { kind: 'return' } as FlowStep },
};
const around: Around = {
  calendars: new Map(),
  flows: new Map([[askFlow.id, askFlow]]),
  named: (rule) =>
    rule === 'To 12'
      ? { kind: 'flow', flowId: askFlow.id }
      : rule === 'Sales'
        ? { kind: 'queue', queueId: 'q' as never }
        : undefined,
};
const tried = (drawn: Record<string, FlowStep>) =>
  new Simulation({ name: 'Tried', start: Object.keys(drawn)[0]!, steps: drawn }, call, expressions, around);

test('a flow that is called is walked as new calls take it, and comes back with its variables', () => {
  const simulation = tried({ first: { kind: 'subflow', flowId: askFlow.id, next: 'bye' }, bye });
  expect(simulation.at).toBeNull();
  expect(simulation.elsewhere).toMatchObject({ flow: { name: 'Account' }, stepKey: 'ask' });
  expect(simulation.path).toEqual(['first']);
  simulation.press('34');
  expect(simulation.variables).toContainEqual(['account', '34']);
  expect(simulation.path).toEqual(['first', 'bye']);
  expect(simulation.waiting).toEqual({ kind: 'ended' });
});

test('a rule that is gone to is followed: into its flow, to what it says, or on where there is none', () => {
  const rule = (name: string): FlowStep => ({ kind: 'go-to-rule', rule: name, onMissing: 'bye' });
  const followed = tried({ set: { kind: 'set', variable: 'to', value: '12', next: 'rule' }, rule: rule('To {to}'), bye }); // prettier-ignore
  expect(followed.elsewhere?.flow.name).toBe('Account');
  expect(followed.variables).toContainEqual(['to', '12']);
  expect(followed.happened.find((one) => one.kind === 'rule')).toMatchObject({ rule: 'To 12' });

  const sales = tried({ rule: rule('Sales'), bye });
  expect(sales.waiting).toEqual({ kind: 'ended' });
  expect(sales.happened.at(-1)).toMatchObject({ kind: 'rule', to: { kind: 'queue' } });

  expect(tried({ rule: rule('Nobody'), bye }).path).toEqual(['rule', 'bye']);
});
