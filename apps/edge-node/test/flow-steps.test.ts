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
