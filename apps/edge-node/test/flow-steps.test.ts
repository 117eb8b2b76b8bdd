/** What steps of flows do with calls: each test rings a number and reads the way the call took. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { FlowCalls } from './flow-calls.ts';

const bye: FlowStep = { kind: 'hang-up', say: [{ kind: 'text', text: { en: 'Goodbye' } }] };
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
  await calls.open();
});
afterEach(() => calls.settled());
afterAll(() => calls.close());

test('a flow knows whether the centre is there, and a node on its own says so', async () => {
  const call = await calls.ring('centre there');
  await call.until(['ended'], 10_000);
  await calls.settled();
  expect(calls.walked()).toEqual(['ask:away', 'alone:next', 'bye:hang-up']);
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
