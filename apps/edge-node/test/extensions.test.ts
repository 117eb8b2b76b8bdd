/** D-13, F-13: calls whose flows run functions of the tenant's own. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ExtensionId } from '@seatgrid/core/extensions/extension.ts';
import type { QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { newId } from './fixture-config.ts';
import { FlowCalls } from './flow-calls.ts';
import { until } from './until.ts';

const calls = new FlowCalls();
const queues = new Map<string, QueueId>();

const source = `
// Gold from a hundred points on, and whoever owes much goes to whom we owe an answer.
function run({ points, owed }) {
  const tier = points >= 100 ? 'gold' : 'plain';
  return { tier: owed > 1000 ? 'debt' : tier, left: 100 - points };
}`;

beforeAll(async () => {
  for (const name of ['gold', 'plain', 'debt'])
    queues.set(name, calls.fixture.queue(calls.tenant, { name }).id);
  const extensionId: ExtensionId = newId<'extension'>();
  calls.tenant.config.extensions.push({
    id: extensionId,
    name: 'Which queue',
    description: '',
    inputs: [
      { name: 'points', type: 'whole' },
      { name: 'owed', type: 'decimal' },
    ],
    outputs: [
      { name: 'tier', type: 'text' },
      { name: 'left', type: 'whole' },
    ],
    source,
    revision: 1,
  });
  const enqueue = (name: string): FlowStep => ({ kind: 'enqueue', queueId: queues.get(name)! });
  calls.flow('tier', {
    points: {
      kind: 'gather',
      prompt: [],
      variable: 'points',
      length: { kind: 'fixed', digits: 4 },
      timeoutMs: 5_000,
      next: 'owed',
    },
    owed: {
      kind: 'compute',
      values: [{ variable: 'owed', expression: 'int(points) * 0.50' }],
      next: 'find',
    },
    find: {
      kind: 'run-extension',
      extensionId,
      inputs: [
        { name: 'points', expression: 'points' },
        { name: 'owed', expression: 'owed' },
      ],
      results: [
        { field: 'tier', variable: 'tier' },
        { field: 'left', variable: 'left' },
      ],
      next: 'way',
      onError: 'plain',
    },
    way: {
      kind: 'decide',
      conditions: [
        { condition: 'tier == "gold" && left <= 0', label: '', next: 'gold' },
        { condition: 'tier == "debt"', label: '', next: 'debt' },
      ],
      otherwise: 'plain',
    },
    gold: enqueue('gold'),
    plain: enqueue('plain'),
    debt: enqueue('debt'),
  });
  await calls.open();
});
afterEach(() => calls.settled());
afterAll(() => calls.close());

test.each([
  ['0150', 'gold', { tier: 'gold', left: '-50' }],
  ['0007', 'plain', { tier: 'plain', left: '93' }],
  ['9000', 'debt', { tier: 'debt', left: '-8900' }],
])('D-13, F-13: a function of the tenant’s own finds out of %s that the call goes to the queue “%s”', async (digits, queue, changes) => {
  const entered = () => calls.node.eventsOf('queue.entered').map(({ facts }) => facts);
  const before = entered().length;
  const call = await calls.ring('tier');
  await call.until(['talking'], 10_000);
  call.press(digits);
  await until('the call to be queued', () => entered().length > before);
  expect(entered().at(-1)).toMatchObject({ queueId: queues.get(queue), queueName: queue });
  expect(calls.walked().slice(0, 3)).toEqual(['points:entered', 'owed:next', 'find:answered']);
  const found = calls.node.eventsOf('flow.step').findLast(({ facts }) => facts.stepKey === 'find')!;
  expect(found.facts.changes).toEqual(changes);
}); // prettier-ignore
