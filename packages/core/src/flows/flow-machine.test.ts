import { expect, test } from 'vitest';
import type { FlowId, PromptId, QueueId } from '../kernel/ids.ts';
import { noExpressions } from './no-expressions.ts';
import type { FlowStep } from './step-kinds.ts';
import type { FlowEffect } from './flow-effect.ts';
import type { FlowInput } from './flow-input.ts';
import { FlowMachine } from './flow-machine.ts';

const flowId = '0190aaaa-0000-7000-8000-000000000001' as FlowId;
const queueId = '0190aaaa-0000-7000-8000-000000000002' as QueueId;
const promptId = '0190aaaa-0000-7000-8000-000000000003' as PromptId;

function machine(steps: Record<string, FlowStep>, variables: Record<string, string> = {}): FlowMachine {
  return new FlowMachine({
    flow: { id: flowId, name: 'main', version: 3, start: Object.keys(steps)[0]!, steps },
    variables: new Map(Object.entries({ language: 'en', caller: '+861', ...variables })),
    timeZone: 'Asia/Shanghai',
    defaultLocale: 'zh-Hans',
    expressions: noExpressions,
    flows: new Map(),
    chance: () => 0,
  });
}

/** Feeds inputs a second apart and tells the effects by kind. */
function run(flow: FlowMachine, ...inputs: (FlowInput | string)[]): FlowEffect[] {
  let nowMs = 1_000_000;
  const effects: FlowEffect[] = [];
  for (const input of inputs) {
    const all: FlowInput[] =
      typeof input === 'string' ? [...input].map((digit) => ({ kind: 'digit', digit })) : [input];
    for (const one of all) effects.push(...flow.handle(one, (nowMs += 1_000)));
  }
  return effects;
}
const start: FlowInput = { kind: 'start' };
const spoken: FlowInput = { kind: 'speech-ended' };
const timer: FlowInput = { kind: 'timer' };
const text = (words: string) => [{ kind: 'text' as const, text: { en: words } }];
const bye: FlowStep = { kind: 'hang-up', say: [] };
const steps = (effects: readonly FlowEffect[]) =>
  effects.flatMap((effect) =>
    effect.kind === 'step'
      ? [`${effect.facts.stepKey}:${effect.facts.outcome}:${effect.facts.digits ?? ''}`]
      : [],
  );

const gather = (length: Extract<FlowStep, { kind: 'gather' }>['length']): Record<string, FlowStep> => ({
  ask: {
    kind: 'gather',
    prompt: text('Number?'),
    variable: 'account',
    length,
    timeoutMs: 5_000,
    next: 'bye',
    onEmpty: 'empty',
  },
  bye,
  empty: bye,
});

test.each([
  ['12*345#', [], '345', 'ask:entered:345'],
  ['345', [timer], '345', 'ask:timeout:345'],
  ['#', [], '', 'ask:empty:'],
  ['', [spoken, timer], '', 'ask:empty:'],
])('variable-length collection of %s %j yields "%s" (D-05)', (digits, then, value, traced) => {
  const flow = machine(gather({ kind: 'variable', digitsMax: 20 }));
  const effects = run(flow, start, digits, ...then);
  expect(flow.variables.get('account')).toBe(value);
  expect(steps(effects)[0]).toBe(traced);
});

test('fixed-length collection ends at its length, single takes any of the twelve keys (D-04)', () => {
  const fixed = machine(gather({ kind: 'fixed', digits: 4 }));
  run(fixed, start, '1*98765');
  expect(fixed.variables.get('account')).toBe('9876');
  for (const key of '0123456789*#') {
    const single = machine(gather({ kind: 'single' }));
    run(single, start, key);
    expect(single.variables.get('account')).toBe(key);
  }
});

test('the timer of a collection starts when the speech ends and again at each key; a key cuts the speech short', () => {
  const flow = machine(gather({ kind: 'variable', digitsMax: 20 }));
  expect(run(flow, start).map((effect) => effect.kind)).toEqual(['speak']);
  expect(run(flow, '1').map((effect) => effect.kind)).toEqual(['stop-speech', 'set-timer']);
  expect(run(flow, '2').map((effect) => effect.kind)).toEqual(['set-timer']);
  expect(run(flow, '#').map((effect) => effect.kind)).toEqual([
    'clear-timer',
    'collected',
    'step',
    'step',
    'hang-up',
  ]);
});

const menu: Record<string, FlowStep> = {
  menu: {
    kind: 'menu',
    title: 'Main menu',
    welcome: text('Welcome.'),
    prompt: text('Press 1.'),
    invalid: text('Not possible.'),
    choices: { 1: { label: 'Sales', next: 'sales' } },
    timeoutMs: 3_000,
    attempts: 2,
    otherwise: 'bye',
  },
  sales: { kind: 'enqueue', queueId },
  bye,
};

