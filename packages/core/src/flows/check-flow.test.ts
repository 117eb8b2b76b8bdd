import { expect, test } from 'vitest';
import type { PromptId, QueueId } from '../kernel/ids.ts';
import type { FlowStep } from './step-kinds.ts';
import { noExpressions } from './no-expressions.ts';
import { checkFlow } from './check-flow.ts';

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
  expressions: noExpressions,
  hasConnector: () => false,
  extension: () => undefined,
};
const bye: FlowStep = { kind: 'hang-up', say: [] };
const set = (next: string): FlowStep => ({ kind: 'set', variable: 'x', value: '1', next });
const faults = (steps: Record<string, FlowStep>, startAt = Object.keys(steps)[0]!) =>
  checkFlow({ start: startAt, steps }, nothing).map(
    (fault) => `${fault.step}/${fault.field}: ${fault.message}`,
  );

test('a sound flow has no faults', () => {
  expect(faults({ hello: { kind: 'say', text: { en: 'Hello' }, next: 'bye' }, bye })).toEqual([]);
});

test.each<[string, Record<string, FlowStep>, string]>([
  ['points nowhere', { a: set('gone'), bye }, 'a/next: leads to "gone", which does not exist'],
  ['is never reached', { a: bye, lost: bye }, 'lost/null: no step leads here'],
  [
    'loops for ever in silence',
    {
      a: set('b'),
      b: {
        kind: 'branch',
        variable: 'x',
        cases: [{ test: 'equals', value: '1', next: 'a' }],
        otherwise: 'bye',
      },
      bye,
    },
    'b/null: goes round for ever without speaking, listening or waiting',
  ],
  [
    'records and does not, for ever, in silence',
    {
      a: { kind: 'record', isRecorded: true, next: 'b' },
      b: { kind: 'record', isRecorded: false, next: 'a' },
    },
    'a/null: goes round for ever without speaking, listening or waiting',
  ],
  [
    'tells a secret',
    {
      ask: {
        kind: 'gather',
        prompt: [],
        variable: 'card',
        length: { kind: 'single' },
        timeoutMs: 1_000,
        isSecret: true,
        next: 'again',
      },
      again: { kind: 'say', text: { en: 'You said {card | digits}' }, next: 'bye' },
      bye,
    },
    'again/null: tells the secret "card"',
  ],
  [
    'names a queue that is not there',
    { a: { kind: 'enqueue', queueId: 'q' as QueueId } },
    'a/queueId: names a queue that does not exist',
  ],
  [
    'plays a prompt that is not there',
    { a: { kind: 'play', prompts: ['p' as PromptId], next: 'bye' }, bye },
    'a/prompts.0: plays a prompt that does not exist',
  ],
  [
    'says nothing',
    { a: { kind: 'say', text: { en: ' ' }, next: 'bye' }, bye },
    'a/text.0: says nothing in any language',
  ],
  [
    'never ends',
    { a: { kind: 'say', text: { en: 'x' }, next: 'a' } },
    'a/null: never comes to an end: no step reached hangs up or hands the call on',
  ],
])('a flow that %s is refused with its place', (_, steps, fault) => {
  expect(faults(steps)).toContain(fault);
});

test('a circle that speaks is allowed, and a missing start is the only thing said', () => {
  expect(
    faults({
      a: { kind: 'say', text: { en: 'x' }, next: 'b' },
      b: {
        kind: 'branch',
        variable: 'x',
        cases: [{ test: 'is-empty', value: '', next: 'a' }],
        otherwise: 'bye',
      },
      bye,
    }),
  ).toEqual([]);
  expect(faults({ a: bye }, 'z')).toEqual(['null/start: there is no step "z" to start with']);
});

test('D-08: a conference may be come back to by key, but not without one; parties are named after they are brought in', () => {
  const talk = (next: string): FlowStep => ({
    kind: 'confer',
    choices: { '1': { label: '', next: 'aside' } },
    lastsMs: 1_000,
    next,
  });
  const steps: Record<string, FlowStep> = {
    ask: {
      kind: 'invite-party',
      party: 'Expert',
      number: '1',
      ringTimeoutMs: 1_000,
      isLetIn: false,
      next: 'talk',
      onFailed: 'bye',
    },
    talk: talk('bye'),
    aside: { kind: 'change-party', party: 'Expert', act: 'let-in', next: 'talk' },
    bye,
  };
  expect(faults(steps)).toEqual([]);
  expect(faults({ ...steps, talk: talk('aside') })).toEqual([
    'talk/null: goes round for ever without speaking, listening or waiting',
    'aside/null: goes round for ever without speaking, listening or waiting',
  ]);
  expect(
    faults({ ...steps, aside: { kind: 'change-party', party: 'expert', act: 'drop', next: 'talk' } }),
  ).toEqual(['aside/party: names a party whom no step brings in']);
});
