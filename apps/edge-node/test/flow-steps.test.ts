/** What steps of flows do with calls: each test rings a number and reads the way the call took. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FileStep } from '@seatgrid/core/flows/kinds/file.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { FlowCalls } from './flow-calls.ts';
import { siteOfNodes } from './node-seats.ts';
import { until } from './until.ts';

const bye: FlowStep = { kind: 'hang-up', say: [{ kind: 'text', text: { en: 'Goodbye' } }] };
const listening = {
  kind: 'menu',
  welcome: [],
  prompt: [{ kind: 'text', text: { en: 'Please choose' } }],
  invalid: [],
  timeoutMs: 5_000,
  attempts: 2,
  otherwise: 'bye',
} as const;
const calls = new FlowCalls();

beforeAll(async () => {
  calls.flow('centre there', {
    ask: { kind: 'centre-there', there: 'bye', away: 'alone' },
    alone: { kind: 'say', text: { en: 'We are on our own' }, next: 'bye' },
    bye,
  });
  calls.flow('compute', {
    ask: {
      kind: 'gather',
      prompt: [],
      variable: 'account',
      length: { kind: 'fixed', digits: 4 },
      timeoutMs: 5_000,
      next: 'numbers',
    },
    numbers: {
      kind: 'compute',
      values: [
        { variable: 'sum', expression: 'int(account) + 8' },
        { variable: 'less', expression: 'sum - 20' },
        { variable: 'price', expression: 'sum * 19.99' },
        { variable: 'each', expression: 'round(price / 3, 2)' },
      ],
      next: 'texts',
    },
    texts: {
      kind: 'compute',
      values: [
        { variable: 'size', expression: 'account.length()' },
        { variable: 'plain', expression: 'account.replace("7", "0")' },
      ],
      next: 'which',
    },
    which: {
      kind: 'decide',
      conditions: [{ condition: 'plain == "0012" && size == 4 && each > 1000', label: '', next: 'zero' }],
      otherwise: 'bye',
    },
    zero: {
      kind: 'compute',
      values: [{ variable: 'never', expression: 'sum / (size - 4)' }],
      next: 'bye',
      onError: 'sorry',
    },
    sorry: { kind: 'say', text: { en: 'That cannot be computed: {errorCode}' }, next: 'bye' },
    bye,
  });
  const deep: FlowStep = { ...listening, choices: { '3': { label: 'Parcels', next: 'bye' } } };
  calls.flow('shortcut', {
    top: {
      ...listening,
      choices: { '2': { label: 'Service', next: 'second' } },
      shortcuts: [{ keys: '*2143', label: 'Parcel status', next: 'fourth' }],
    },
    second: { ...listening, choices: { '1': { label: 'Orders', next: 'third' } } },
    third: { ...listening, choices: { '4': { label: 'Shipping', next: 'fourth' } } },
    fourth: deep,
    bye,
  });
  calls.flow('without keys', { menu: { ...listening, isWithoutKeys: true, choices: {} }, bye });
  const { id: looked } = calls.fixture.flow(calls.tenant, 'look', {
    look: {
      kind: 'compute',
      values: [{ variable: 'rule', expression: 'key == "1" ? "arrivals" : "nowhere"' }],
      next: 'back',
    },
    back: { kind: 'return' },
  });
  calls.flow('arrivals', { hello: { kind: 'say', text: { en: 'Hello {key}' }, next: 'bye' }, bye });
  calls.flow('by variable', {
    ask: {
      kind: 'gather',
      prompt: [],
      variable: 'key',
      length: { kind: 'single' },
      timeoutMs: 5_000,
      next: 'call',
    },
    call: { kind: 'subflow', flowId: looked, next: 'go' },
    go: { kind: 'go-to-rule', rule: '{rule}', onMissing: 'bye' },
    bye,
  });
  const file = (
    fileAct: FileStep['fileAct'],
    path: string,
    next: string,
    more: Partial<FileStep> = {},
  ): FlowStep => ({
    kind: 'file',
    fileAct,
    path,
    next,
    onError: 'refused',
    ...more,
  });
  calls.flow('files', {
    folder: file('make-folder', '{caller}', 'write'),
    write: file('write', '{caller}/note.txt', 'append', { content: 'one' }),
    append: file('append', '{caller}/note.txt', 'read', { content: ' two' }),
    read: file('read', '{caller}/note.txt', 'remove', { variable: 'note' }),
    remove: file('delete', '{caller}/note.txt', 'empty'),
    empty: file('delete', '{caller}', 'outside'),
    outside: file('read', '../../ledger.sqlite', 'bye', { variable: 'note' }),
    refused: { kind: 'say', text: { en: '{note}, {errorCode}' }, next: 'bye' },
    bye,
  });
  calls.flow('round', {
    round: { kind: 'loop', variable: 'round', times: 8, again: 'half', next: 'bye' },
    half: {
      kind: 'split',
      shares: [{ percent: 50, label: 'Heads', next: 'round' }],
      otherwise: 'round',
    },
    bye,
  });
  await calls.open();
});
afterEach(() => calls.settled());
afterAll(() => calls.close());

test('a flow knows whether the centre is there, and a node on its own says so', async () => {
  const call = await calls.ring('centre there');
  await call.until(['ended'], 10_000);
  await calls.settled();
  expect(calls.walked()).toEqual(
    siteOfNodes() === null ? ['ask:away', 'alone:next', 'bye:hang-up'] : ['ask:there', 'bye:hang-up'],
  );
});

test('D-06: a flow computes on numbers and on texts; a division by zero is a branch of the flow, and the call goes on', async () => {
  const call = await calls.ring('compute');
  await call.until(['talking'], 5_000);
  call.press('7712');
  await call.until(['ended'], 15_000);
  await calls.settled();
  expect(calls.walked()).toEqual([
    'ask:entered',
    'numbers:next',
    'texts:next',
    'which:condition 1',
    'zero:error',
    'sorry:next',
    'bye:hang-up',
  ]);
  const steps = calls.node.eventsOf('flow.step').map(({ facts }) => facts);
  expect(steps.find((one) => one.stepKey === 'numbers')?.changes).toEqual({
    sum: '7720',
    less: '7700',
    price: '154322.8',
    each: '51440.93',
  });
  expect(steps.find((one) => one.stepKey === 'texts')?.changes).toEqual({ size: '4', plain: '0012' });
  expect(steps.find((one) => one.stepKey === 'zero')?.fault).toEqual({
    code: 'division-by-zero',
    place: 'values.0.expression',
    message: 'at 1: division by zero',
  });
});

test('D-07: from the top menu a row of keys enters the menu of the fourth level, and so do its keys one by one', async () => {
  const call = await calls.ring('shortcut');
  await call.until(['talking'], 5_000);
  call.press('*2143');
  await until('the deep menu', () => calls.walked().length === 1);
  call.press('3');
  await call.until(['ended'], 10_000);
  await calls.settled();
  expect(calls.walked()).toEqual(['top:*2143', 'fourth:3', 'bye:hang-up']);
  const slowly = await calls.ring('shortcut');
  await slowly.until(['talking'], 5_000);
  for (const [index, key] of [...'2143'].entries()) {
    slowly.press(key);
    await until(`the menu below ${key}`, () => calls.walked().length === index + 1 || index === 3);
  }
  await slowly.until(['ended'], 10_000);
  await calls.settled();
  expect(calls.walked()).toEqual(['top:2', 'second:1', 'third:4', 'fourth:3', 'bye:hang-up']);
});

test('D-21: a menu that takes no keys is spoken to its end, whatever is pressed, and goes on', async () => {
  const call = await calls.ring('without keys');
  await call.until(['talking'], 5_000);
  call.press('12');
  await call.until(['ended'], 10_000);
  await calls.settled();
  expect(calls.walked()).toEqual(['menu:spoken', 'bye:hang-up']);
});

test('D-22, F-16: a rule held in a variable, found by a flow within the flow, takes the call on with its data', async () => {
  const call = await calls.ring('by variable');
  await call.until(['talking'], 5_000);
  call.press('1');
  await call.until(['ended'], 10_000);
  await calls.settled();
  expect(calls.walked()).toEqual([
    'ask:entered',
    'call:called',
    'look:next',
    'back:returned',
    'go:left',
    'hello:next',
    'bye:hang-up',
  ]);
  const other = await calls.ring('by variable');
  await other.until(['talking'], 5_000);
  other.press('2');
  await other.until(['ended'], 10_000);
  await calls.settled();
  expect(calls.walked().slice(-2)).toEqual(['go:missing', 'bye:hang-up']);
});

test('D-16: a flow makes a folder and a file, adds to it, reads and deletes both; outside its own space it is refused', async () => {
  const call = await calls.ring('files');
  await call.until(['ended'], 15_000);
  await calls.settled();
  expect(calls.walked()).toEqual([
    'folder:next',
    'write:next',
    'append:next',
    'read:next',
    'remove:next',
    'empty:next',
    'outside:error',
    'refused:next',
    'bye:hang-up',
  ]);
  const steps = calls.node.eventsOf('flow.step').map(({ facts }) => facts);
  expect(steps.findLast((one) => one.stepKey === 'read')?.changes).toEqual({ note: 'one two' });
  expect(steps.findLast((one) => one.stepKey === 'outside')?.fault).toMatchObject({
    code: 'refused',
    place: 'path',
  });
});

test('F-13: of eight draws of a half about four go each way, round after round', async () => {
  const call = await calls.ring('round');
  await call.until(['ended'], 10_000);
  await calls.settled();
  const ways = calls.walked();
  expect(ways.filter((way) => way.startsWith('round:'))).toHaveLength(9);
  expect(ways.at(-2)).toBe('round:over');
  const first = ways.filter((way) => way === 'half:share 1').length;
  expect(first).toBeGreaterThanOrEqual(3);
  expect(first).toBeLessThanOrEqual(5);
});
