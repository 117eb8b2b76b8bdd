/** F-11 in virtual time: callers come, wait as long as their patience, and talk; the production machine alone decides who is served. */
import { describe, expect, test } from 'vitest';
import {
  agentNamed,
  callNamed,
  queueNamed,
  sceneAgent,
  sceneQueue,
  skillAt,
} from '@seatgrid/testkit/routing-scene.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import type { AgentId, CallId, QueueId } from '../kernel/ids.ts';
import { randomInteger } from '../kernel/random.ts';
import { AcdMachine, type Distribution } from './acd-machine.ts';
import { serviceToldKeptMs } from './limits.ts';
import type { Queue } from './queue.ts';
import { plainCallOrder, type CallStrategy } from './strategy.ts';

const withinMs = 20_000;
const talkMeanMs = 180_000;
const hoursMs = 6 * 3_600_000;

interface Load {
  readonly agents: Distribution['agents'];
  readonly queues: readonly Queue[];
  readonly callOrder?: readonly CallStrategy[];
  /** Calls of each queue for every hundred that the staff could just serve. */
  readonly offered: Readonly<Record<string, number>>;
  readonly patienceMeanMs?: number;
}

interface Service {
  readonly offered: number;
  readonly answered: number;
  readonly inTime: number;
  readonly longestWaitMs: number;
  /** Of those answered or given up after the target. */
  readonly percent: number;
}

type Event = { readonly atMs: number } & (
  | { readonly kind: 'comes'; readonly queueId: QueueId }
  | { readonly kind: 'gives-up'; readonly callId: CallId }
  | { readonly kind: 'frees'; readonly agentId: AgentId }
);

function serve(seed: number, load: Load): Readonly<Record<string, Service>> {
  const random = createSeededRandom(seed);
  const long = (meanMs: number) => Math.round(-Math.log(1 - randomInteger(random, 1_000_000) / 1_000_000) * meanMs); // prettier-ignore
  const machine = new AcdMachine(random);
  machine.configure({ ...load, callOrder: load.callOrder ?? plainCallOrder }, 0);
  const events: Event[] = load.agents.map(({ id }) => ({ atMs: 0, kind: 'frees', agentId: id }));
  for (const [name, share] of Object.entries(load.offered)) {
    const betweenMs = (talkMeanMs / load.agents.length / share) * 100;
    for (let atMs = long(betweenMs); atMs < hoursMs; atMs += long(betweenMs))
      events.push({ atMs, kind: 'comes', queueId: queueNamed(name) });
  }
  // The next one stands last.
  events.sort((a, b) => b.atMs - a.atMs);
  const found = new Map(Object.keys(load.offered).map((name) => [queueNamed(name), { offered: 0, answered: 0, inTime: 0, known: 0, longestWaitMs: 0 }])); // prettier-ignore
  const waiting = new Map<CallId, { readonly queueId: QueueId; readonly sinceMs: number }>();
  const later = (event: Event) => {
    let place = events.length;
    while (place > 0 && events[place - 1]!.atMs <= event.atMs) place--;
    events.splice(place, 0, event);
  };
  const leaves = (callId: CallId, nowMs: number, isAnswered: boolean) => {
    const call = waiting.get(callId);
    if (!call) return;
    waiting.delete(callId);
    machine.handle({ kind: 'call-left', callId, isAnswered }, nowMs);
    const figures = found.get(call.queueId)!;
    const waitedMs = nowMs - call.sinceMs;
    figures.longestWaitMs = Math.max(figures.longestWaitMs, waitedMs);
    if (isAnswered) figures.answered++;
    if (isAnswered && waitedMs <= withinMs) figures.inTime++;
    if (isAnswered || waitedMs > withinMs) figures.known++;
  };
  let calls = 0;
  for (let event = events.pop(); event; event = events.pop()) {
    const nowMs = event.atMs;
    let effects: ReturnType<AcdMachine['handle']> = [];
    if (event.kind === 'comes') {
      const callId = callNamed(`${calls++}`);
      waiting.set(callId, { queueId: event.queueId, sinceMs: nowMs });
      found.get(event.queueId)!.offered++;
      effects = machine.handle({ kind: 'call-queued', callId, queueId: event.queueId }, nowMs);
      later({ atMs: nowMs + long(load.patienceMeanMs ?? 120_000), kind: 'gives-up', callId });
    } else if (event.kind === 'gives-up') leaves(event.callId, nowMs, false);
    else effects = machine.handle({ kind: 'agent-ready', agentId: event.agentId }, nowMs);
    for (const { callId, agentId } of effects) {
      leaves(callId, nowMs, true);
      later({ atMs: nowMs + long(talkMeanMs), kind: 'frees', agentId });
    }
  }
  return Object.fromEntries(
    [...found].map(([id, figures]) => [id, { ...figures, percent: (figures.inTime / figures.known) * 100 }]),
  );
}

const staff = (count: number, skills: string[], prefix = 'agent') =>
  Array.from({ length: count }, (_, index) =>
    sceneAgent(
      `${prefix}-${index}`,
      skills.map((skill) => skillAt(skill, 5)),
    ),
  );
const upper = sceneQueue('upper', {
  requires: [skillAt('upper', 1)],
  serviceTarget: { percent: 95, withinMs },
});
const lower = sceneQueue('lower', {
  requires: [skillAt('lower', 1)],
  serviceTarget: { percent: 80, withinMs },
});
const seeds = [1, 2, 3];

