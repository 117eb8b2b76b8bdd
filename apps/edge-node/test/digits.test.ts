/** D-04, D-05, D-20, D-21: keys pressed on a real telephone, in each way a flow collects them. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { GatherStep } from '@seatgrid/core/flows/kinds/gather.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { until } from './until.ts';

const say = (en: string) => ({ kind: 'text', text: { en } }) as const;
const bye: FlowStep = { kind: 'hang-up', say: [] };
const silenceMs = 1_500;
let side: TelephoneSide;

const gather = (length: GatherStep['length'], next: string): FlowStep => ({
  kind: 'gather',
  prompt: [],
  variable: 'entered',
  length,
  timeoutMs: silenceMs,
  next,
});

const labels: Readonly<Record<string, string>> = {
  '1': 'Enquiries',
  '2': 'Customer service',
  '3': 'Technical support',
  '5': 'After-sales',
  '8': 'Fax',
  '0': 'Others',
};

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    const tenant: FixtureTenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
    const to = (number: string, start: string, steps: Record<string, FlowStep>) =>
      numberWith(tenant, number, { kind: 'flow', flowId: fixture.flow(tenant, start, steps).id });
    to('+864008000001', 'key', {
      key: gather({ kind: 'single' }, 'more'),
      more: {
        kind: 'branch',
        variable: 'entered',
        cases: [{ test: 'is-empty', value: '', next: 'bye' }],
        otherwise: 'key',
      },
      bye,
    });
    to('+864008000002', 'keys', { keys: gather({ kind: 'fixed', digits: 4 }, 'bye'), bye });
    to('+864008000003', 'keys', { keys: gather({ kind: 'variable', digitsMax: 10 }, 'bye'), bye });
    to('+864008000004', 'menu', {
      menu: {
        kind: 'menu',
        title: 'Main menu',
        welcome: [say('Welcome')],
        prompt: [say('Please choose')],
        invalid: [say('That key is not in use')],
        choices: Object.fromEntries(
          Object.entries(labels).map(([key, label]) => [key, { label, next: `to-${key}` }]),
        ),
        timeoutMs: 5_000,
        attempts: 3,
        otherwise: 'bye',
      },
      ...Object.fromEntries(
        Object.entries(labels).map(([key, label]): [string, FlowStep] => [
          `to-${key}`,
          key === '3'
            ? {
                kind: 'menu',
                title: 'Technical support',
                welcome: [],
                prompt: [say('Which product')],
                invalid: [],
                choices: { '9': { label: 'Pumps', next: 'bye' } },
                timeoutMs: 3_000,
                attempts: 1,
                otherwise: 'bye',
              }
            : { kind: 'say', text: { en: label }, next: 'bye' },
        ]),
      ),
      bye,
    });
    to('+864008000005', 'news', {
      news: { kind: 'say', text: { en: 'This is read to its end whatever is pressed' }, next: 'keys' },
      keys: gather({ kind: 'variable', digitsMax: 10 }, 'bye'),
      bye,
    });
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

async function talking(number: string): Promise<PhoneCall> {
  const call = await side.ring(number);
  await call.until(['talking'], 5_000);
  return call;
}

/** What the steps of the only call since `from` brought. */
async function stepsOf(call: PhoneCall, from: number) {
  await call.until(['ended'], 15_000);
  const ended = await until('the end in the journal', () => side.node.eventsOf('call.ended')[from]);
  return side.node
    .eventsOf('flow.step')
    .filter((event) => event.facts.callId === ended.facts.callId)
    .map((event) => event.facts);
}

const endedSoFar = () => side.node.eventsOf('call.ended').length;

test('D-04: single keys: all twelve are recognised, one step each', async () => {
  const from = endedSoFar();
  const call = await talking('+864008000001');
  const all = '1234567890*#';
  call.press(all);
  const keys = (await stepsOf(call, from)).filter((step) => step.stepKey === 'key');
  expect(keys.map((step) => step.digits ?? '').join('')).toBe(all);
});

test.each([
  ['fixed length ends with its last digit', '+864008000002', '9876', '9876', silenceMs],
  ['12*345# is 345', '+864008000003', '12*345#', '345', silenceMs],
  ['345 and silence is 345, after the set time', '+864008000003', '345', '345', 60_000],
  ['# alone is empty', '+864008000003', '#', '', silenceMs],
])('%s', async (_, number, keys, expected, soonerThanMs) => {
  const from = endedSoFar();
  const call = await talking(number);
  call.press(keys);
  const [step] = await stepsOf(call, from);
  expect(step!.digits ?? '').toBe(expected);
  const ended = side.node.eventsOf('call.ended')[from]!;
  expect(ended.facts.collected).toEqual({ entered: expected });
  const pressedMs = keys.length * 200;
  const tookMs = ended.atMs - step!.enteredAtMs;
  if (soonerThanMs === silenceMs) expect(tookMs).toBeLessThan(pressedMs + silenceMs);
  else expect(tookMs).toBeGreaterThan(silenceMs + 300);
});

test.each([
  ['by its sound and by SIP INFO', '1990'],
  ['by INFO alone', ''],
])('a phone that tells each key %s has pressed it once', async (_, bySound) => {
  const from = endedSoFar();
  const call = await talking('+864008000001');
  call.pressByInfo('1990');
  call.press(bySound);
  const keys = (await stepsOf(call, from)).filter((step) => step.stepKey === 'key');
  expect(keys.map((step) => step.digits ?? '').join('')).toBe('1990');
});

test.each(Object.entries(labels).filter(([key]) => key !== '3'))(
  'D-20: key %s leads to %s, which is spoken',
  async (key, label) => {
    const from = endedSoFar();
    const call = await talking('+864008000004');
    call.press(key);
    await side.untilSaid(call, label, 'en');
    expect((await stepsOf(call, from)).map(({ stepKey, label: taken }) => [stepKey, taken])).toEqual([
      ['menu', label],
      [`to-${key}`, null],
      ['bye', null],
    ]);
  },
);

test('D-20: a menu below a menu; a key not in use is answered by a prompt and the menu again', async () => {
  const from = endedSoFar();
  const call = await talking('+864008000004');
  call.press('7');
  await side.untilSaid(call, 'That key is not in use', 'en');
  call.press('3');
  await side.untilSaid(call, 'Which product', 'en');
  call.press('9');
  const steps = await stepsOf(call, from);
  expect(steps.map((step) => step.label).filter(Boolean)).toEqual(['Technical support', 'Pumps']);
});

test('D-21: keys have no effect while something is read, and none is left for the step after', async () => {
  const from = endedSoFar();
  const call = await talking('+864008000005');
  call.press('55#');
  await side.untilSaid(call, 'This is read to its end whatever is pressed', 'en');
  const steps = await stepsOf(call, from);
  expect(steps.map(({ stepKey, digits }) => [stepKey, digits ?? ''])).toEqual([
    ['news', ''],
    ['keys', ''],
    ['bye', ''],
  ]);
});
