/** A day lived through by a node's machines is told by its journal, read from there, and replayed: the figures are the day's own. */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { liveDay, type DayAtNode } from '@seatgrid/testkit/day-at-node.ts';
import { sceneAgent, sceneQueue, skillAt } from '@seatgrid/testkit/routing-scene.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../kernel/duration.ts';
import type { AgentId, NodeId, TenantId } from '../kernel/ids.ts';
import type { Distribution } from '../routing/acd-machine.ts';
import { applyChanges, goneAgents, type Changes } from './apply-changes.ts';
import { compareDays, measureOf, measures, serviceLevelOf } from './compare-days.ts';
import { dayKinds, DayReader, type DayFacts } from './day-reader.ts';
import { DayTally, type DayFigures } from './day-tally.ts';
import { Fates } from './fates.ts';
import type { RecordedDay } from './recorded-day.ts';
import { replayDay, type ReplaySettings } from './replay-day.ts';

const fromMs = Date.UTC(2026, 10, 24);
const span = { fromMs, untilMs: fromMs + dayMs };
const targetMs = 20 * secondMs;
const sales = sceneQueue('sales', {
  requires: [skillAt('sales', 1)],
  wrapUpMs: 20 * secondMs,
  waitMaxMs: 45 * secondMs,
  waitingMax: 30,
  widenings: [
    {
      afterMs: 25 * secondMs,
      whenWaiting: null,
      whenBelowTarget: false,
      requires: [skillAt('service', 3)],
      groupIds: [],
    },
  ],
  onTimeout: { kind: 'queue', queueId: 'service' as never },
});
const service = sceneQueue('service', { requires: [skillAt('service', 1)], priority: 6, agentOrder: ['skill-level', 'longest-idle'], onLongWait: { overMs: 100 * secondMs, step: { kind: 'hang-up', say: [] } } }); // prettier-ignore
const rare = sceneQueue('rare', { requires: [skillAt('rare', 1)], onNobody: { kind: 'hang-up', say: [] } });
const agents = Array.from({ length: 24 }, (_, at) =>
  sceneAgent(`agent-${at}`, [
    ...(at % 3 === 1 || at === 5 ? [skillAt('sales', 1 + (at % 4))] : []),
    ...(at % 2 === 0 ? [skillAt('service', 1 + (at % 5))] : []),
    ...(at === 5 ? [skillAt('rare', 1)] : []),
  ]),
);
const distribution: Distribution = { queues: [sales, service, rare], agents };

interface Lived {
  readonly day: RecordedDay;
  readonly figures: DayFigures;
  readonly settings: ReplaySettings;
}

function lived(
  seed: number,
  own: Distribution = distribution,
  callsPerDay = 3_000,
  rest: Partial<DayAtNode> = {},
): Lived {
  const events = liveDay({
    tenantId: 'tenant' as TenantId,
    seed,
    fromMs,
    hours: { opens: 8, closes: 20 },
    distribution: own,
    callsPerDay,
    talkMs: 3 * minuteMs,
    patienceMs: 2 * minuteMs,
    missed: 0.02,
    declined: 0.01,
    transferred: 0.05,
    ...rest,
  });
  const tally = new DayTally({ ...span, targetMs });
  const reader = new DayReader(span, tally);
  const kinds: ReadonlySet<string> = new Set(dayKinds);
  for (const { atMs, facts } of events)
    if (kinds.has(facts.kind)) reader.take({ nodeId: 'node' as NodeId, atMs, facts: facts as DayFacts });
  const day = reader.finish();
  return { day, figures: tally.figures(), settings: { ...own, duties: day.duties, volume: 1, talk: 1 } };
}

const unchanged: Changes = { queues: [], callOrder: null, agents: [], added: [], volume: 1, talk: 1 };
const replayed = ({ day, settings }: Lived, seed: number | null = null) =>
  replayDay({ day, settings, fates: new Fates(day, distribution.queues), seed, targetMs });