test('a menu takes a key to its branch and remembers the label as the path', () => {
  const flow = machine(menu);
  const effects = run(flow, start, '1');
  expect(steps(effects)).toEqual(['menu:1:1']);
  expect(effects.at(-1)).toEqual({ kind: 'enqueue', queueId, handlesFull: false, handlesTimeout: false });
  expect(flow.path).toEqual(['Sales']);
});

test('an undefined key is rejected with a prompt and the menu again, without the welcome; then otherwise (D-20)', () => {
  const flow = machine(menu);
  const again = run(flow, start, '7').findLast((effect) => effect.kind === 'speak')!;
  expect(
    again.kind === 'speak' && again.utterances.map((one) => (one.kind === 'text' ? one.text : '')),
  ).toEqual(['Not possible.', 'Press 1.']);
  expect(steps(run(flow, '8'))).toEqual(['menu:otherwise:78', 'bye:hang-up:']);
});

test('silence repeats the menu and then takes otherwise', () => {
  const flow = machine(menu);
  expect(steps(run(flow, start, spoken, timer, spoken, timer))).toEqual(['menu:timeout:', 'bye:hang-up:']);
});

test('keys during play and say have no effect (D-21)', () => {
  const flow = machine({
    say: { kind: 'say', text: { en: 'Hello {caller}{unknown}.' }, next: 'play' },
    play: { kind: 'play', prompts: [promptId], next: 'bye' },
    bye,
  });
  const effects = run(flow, start, '123', spoken, '456', spoken);
  expect(effects.filter((effect) => effect.kind === 'stop-speech')).toEqual([]);
  expect(effects[0]).toEqual({
    kind: 'speak',
    utterances: [{ kind: 'text', text: 'Hello +861.', locale: 'en' }],
    isInterruptible: false,
  });
  expect(steps(effects)).toEqual(['say:next:', 'play:next:', 'bye:hang-up:']);
});

test('the language variable decides what is spoken, and a text not in it is spoken in a language it has (D-03)', () => {
  const flow = machine({
    set: { kind: 'set', variable: 'language', value: 'zh-Hans', next: 'both' },
    both: { kind: 'say', text: { en: 'Hello', 'zh-Hans': '您好' }, next: 'english' },
    english: { kind: 'say', text: { en: 'Only English' }, next: 'bye' },
    bye,
  });
  const said = run(flow, start, spoken, spoken).flatMap((effect) =>
    effect.kind === 'speak' ? effect.utterances : [],
  );
  expect(said).toEqual([
    { kind: 'text', text: '您好', locale: 'zh-Hans' },
    { kind: 'text', text: 'Only English', locale: 'en' },
  ]);
});

test.each([
  ['equals', '+861', 'a'],
  ['starts-with', '+8', 'a'],
  ['longer-than', '3', 'a'],
  ['is-empty', '', 'b'],
] as const)('a branch by %s "%s" goes to %s', (kind, value, to) => {
  const flow = machine({
    branch: { kind: 'branch', variable: 'caller', cases: [{ test: kind, value, next: 'a' }], otherwise: 'b' },
    a: bye,
    b: bye,
  });
  expect(steps(run(flow, start))[1]).toBe(`${to}:hang-up:`);
});

test('a full queue and a failed dial take their branches; a queue without one leaves the flow', () => {
  const flow = machine(
    {
      wait: { kind: 'enqueue', queueId, onFull: 'dial' },
      dial: { kind: 'dial', number: '+1{account}', ringTimeoutMs: 9_000, onFailed: 'bye' },
      bye,
    },
    { account: '234' },
  );
  const effects = run(
    flow,
    start,
    { kind: 'queue-left', cause: 'full' },
    { kind: 'dial-failed', why: 'busy' },
  );
  expect(effects).toContainEqual({ kind: 'dial', number: '+1234', callerNumber: null, ringTimeoutMs: 9_000 });
  expect(steps(effects)).toEqual(['wait:full:', 'dial:busy:', 'bye:hang-up:']);
  const plain = machine({ wait: { kind: 'enqueue', queueId } });
  expect(steps(run(plain, start, { kind: 'queue-left', cause: 'timeout' }))).toEqual(['wait:timeout:']);
  expect(plain.isEnded).toBe(true);
});