test('F-11: with targets of 95 % and 80 % and a third more calls than can be served, the upper class stays near its target, drawing calls from the lower', () => {
  for (const seed of seeds) {
    const agents = staff(60, ['upper', 'lower']);
    const load = { agents, queues: [upper, lower], offered: { upper: 35, lower: 98 } };
    const held = serve(seed, load);
    const plain = serve(seed, { ...load, callOrder: ['first-come'] });
    expect(plain['upper']!.percent).toBeLessThan(50);
    expect(held['upper']!.percent).toBeGreaterThan(93);
    expect(held['upper']!.percent).toBeLessThan(98);
    // What the upper class does not need goes to the lower: two in three of its callers are served all the same.
    expect(held['lower']!.answered / held['lower']!.offered).toBeGreaterThan(0.6);
  }
});

test('F-11: a class with too few agents draws those of the other while it is below its target, and no longer', () => {
  for (const seed of seeds) {
    const agents = [...staff(20, ['upper'], 'upper'), ...staff(40, ['lower'], 'lower')];
    const reserve = {
      afterMs: null,
      whenWaiting: null,
      whenBelowTarget: true,
      requires: [skillAt('lower', 1)],
      groupIds: [],
    };
    const drawing = { ...upper, widenings: [reserve] };
    const load = { agents, queues: [upper, lower], offered: { upper: 40, lower: 60 } };
    const apart = serve(seed, load);
    const drawn = serve(seed, { ...load, queues: [drawing, lower] });
    expect(apart['upper']!.percent).toBeLessThan(70);
    expect(drawn['upper']!.percent).toBeGreaterThan(90);
    expect(drawn['lower']!.answered / drawn['lower']!.offered).toBeGreaterThan(0.7);
  }
});

test('nobody starves: while the upper class is always short, callers of the lower without end of patience wait no longer than their queue allows', () => {
  const agents = staff(10, ['upper', 'lower']);
  const patient = {
    agents,
    queues: [
      { ...upper, overtakenMaxMs: 300_000 },
      { ...lower, overtakenMaxMs: 300_000 },
    ],
    offered: { upper: 90, lower: 5 },
    patienceMeanMs: 1e12,
  };
  const served = serve(4, patient);
  expect(served['lower']!.answered).toBe(served['lower']!.offered);
  expect(served['lower']!.longestWaitMs).toBeLessThan(2 * 300_000);
});

describe('F-11: a class that is served at other nodes too', () => {
  const told = { percent: 95, withinMs, calls: 100, inTime: 60, late: 0 };
  /** Whether a caller of the upper class goes before one of the lower who came first. */
  function isPreferred(machine: AcdMachine, nowMs: number): boolean {
    const comes = (id: string, queue: Queue) =>
      machine.handle({ kind: 'call-queued', callId: callNamed(id), queueId: queue.id }, nowMs);
    comes('lower', plainLower);
    comes('upper', upper);
    const [first] = machine.handle({ kind: 'agent-ready', agentId: agentNamed('agent-0') }, nowMs);
    for (const id of ['lower', 'upper'])
      machine.handle({ kind: 'call-left', callId: callNamed(id), isAnswered: true }, nowMs);
    return first!.callId === callNamed('upper');
  }
  const plainLower = { ...lower, serviceTarget: null };
  const scene = () => {
    const machine = new AcdMachine(createSeededRandom(1));
    machine.configure({ queues: [upper, plainLower], agents: staff(1, ['upper', 'lower']) }, 0);
    return machine;
  };

  test('is judged by what was answered in time everywhere, and by its own where nothing was told', () => {
    const machine = scene();
    expect(isPreferred(machine, 0)).toBe(false);
    machine.handle({ kind: 'service-told', classes: [told] }, 1);
    expect(isPreferred(machine, 1)).toBe(true);
    machine.handle({ kind: 'service-told', classes: [{ ...told, inTime: 99 }] }, 2);
    expect(isPreferred(machine, 2)).toBe(false);
    machine.handle({ kind: 'service-told', classes: [{ ...told, inTime: 99, late: 6 }] }, 3);
    expect(isPreferred(machine, 3)).toBe(true);
  });

  test('is believed for some time after nobody tells any more, and then judged by what was served here', () => {
    const machine = scene();
    machine.handle({ kind: 'service-told', classes: [told] }, 0);
    machine.handle({ kind: 'service-told-no-more' }, 1_000);
    expect(isPreferred(machine, serviceToldKeptMs)).toBe(true);
    expect(machine.service(upper.id, serviceToldKeptMs)).toMatchObject({ calls: 100, total: { calls: 1 } });
    expect(isPreferred(machine, serviceToldKeptMs + 2_000)).toBe(false);
    expect(machine.service(upper.id, serviceToldKeptMs + 2_000)).toEqual({
      calls: 2,
      inTime: 2,
      total: { calls: 2, inTime: 2 },
    });
  });

  test('draws the agents of a widening as soon as it is told to be short', () => {
    const drawing = { afterMs: null, whenWaiting: null, whenBelowTarget: true, requires: [], groupIds: [] };
    const machine = new AcdMachine(createSeededRandom(1));
    const queues = [{ ...upper, widenings: [drawing] }];
    machine.configure({ queues, agents: staff(1, ['lower']) }, 0);
    machine.handle({ kind: 'agent-ready', agentId: agentNamed('agent-0') }, 0);
    const waits = { kind: 'call-queued', callId: callNamed('1'), queueId: upper.id } as const;
    machine.handle({ kind: 'service-told', classes: [{ ...told, inTime: 100 }] }, 0);
    expect(machine.handle(waits, 0)).toEqual([]);
    expect(machine.handle({ kind: 'service-told', classes: [told] }, 1)).toMatchObject([
      { callId: callNamed('1'), agentId: agentNamed('agent-0') },
    ]);
  });
});