describe.each([1, 2, 3])('a day of 3,000 calls, seed %i', (seed) => {
  let real: Lived;
  let again: DayFigures;
  beforeAll(() => {
    real = lived(seed);
    again = replayed(real);
  });

  test('was busy enough to show something', () => {
    const { figures } = real;
    expect(figures.offered).toBeGreaterThan(2_900);
    expect(figures.abandoned).toBeGreaterThan(50);
    expect(Object.keys(figures.overflowed).sort()).toEqual(
      expect.arrayContaining(['long-wait', 'nobody', 'timeout']),
    );
    expect(figures.occupancy).toBeGreaterThan(0.4);
  });

  test('every figure of the day is reproduced within 1 %', () => {
    for (const measure of measures) {
      const was = measureOf(real.figures, measure)!;
      const is = measureOf(again, measure)!;
      expect(Math.abs(is - was) / was, `${measure}: ${is} instead of ${was}`).toBeLessThan(0.01);
    }
    expect(again.overflowed).toEqual(real.figures.overflowed);
  });

  test('the same seed is the same day, another seed another', () => {
    expect(replayed(real, 7)).toEqual(replayed(real, 7));
    expect(replayed(real, 7)).not.toEqual(replayed(real, 8));
  });
});

describe('what is tried', () => {
  let real: Lived;
  beforeAll(() => {
    real = lived(4);
  });
  const tried = (changes: Partial<Changes>) => {
    const settings = applyChanges(real.day, real.settings, { ...unchanged, ...changes });
    return replayed({ ...real, settings });
  };
  const shift = { fromMs: 8 * hourMs, untilMs: 20 * hourMs };

  test('nothing changed is the day as it was', () => {
    expect(tried({})).toEqual(replayed(real));
  });

  test('more agents serve more callers in time, fewer agents fewer; each half hour says who was busy', () => {
    const before = replayed(real);
    const more = tried({ added: [{ count: 6, skills: [skillAt('sales', 5), skillAt('service', 5)], groupId: null, shift }] });
    const fewer = tried({ agents: agents.slice(6, 12).map(({ id }) => ({ agentId: id, shift: { fromMs: 0, untilMs: 0 } })) });
    const levels = [fewer, before, more].map((figures) => serviceLevelOf(figures)!);
    expect(levels[0]! + 0.03).toBeLessThan(levels[1]!);
    expect(levels[1]! + 0.03).toBeLessThan(levels[2]!);
    expect(more.occupancy!).toBeLessThan(before.occupancy!);
    expect(more.intervals).toHaveLength(48);
    expect(more.intervals[10]).toMatchObject({ offered: 0, occupancy: null });
  }); // prettier-ignore

  test('callers and talk time are multiplied', () => {
    const before = replayed(real);
    expect(tried({ volume: 1.2 }).offered / before.offered).toBeCloseTo(1.2, 1);
    expect(tried({ volume: 0.5 }).offered / before.offered).toBeCloseTo(0.5, 1);
    expect(serviceLevelOf(tried({ talk: 1.4 }))!).toBeLessThan(serviceLevelOf(before)! - 0.03);
    expect(tried({ talk: 1.4 }).offered).toBeGreaterThan(before.offered * 0.95);
  });

  test('what a queue does with its calls is done otherwise where it is set otherwise', () => {
    const full = tried({ queues: [{ queueId: sales.id, waitingMax: 2, onFull: { kind: 'hang-up', say: [] } }] }); // prettier-ignore
    expect(full.queues[sales.id]!.overflowed.full).toBeGreaterThan(10);
    const toNobody = tried({ queues: [{ queueId: sales.id, onTimeout: { kind: 'hang-up', say: [] } }] });
    const timeouts = real.figures.queues[sales.id]!.overflowed.timeout!;
    expect(timeouts).toBeGreaterThan(20);
    expect(toNobody.queues[service.id]!.offered).toBeLessThan(real.figures.queues[service.id]!.offered - timeouts / 2); // prettier-ignore
    const open = tried({ queues: [{ queueId: rare.id, requires: [] }] });
    expect(serviceLevelOf(open.queues[rare.id]!)!).toBeGreaterThan(serviceLevelOf(replayed(real).queues[rare.id]!)!); // prettier-ignore
  });

  test('no after-call work frees agents; whoever stayed beyond what is granted stays as long beyond', () => {
    const without = tried({ queues: [{ queueId: sales.id, wrapUpMs: 0 }] });
    expect(without.occupancy!).toBeLessThan(replayed(real).occupancy!);
  });

  test('agents who are there no more served nonetheless: they can what they were seen doing', () => {
    const left = agents[5]!;
    const present = { ...real.settings, agents: agents.filter(({ id }) => id !== left.id) };
    const gone = goneAgents(real.day, present);
    expect(gone.map(({ id, skills }) => [id, skills.map(({ skillId }) => skillId).sort()])).toEqual([
      [left.id, ['rare', 'sales']],
    ]);
    const again = replayed({ ...real, settings: { ...present, agents: [...present.agents, ...gone] } });
    expect(again.queues[rare.id]!.answered).toBe(real.figures.queues[rare.id]!.answered);
  });

  test('two settings side by side over other days like it: a difference has a range, and none has none', () => {
    const added = [{ count: 4, skills: [skillAt('sales', 5), skillAt('service', 5)], groupId: null, shift }];
    const settings = [real.settings, real.settings, applyChanges(real.day, real.settings, { ...unchanged, added })]; // prettier-ignore
    const progress: number[] = [];
    const days = compareDays({ day: real.day, settings, targetMs, seed: 1, otherDays: 4 });
    let step = days.next();
    for (; !step.done; step = days.next()) progress.push(step.value);
    const [asSet, same, more] = step.value;
    expect(progress).toHaveLength(15);
    expect(progress.at(-1)).toBe(1);
    expect(asSet!.differences).toBeNull();
    expect(same!.differences!.serviceLevel).toEqual({ low: 0, high: 0 });
    expect(more!.differences!.serviceLevel!.low).toBeGreaterThan(0);
    const { low, high } = asSet!.ranges.serviceLevel!;
    expect(low).toBeLessThan(high);
    expect(high - low).toBeLessThan(0.2);
  });
});

