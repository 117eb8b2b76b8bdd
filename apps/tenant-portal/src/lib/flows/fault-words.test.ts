import { expect, test } from 'vitest';
import { checkFlow } from '@seatgrid/core/flows/check-flow.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { flowStepsMax } from '@seatgrid/core/flows/limits.ts';
import { CelExpressions } from '@seatgrid/contracts/expressions/cel-expressions.ts';
import { faultTelling } from './fault-words.ts';

const nothing = {
  hasPrompt: () => false,
  hasQueue: () => false,
  hasAgent: () => false,
  hasFlow: () => false,
  hasMailbox: () => false,
  hasRingGroup: () => false,
  hasSite: () => false,
  hasCalendar: () => false,
  hasFaxBox: () => false,
  expressions: new CelExpressions(),
  hasConnector: () => false,
  extension: (one: string) => (one === 'there' ? { inputs: [], outputs: [] } : undefined),
};
const id = 'x' as never;

/** A flow that makes every fault the check knows. */
const steps: Record<string, FlowStep> = {
  start: { kind: 'set', variable: 'a', value: '', next: 'branch' },
  branch: {
    kind: 'branch',
    variable: 'a',
    cases: [{ test: 'longer-than', value: 'many', next: 'nobody' }],
    otherwise: 'start',
  },
  lost: { kind: 'play', prompts: [id], next: '' },
  silent: { kind: 'say', text: {}, next: 'lost' },
  menu: {
    kind: 'menu',
    welcome: [],
    prompt: [],
    invalid: [],
    choices: {},
    timeoutMs: 1,
    attempts: 1,
    otherwise: 'lost',
  },
  queue: { kind: 'enqueue', queueId: id },
  card: {
    kind: 'gather',
    prompt: [],
    variable: 'card',
    length: { kind: 'single' },
    timeoutMs: 1,
    isSecret: true,
    next: 'told',
  },
  told: { kind: 'set', variable: 'b', value: '{card}', next: 'lost' },
  agent: { kind: 'agent', agentId: id, ringTimeoutMs: 1, onUnavailable: 'lost' },
  site: { kind: 'site-flow', siteId: id, flowId: id, next: 'lost', onFailed: 'lost' },
  computed: { kind: 'compute', values: [{ variable: 'x', expression: '1 +' }], next: 'lost' },
  noExtension: { kind: 'run-extension', extensionId: id, inputs: [], results: [], next: 'lost' },
  extension: {
    kind: 'run-extension',
    extensionId: 'there' as never,
    inputs: [{ name: 'points', expression: '1' }],
    results: [{ field: 'tier', variable: 'tier' }],
    next: 'lost',
  },
  party: { kind: 'change-party', party: 'Nobody', act: 'drop', next: 'lost' },
};

test('every sentence of the check has its word', () => {
  const many = Object.fromEntries(
    Array.from({ length: flowStepsMax + 1 }, (_, index) => [`s${index}`, steps['silent']!]),
  );
  const messages = [
    ...checkFlow({ start: 'start', steps }, nothing),
    ...checkFlow({ start: 'gone', steps }, nothing),
    ...checkFlow({ start: 's0', steps: many }, nothing),
  ].map((fault) => fault.message);
  const words = new Set(
    messages.map((message) => faultTelling(message)).map((told) => (told.kind === 'flow' ? told.word : told)),
  );
  expect([...words].filter((word) => typeof word !== 'string')).toEqual([]);
  expect(words.size).toBe(21);
});

test('a fault of a field alone is told as forms tell it, and a new one as it was told', () => {
  expect(faultTelling('must be later than `from`')).toMatchObject({ kind: 'field' });
  expect(faultTelling('something new')).toEqual({ kind: 'as-told', message: 'something new' });
  expect(faultTelling('leads to "bye", which does not exist')).toEqual({
    kind: 'flow',
    word: 'fault.leadsNowhere',
    values: { step: 'bye' },
  });
});
