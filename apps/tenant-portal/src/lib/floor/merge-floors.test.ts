import { describe, expect, test } from 'vitest';
import { agents, floor, queues } from '../../../test/demo-world.ts';
import type { FloorFrame } from '../realtime/realtime.svelte.ts';
import { mergeFloors, serviceLevel } from './merge-floors.ts';

const atMs = 1_795_000_000_000;
const frame = (nodeName: string, over: Partial<FloorFrame> = {}): FloorFrame =>
  ({ kind: 'floor', nodeId: nodeName, nodeName, isStale: false, floor: floor(atMs), ...over }) as FloorFrame;

describe('the floor of a house with two nodes', () => {
  const house = mergeFloors([frame('hq'), frame('branch')]);

  test('adds up its queues and keeps the longest wait of both', () => {
    const queue = house.queues.find((each) => each.queueId === queues[0]?.id);
    expect(queue).toMatchObject({
      waiting: 6,
      offered: 428,
      abandoned: 44,
      agentsSignedIn: 12,
      longestSinceMs: atMs - 134_000,
      asOfMs: null,
    });
    expect(house.queues).toHaveLength(queues.length);
  });

  test('counts every agent once, every call of both', () => {
    expect(house.agents).toHaveLength(agents.length);
    expect(house.calls).toHaveLength(8);
  });

  test('shows an agent where they are signed in, though the other node changed later', () => {
    const away = {
      ...floor(atMs),
      agents: floor(atMs).agents.map((agent) => ({ ...agent, state: 'offline' as const, sinceMs: atMs })),
    };
    const states = mergeFloors([frame('hq'), frame('branch', { floor: away })]).agents.map(
      (agent) => agent.state,
    );
    expect(states.filter((state) => state !== 'offline')).toHaveLength(10);
  });
});

test('what is promised, and what was led elsewhere for which reason, is added up too', () => {
  const told = (calls: number, inTime: number, overflowed: Record<string, number>): Partial<FloorFrame> => {
    const whole = floor(atMs);
    const [first, ...others] = whole.queues;
    const service = { percent: 95, withinMs: 20_000, calls, inTime };
    return { floor: { ...whole, queues: [{ ...first!, service, overflowed }, ...others] } };
  };
  const house = mergeFloors([
    frame('hq', told(100, 95, { full: 2, nobody: 1 })),
    frame('branch', told(50, 40, { full: 1 })),
  ]);
  expect(house.queues[0]).toMatchObject({
    service: { percent: 95, calls: 150, inTime: 135 },
    overflowed: { full: 3, nobody: 1 },
  });
});

test('of a class of service that nodes know as a whole the newest word stands, and nothing is counted twice', () => {
  const told = (at: number, inTime: number): Partial<FloorFrame> => {
    const whole = floor(at);
    const [first, ...others] = whole.queues;
    const service = { percent: 95, withinMs: 20_000, calls: 100, inTime, total: { calls: 700, inTime: 600 } };
    return { floor: { ...whole, queues: [{ ...first!, service }, ...others] } };
  };
  const house = mergeFloors([frame('hq', told(atMs, 91)), frame('branch', told(atMs - 1_000, 93))]);
  expect(house.queues[0]!.service).toMatchObject({ calls: 100, inTime: 91 });
});

test('what a lost node said is dated and named; a live word about the same agent wins', () => {
  const house = mergeFloors([frame('hq'), frame('branch', { isStale: true, floor: floor(atMs - 40_000) })]);
  expect(house.staleNodes).toEqual([{ name: 'branch', atMs: atMs - 40_000 }]);
  expect(house.queues[0]?.asOfMs).toBe(atMs - 40_000);
  expect(house.agents.every((agent) => agent.asOfMs === null)).toBe(true);
  expect(house.calls.map((call) => call.asOfMs === null)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('when the centre itself is lost, everything is as of its last word', () => {
  const house = mergeFloors([frame('hq')], atMs + 3_000);
  expect(new Set([...house.queues, ...house.agents, ...house.calls].map((each) => each.asOfMs))).toEqual(
    new Set([atMs + 3_000]),
  );
});

test('service level is the share answered in time of those whose fate is known', () => {
  expect(serviceLevel({ answered: 8, answeredInTarget: 6, abandoned: 2 })).toBe(0.6);
  expect(serviceLevel({ answered: 0, answeredInTarget: 0, abandoned: 0 })).toBeUndefined();
});