test('who answered a caller the day before is known in the morning, as queues that go by the last agent know it', () => {
  const own: Distribution = { ...distribution, queues: [sales, { ...service, agentOrder: ['last-agent', 'longest-idle'] }, rare] };
  const dayBefore = lived(4, own, 3_000, { callers: 300 });
  const answered = dayBefore.day.calls.flatMap(({ caller, visits }) => visits.flatMap(({ service: served }) => (served?.agentId ? [{ caller, agentId: served.agentId }] : [])));
  const real = lived(5, own, 3_000, { callers: 300, answered });
  const answeredBefore = answered.map((one) => ({ ...one, nodeId: 'node' as NodeId }));
  const again = (day: RecordedDay) => replayDay({ day, settings: real.settings, fates: new Fates(day, own.queues), seed: null, targetMs });
  const apart = ({ wait }: DayFigures) => Math.abs(wait!.meanMs - real.figures.wait!.meanMs) / real.figures.wait!.meanMs;
  expect(apart(again({ ...real.day, answeredBefore }))).toBeLessThan(0.001);
  expect(apart(again(real.day))).toBeGreaterThan(0.001);
}); // prettier-ignore

test('callers of one node are served by agents of another when none of their own is free', () => {
  const day: RecordedDay = {
    ...span,
    calls: ['there'].map((node, at) => ({
      callId: node as never,
      nodeId: node as NodeId,
      caller: '',
      customerLevel: null,
      visits: [{ queueId: sales.id, enteredAtMs: fromMs + at, left: null, service: null, misses: [], rangInVainMs: 0, patienceMs: 30_000 }],
    })),
    duties: [{ kind: 'on', agentId: 'agent-1' as AgentId, nodeId: 'here' as NodeId, atMs: fromMs }],
  };
  const figures = replayDay({ day, settings: { ...distribution, duties: day.duties, volume: 1, talk: 1 }, fates: new Fates(day, [sales]), seed: null, targetMs });
  expect(figures).toMatchObject({ offered: 1, answered: 1, abandoned: 0 });
}); // prettier-ignore

