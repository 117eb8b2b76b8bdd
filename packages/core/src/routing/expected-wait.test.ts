/** How long a call is expected to wait: by the order that is served in, the agents who are there, and what was seen of late. */
import { beforeEach, expect, test } from 'vitest';
import { agentNamed, callNamed, queueNamed, sceneAgent, sceneQueue, skillAt } from '@seatgrid/testkit/routing-scene.ts'; // prettier-ignore
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { AcdMachine } from './acd-machine.ts';
import { expectedWait } from './expected-wait.ts';
import { sayableMinutes } from './sayable-minutes.ts';
import { ServicePace } from './service-pace.ts';
import type { Queue } from './queue.ts';

const handleMs = 100_000;
let machine: AcdMachine;
let pace: ServicePace;
let atWork: Set<string>;
let nowMs: number;

beforeEach(() => {
  machine = new AcdMachine(createSeededRandom(1));
  pace = new ServicePace();
  atWork = new Set();
  nowMs = 0;
});

/** Agents a0, a1… have the skills their places say; queues ask for the skill of their name. */
function office(queues: readonly (readonly [string, Partial<Queue>])[], agents: readonly string[][]): void {
  const scene = queues.map(([id, settings]) => sceneQueue(id, { requires: [skillAt(id, 1)], ...settings }));
  const staff = agents.map((skills, index) =>
    sceneAgent(
      `a${index}`,
      skills.map((skill) => skillAt(skill, 1)),
    ),
  );
  machine.configure({ queues: scene, agents: staff }, 0);
  for (const { id } of staff) atWork.add(id);
}

function served(queue: string, times = 20, tookMs = handleMs): void {
  for (let time = 0; time < times; time++) {
    pace.taken(agentNamed('trainee'), queueNamed(queue), 0);
    pace.free(agentNamed('trainee'), tookMs);
  }
}

function waits(queue: string, count: number): void {
  for (let index = 0; index < count; index++)
    machine.handle(
      { kind: 'call-queued', callId: callNamed(`${queue} ${nowMs}`), queueId: queueNamed(queue) },
      nowMs++,
    );
}

function expected(queue: string, callId = 'newcomer'): number | null {
  const call = { kind: 'call-queued', callId: callNamed(callId), queueId: queueNamed(queue) } as const;
  const around = {
    pace,
    isAtWork: (id: string) => atWork.has(id),
    serversOf: (id: Queue['id']) => machine.serversOf(id),
  };
  return expectedWait(machine.outlook(call, nowMs), around, nowMs);
}

test('nothing is said before the queue has served anybody, nor while nobody is at work', () => {
  office([['q', {}]], [['q']]);
  expect(expected('q')).toBeNull();
  served('q', 4);
  expect(expected('q')).toBeNull();
  served('q', 1);
  expect(expected('q')).toBeGreaterThan(0);
  atWork.clear();
  expect(expected('q')).toBeNull();
});

test('each caller ahead is another share of the agents’ time, and twice the agents halve it', () => {
  office([['q', {}]], [['q'], ['q'], ['q'], ['q']]);
  served('q');
  waits('q', 39);
  // The fortieth: forty departures of four agents; the median is a little below the mean.
  expect(expected('q')! / ((40 * handleMs) / 4)).toBeCloseTo(1, 1);
  atWork = new Set(['a0', 'a1']);
  expect(expected('q')! / ((40 * handleMs) / 2)).toBeCloseTo(1, 1);
});

test('a call that waits has only those before it, by the order the distribution serves in', () => {
  office([['q', {}]], [['q']]);
  served('q');
  waits('q', 3);
  const first = expected('q', 'q 0')!;
  expect(expected('q', 'q 2')!).toBeGreaterThan(2.5 * first);
  const vip = machine.outlook(
    { kind: 'call-queued', callId: callNamed('vip'), queueId: queueNamed('q'), customerLevel: 1 },
    nowMs,
  );
  expect(vip.before.size).toBe(0);
});

test('of another queue’s waiting calls only the share counts that the same agents will take', () => {
  office([['p', {}], ['q', {}]], [['p', 'q'], ['p'], ['p'], ['p']]); // prettier-ignore
  served('p');
  served('q');
  const alone = expected('q')!;
  waits('p', 4);
  // One of the four agents is ours: one of the four calls is before ours.
  expect(expected('q')! / alone).toBeCloseTo(2.42, 1);
});

test('calls yet to come of a higher queue take their share of the agents beforehand', () => {
  office([['high', { priority: 9 }], ['q', {}]], [['high', 'q'], ['high', 'q']]); // prettier-ignore
  served('q');
  served('high');
  const alone = expected('q')!;
  // One in a hundred seconds: half of what two agents do.
  for (nowMs = 0; nowMs < 3_600_000; nowMs += handleMs) pace.arrived(queueNamed('high'), nowMs);
  expect(expected('q')! / alone).toBeCloseTo(2, 0);
  expect(expected('high')).toBeCloseTo(alone);
});

test('callers who give up shorten the wait of those behind them', () => {
  office([['q', {}]], [['q']]);
  served('q');
  waits('q', 10);
  const patient = expected('q')!;
  for (let index = 0; index < 10; index++) pace.waitEnded(queueNamed('q'), handleMs, index % 2 === 0);
  expect(expected('q')!).toBeLessThan(patient * 0.6);
});

test('an agent’s own pace counts the more, the more calls the agent has taken', () => {
  office([['q', {}]], [['q']]);
  served('q');
  const strange = expected('q')!;
  for (let call = 0; call < 30; call++) {
    pace.taken(agentNamed('a0'), queueNamed('q'), 0);
    pace.free(agentNamed('a0'), handleMs * 3);
  }
  expect(expected('q')!).toBeGreaterThan(strange * 2.5);
});

test('estimates that were too short make those after them longer, within bounds', () => {
  office([['q', {}]], [['q']]);
  served('q');
  const before = expected('q')!;
  for (let call = 0; call < 2_000; call++) pace.wasEstimated(queueNamed('q'), 1, 2);
  expect(expected('q')!).toBeCloseTo(before * 2);
});

test.each([
  [20_000, 0],
  [50_000, 1],
  [170_000, 3],
  [700_000, 10],
  [1_000_000, 15],
  [2_500_000, 40],
])('%d ms are said as %d minutes', (waitMs, minutes) => expect(sayableMinutes(waitMs)).toBe(minutes));