test('a caller who leaves ends the step and whatever comes after has no effect', () => {
  const flow = machine(menu);
  expect(steps(run(flow, start, { kind: 'call-left' }))).toEqual(['menu:left:']);
  expect(run(flow, '1', spoken, timer)).toEqual([]);
});

const told = (effects: readonly FlowEffect[]) =>
  effects.flatMap((effect) =>
    effect.kind === 'secret' ? [`secret ${effect.isSecret}`] : effect.kind === 'step' ? [effect.facts.digits] : [],
  ); // prettier-ignore

test('while a secret is keyed it is kept by nobody, and of its digits is told how many they were; flows may use it', () => {
  const secret = gather({ kind: 'fixed', digits: 4 });
  const flow = machine({ ...secret, ask: { ...secret['ask']!, isSecret: true } as FlowStep });
  expect(told(run(flow, start, '12'))).toEqual(['secret true']);
  expect(told(run(flow, '34'))).toEqual(['secret false', '****', null]);
  expect(flow.variables.get('account')).toBe('1234');
});

test('a secret ends with its caller, and with silence', () => {
  const secret = gather({ kind: 'fixed', digits: 4 });
  const steps = { ...secret, ask: { ...secret['ask']!, isSecret: true } as FlowStep };
  const left = machine(steps);
  expect(told(run(left, start, '12', { kind: 'call-left' }))).toEqual(['secret true', 'secret false', null]);
  expect(told(run(machine(steps), start, spoken, timer))).toEqual(['secret true', 'secret false', '', null]);
});

test('a flow says from where on the call is recorded, and from where it is not', () => {
  const flow = machine({
    on: { kind: 'record', isRecorded: true, next: 'ask' },
    ask: { kind: 'say', text: { en: 'Hello' }, next: 'off' },
    off: { kind: 'record', isRecorded: false, next: 'bye' },
    bye,
  });
  const kinds = run(flow, start, spoken).map((effect) =>
    effect.kind === 'record' ? effect.isRecorded : effect.kind,
  );
  expect(kinds).toEqual([true, 'step', 'speak', 'step', false, 'step', 'step', 'hang-up']);
});

const conference: Record<string, FlowStep> = {
  ask: {
    kind: 'invite-party',
    party: 'Expert',
    number: '+1{account}',
    ringTimeoutMs: 9_000,
    isLetIn: true,
    next: 'talk',
    onFailed: 'bye',
  },
  talk: {
    kind: 'confer',
    choices: { '1': { label: 'Aside', next: 'aside' }, '2': { label: 'Go', next: 'go' } },
    lastsMs: 60_000,
    next: 'bye',
  },
  aside: { kind: 'change-party', party: 'Expert', act: 'keep-out', next: 'talk' },
  go: { kind: 'change-party', party: 'Expert', act: 'drop', next: 'again' },
  again: { kind: 'change-party', party: 'Expert', act: 'let-in', next: 'talk', onAbsent: 'bye' },
  bye,
};
const answered = { kind: 'party-answered' } as const;

test('D-08: a party is brought in by name, and the caller’s keys say what becomes of it', () => {
  const flow = machine(conference, { account: '234' });
  const effects = run(flow, start, '1', answered, '9', '1', '2');
  expect(effects).toContainEqual({
    kind: 'invite-party',
    party: 'Expert',
    number: '+1234',
    callerNumber: null,
    ringTimeoutMs: 9_000,
    isLetIn: true,
  });
  expect(effects.flatMap((effect) => (effect.kind === 'change-party' ? [effect.act] : []))).toEqual([
    'keep-out',
    'drop',
  ]);
  // While it rings a key means nothing, and neither does one that is not offered.
  expect(steps(effects)).toEqual([
    'ask:answered:',
    'talk:1:1',
    'aside:keep-out:',
    'talk:2:2',
    'go:drop:',
    'again:absent:',
    'bye:hang-up:',
  ]);
  expect(flow.path).toEqual(['Aside', 'Go']);
});

test.each([
  ['alone when the last party has hung up', { kind: 'party-left', party: 'Expert' } as const, 'alone'],
  ['over when its time is', timer, 'timeout'],
])('a conference is %s', (_what, input, outcome) => {
  expect(steps(run(machine(conference), start, answered, input))).toEqual([
    'ask:answered:',
    `talk:${outcome}:`,
    'bye:hang-up:',
  ]);
});

test('who does not answer is no party: the flow goes another way, and nobody is left to talk with', () => {
  expect(steps(run(machine(conference), start, { kind: 'party-failed', why: 'no-answer' }))).toEqual([
    'ask:no-answer:',
    'bye:hang-up:',
  ]);
  const alone = machine({ talk: conference['talk']!, aside: bye, go: bye, bye });
  expect(steps(run(alone, start))).toEqual(['talk:alone:', 'bye:hang-up:']);
});