describe('callers of two nodes', () => {
  const agentIds = ['agent-a', 'agent-b'] as readonly string[] as readonly AgentId[];
  const staff = agentIds.map((id) => sceneAgent(id));
  const comes = (nodeId: string, queueId: string, afterMs: number, talkMs: number) => ({
    callId: `${nodeId} ${afterMs}` as never,
    nodeId: nodeId as NodeId,
    caller: '',
    customerLevel: null,
    visits: [{ queueId: queueId as never, enteredAtMs: fromMs + afterMs, left: null, service: { agentId: null, rangMs: 1_000, talkMs, wrapMs: 0 }, misses: [], rangInVainMs: 0, patienceMs: null }],
  }); // prettier-ignore
  const on = (agent: number, nodeId: string, afterMs: number) =>
    ({ kind: 'on', agentId: agentIds[agent]!, nodeId: nodeId as NodeId, atMs: fromMs + afterMs }) as const;
  const lives = (queues: Distribution['queues'], rest: Pick<RecordedDay, 'calls' | 'duties'>) => {
    const visits = vi.spyOn(DayTally.prototype, 'visit').mockClear();
    const day: RecordedDay = { ...span, ...rest };
    replayDay({ day, settings: { queues, agents: staff, duties: day.duties, volume: 1, talk: 1 }, fates: new Fates(day, queues), seed: null, targetMs }); // prettier-ignore
    return visits.mock.calls.map(([told]) => told);
  };
  afterEach(() => vi.restoreAllMocks());

  test('F-11: what one node serves too late is made good at the other, as in life', () => {
    const promised = sceneQueue('promised', { serviceTarget: { percent: 90, withinMs: 10 * secondMs } });
    const plain = sceneQueue('plain', { priority: 9 });
    const first = (late: readonly RecordedDay['calls'][number][]) => {
      const calls = [...late, comes('here', 'plain', 300_000, 60_000), comes('here', 'promised', 300_500, 60_000)]; // prettier-ignore
      const off = { kind: 'off', agentId: agentIds[1]!, nodeId: 'there' as NodeId, atMs: fromMs + 200_000, isSignedIn: false, isOnCall: false } as const; // prettier-ignore
      const duties = [on(1, 'there', 60_000), off, on(0, 'here', 303_000)];
      return lives([promised, plain], { calls, duties }).find(({ enteredAtMs }) => enteredAtMs >= fromMs + 300_000)!.queueId; // prettier-ignore
    };
    expect(first([])).toBe('plain');
    expect(first([comes('there', 'promised', 0, 20_000)])).toBe('promised');
  });

  test('F-10: a call is led elsewhere by what it would wait at the pace of all nodes, though its own has served nobody', () => {
    const queue = sceneQueue('q', { onLongWait: { overMs: 20_000, step: { kind: 'hang-up', say: [] } } });
    const before = [0, 1, 2, 3, 4, 5].map((at) => comes('there', 'q', at * 100, 100_000));
    const calls = [...before, ...[1_000_000, 1_000_100, 1_000_200].map((at) => comes('here', 'q', at, 100_000))]; // prettier-ignore
    const told = lives([queue], { calls, duties: [on(0, 'here', 0), on(1, 'there', 0)] });
    expect(told.map(({ cause }) => cause)).toEqual([...before.map(() => 'agent'), 'long-wait', 'agent', 'agent']); // prettier-ignore
  });
});
