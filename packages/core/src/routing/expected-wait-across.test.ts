/** F-25: how long a call waits whose queue other nodes serve too. */
import { beforeEach, expect, test } from 'vitest';
import {
  agentNamed,
  callNamed,
  queueNamed,
  sceneAgent,
  sceneQueue,
} from '@seatgrid/testkit/routing-scene.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import type { AgentId, QueueId } from '../kernel/ids.ts';
import { AcdMachine } from './acd-machine.ts';
import { expectedWaitAcross } from './expected-wait-across.ts';
import { ServicePace } from './service-pace.ts';

const handleMs = 100_000;
const [q, low, high] = [queueNamed('q'), queueNamed('low'), queueNamed('high')];
let machine: AcdMachine;
let pace: ServicePace;
let nowMs: number;

/** Six agents serve all; the first of them are here. */
beforeEach(() => {
  machine = new AcdMachine(createSeededRandom(1));
  pace = new ServicePace();
  nowMs = 0;
  const queues = [sceneQueue('q'), sceneQueue('low', { priority: 1 }), sceneQueue('high', { priority: 9 })];
  machine.configure({ queues, agents: ['0', '1', '2', '3', '4', '5'].map((id) => sceneAgent(id)) }, 0);
  const counts = { handled: 50, handledMs: 50 * handleMs, waited: 50, waitedMs: 50 * handleMs, gaveUp: 0 };
  pace.told([q, low, high].map((queueId) => ({ queueId, ...counts, arrivalsPerHour: 0 })), 0); // prettier-ignore
});

function comeElsewhere(queueId: QueueId, arrivalsPerHour: number): void {
  pace.told([{ queueId, handled: 50, handledMs: 50 * handleMs, waited: 0, waitedMs: 0, gaveUp: 0, arrivalsPerHour }], nowMs); // prettier-ignore
}

interface Told {
  readonly here?: number;
  readonly ownFirst?: boolean;
  readonly waiting?: Readonly<Record<string, number>>;
  readonly cameBefore?: Readonly<Record<string, number>>;
  readonly callId?: string;
}

function expected({
  here = 3,
  ownFirst = false,
  waiting = {},
  cameBefore,
  callId = 'newcomer',
}: Told): number {
  const byQueue = (counts: Readonly<Record<string, number>>) =>
    new Map(Object.entries(counts).map(([id, count]) => [queueNamed(id), count]));
  const outlook = machine.outlook({ kind: 'call-queued', callId: callNamed(callId), queueId: q }, nowMs);
  const around = { isAtWork: () => true, serversOf: (id: QueueId) => machine.serversOf(id) };
  const beside = {
    pace,
    waiting: byQueue(waiting),
    cameBefore: cameBefore ? byQueue(cameBefore) : null,
    isHere: (id: AgentId) => Number(id) < here,
    servesOwnFirst: () => ownFirst,
  };
  return expectedWaitAcross(outlook, around, beside, nowMs)!;
}

function waitsHere(count: number): void {
  for (let call = 0; call < count; call++)
    machine.handle({ kind: 'call-queued', callId: callNamed(`c${call}`), queueId: q }, ++nowMs);
  nowMs++;
}

test('strict order: whoever waits elsewhere is before a newcomer, whoever came later is not', () => {
  waitsHere(5);
  const alone = expected({});
  expect(expected({ waiting: { q: 6 } }) / alone).toBeCloseTo(2, 0);
  expect(expected({ waiting: { q: 6 }, callId: 'c4', cameBefore: {} })).toBeLessThan(alone);
  expect(expected({ waiting: { q: 6 }, callId: 'c4', cameBefore: { q: 6 } })).toBeGreaterThan(alone * 1.5);
  // Of those who came before, as many as are there still.
  expect(expected({ waiting: { q: 1 }, callId: 'c4', cameBefore: { q: 6 } })).toBeLessThan(alone * 1.2);
});

test('of other queues elsewhere those count that go before: higher ones whenever they came, lower ones never', () => {
  waitsHere(2);
  const alone = expected({});
  expect(expected({ waiting: { low: 30 } })).toBe(alone);
  const behind = { callId: 'c1', cameBefore: {} };
  expect(expected({ ...behind, waiting: { high: 3 } })).toBeGreaterThan(expected(behind) * 1.8);
});

test('callers of higher queues who come to other nodes take their share of the agents beforehand', () => {
  const alone = expected({});
  comeElsewhere(high, 108);
  expect(expected({}) / alone).toBeCloseTo(2, 0);
});

test('agents who serve their own first: a queue that is long elsewhere does not keep callers here from the agents here', () => {
  waitsHere(3);
  const own = expected({ ownFirst: true, waiting: { q: 500 } });
  machine.configure(
    { queues: [sceneQueue('q')], agents: ['0', '1', '2'].map((id) => sceneAgent(id)) },
    nowMs,
  );
  expect(own).toBeCloseTo(expected({ ownFirst: true }), -2);
});

test('agents who serve their own first: where theirs are few they come to callers here, and the fewer the more come to them', () => {
  waitsHere(9);
  const own = expected({ ownFirst: true, waiting: { q: 500 } });
  const helped = expected({ ownFirst: true });
  expect(helped / own).toBeCloseTo(0.5, 1);
  comeElsewhere(q, 90);
  const less = expected({ ownFirst: true });
  expect(less).toBeGreaterThan(helped * 1.1);
  expect(less).toBeLessThan(own);
});

test('with no agent here they wait for those of other nodes', () => {
  waitsHere(2);
  const few = expected({ here: 0, ownFirst: true, waiting: { q: 1 } });
  expect(expected({ here: 0, ownFirst: true, waiting: { q: 7 } })).toBeGreaterThan(few * 2);
});

test('a node’s agent who is known by the calls served here is so beside what is told of all', () => {
  for (let call = 0; call < 40; call++) {
    for (const id of ['0', '1', '2', '3', '4', '5']) {
      pace.taken(agentNamed(id), q, 0);
      pace.free(agentNamed(id), 3 * handleMs);
    }
  }
  const slow = expected({});
  comeElsewhere(q, 0);
  expect(expected({}) / slow).toBeGreaterThan(0.7);
});