test('a party that is there already is not dialled again; one handed on with the caller is there no more', () => {
  const flow = machine({
    ask: { ...conference['ask']!, next: 'same' } as FlowStep,
    same: { ...conference['ask']!, next: 'wait' } as FlowStep,
    wait: { kind: 'enqueue', queueId, onTimeout: 'talk' },
    talk: { ...conference['talk']!, choices: {} } as FlowStep,
    bye,
  });
  expect(steps(run(flow, start, answered, { kind: 'queue-left', cause: 'timeout' }))).toEqual([
    'ask:answered:',
    'same:present:',
    'wait:timeout:',
    'talk:alone:',
    'bye:hang-up:',
  ]);
});

test('D-02: what a dial came to is a variable, by which the flow goes on', () => {
  const flow = machine({
    dial: { kind: 'dial', number: '1', ringTimeoutMs: 9_000, onFailed: 'why' },
    why: {
      kind: 'branch',
      variable: 'dialResult',
      cases: [{ test: 'equals', value: 'unknown-number', next: 'wrong' }],
      otherwise: 'bye',
    },
    wrong: bye,
    bye,
  });
  const effects = run(flow, start, { kind: 'dial-failed', why: 'unknown-number' });
  expect(steps(effects)).toEqual(['dial:unknown-number:', 'why:case 1:', 'wrong:hang-up:']);
});

test('the way out a step was left by is told, though several lead to one step', () => {
  const both = { next: 'bye', otherwise: 'bye', timeoutMs: 1_000 };
  const menu: FlowStep = {
    kind: 'menu',
    welcome: [],
    prompt: text('?'),
    invalid: [],
    choices: { '1': { label: 'a', next: 'bye' }, '2': { label: 'b', next: 'bye' } },
    shortcuts: [
      { keys: '33', label: 'c', next: 'bye' },
      { keys: '34', label: 'd', next: 'bye' },
    ],
    attempts: 1,
    ...both,
  };
  const cases = [{ test: 'equals', value: 'x', next: 'bye' } as const, { test: 'starts-with', value: '+', next: 'bye' } as const]; // prettier-ignore
  const loop: FlowStep = { kind: 'loop', variable: 'round', times: 1, again: 'bye', next: 'bye' };
  const rows: readonly [FlowStep, string, ...(FlowInput | string)[]][] = [
    [menu, 'choices.2', '2'],
    [menu, 'shortcuts.1', '34'],
    [menu, 'otherwise', '9'],
    [menu, 'otherwise', spoken, timer],
    [{ kind: 'branch', variable: 'caller', cases, otherwise: 'bye' }, 'cases.1'],
    [{ kind: 'branch', variable: 'nobody', cases: cases.slice(1), otherwise: 'bye' }, 'otherwise'],
    [loop, 'again'],
    [{ kind: 'time', periods: [], inside: 'bye', outside: 'bye' }, 'outside'],
    [{ kind: 'split', shares: [{ percent: 60, label: '', next: 'bye' }], otherwise: 'bye' }, 'shares.0'],
    [{ ...(gather({ kind: 'single' })['ask'] as FlowStep & { kind: 'gather' }), onEmpty: 'bye' }, 'onEmpty', spoken, timer], // prettier-ignore
    [gather({ kind: 'single' })['ask']!, 'next', '7'],
    [{ kind: 'enqueue', queueId, onFull: 'bye', onTimeout: 'bye' }, 'onTimeout', { kind: 'queue-left', cause: 'timeout' }], // prettier-ignore
    [{ kind: 'confer', choices: {}, lastsMs: 1_000, next: 'bye' }, 'next'],
    [{ kind: 'say', text: { en: 'Hi' }, next: 'bye' }, 'none told', spoken],
  ];
  for (const [step, exit, ...inputs] of rows) {
    const effects = run(machine({ first: step, bye, empty: bye }), start, ...inputs);
    const left = effects.find((effect) => effect.kind === 'step');
    expect(left?.facts.exit ?? 'none told', `${step.kind} ${exit}`).toBe(exit);
  }
});

test('the place a call stands at is told while it walks', () => {
  const flow = machine({ hello: { kind: 'say', text: { en: 'Hi' }, next: 'bye' }, bye });
  expect(flow.place).toBeNull();
  flow.handle(start, 5_000);
  expect(flow.place).toEqual({ flowId, flowVersion: 3, stepKey: 'hello', sinceMs: 5_000 });
  flow.handle(spoken, 9_000);
  expect(flow.place).toBeNull();
});
