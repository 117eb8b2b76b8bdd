import { expect, test } from 'vitest';
import {
  callNamed as call,
  sceneAgent as agent,
  sceneQueue,
  skillAt as skill,
  told,
} from '@seatgrid/testkit/routing-scene.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import type { AgentId, QueueId } from '../kernel/ids.ts';
import { AcdMachine, type AcdEffect } from './acd-machine.ts';
import type { Queue } from './queue.ts';
import { serves } from './staff-index.ts';

const queue = (id: string, requires: Queue['requires'] = []) => sceneQueue(id, { requires });

function center(): AcdMachine {
  const acd = new AcdMachine(createSeededRandom(1));
  acd.configure({ queues: [queue('q')], agents: [agent('a'), agent('b'), agent('c')] }, 0);
  return acd;
}

test('first come, first served: three callers are answered in the order they came (F-02)', () => {
  const acd = center();
  for (const [index, id] of ['1', '2', '3'].entries())
    acd.handle({ kind: 'call-queued', callId: call(id), queueId: 'q' as QueueId }, index * 5_000);
  expect(acd.position(call('3'), 0)).toBe(3);
  expect(
    told(
      ['c', 'a', 'b'].flatMap((id, index) =>
        acd.handle({ kind: 'agent-ready', agentId: id as AgentId }, 20_000 + index),
      ),
    ),
  ).toEqual(['1→c', '2→a', '3→b']);
});

test('longest idle first: of three who became ready one after another the first is offered the next call (F-03)', () => {
  const acd = center();
  for (const [index, id] of ['b', 'c', 'a'].entries())
    acd.handle({ kind: 'agent-ready', agentId: id as AgentId }, index * 60_000);
  expect(
    told(
      ['1', '2', '3'].flatMap((id) =>
        acd.handle({ kind: 'call-queued', callId: call(id), queueId: 'q' as QueueId }, 200_000),
      ),
    ),
  ).toEqual(['1→b', '2→c', '3→a']);
});

test('a call that rang in vain comes back before those who came later, and is offered to another at once', () => {
  const acd = center();
  acd.handle({ kind: 'agent-ready', agentId: 'a' as AgentId }, 0);
  acd.handle({ kind: 'call-queued', callId: call('1'), queueId: 'q' as QueueId }, 1);
  acd.handle({ kind: 'call-queued', callId: call('2'), queueId: 'q' as QueueId }, 2);
  expect(acd.position(call('2'), 0)).toBe(1);
  expect(acd.handle({ kind: 'call-returned', callId: call('1') }, 15_000)).toEqual([]);
  expect([acd.position(call('1'), 0), acd.position(call('2'), 0)]).toEqual([1, 2]);
  expect(told(acd.handle({ kind: 'agent-ready', agentId: 'b' as AgentId }, 16_000))).toEqual(['1→b']);
});

test('an agent serves a queue with every skill at its level, and changed skills act on calls already waiting', () => {
  const sales = queue('sales', [skill('s', 3), skill('zh', 1)]);
  const weak = agent('a', [skill('s', 2), skill('zh', 9)]);
  expect(serves(weak, sales)).toBe(false);
  const acd = new AcdMachine(createSeededRandom(1));
  acd.configure({ queues: [sales], agents: [weak] }, 0);
  acd.handle({ kind: 'agent-ready', agentId: 'a' as AgentId }, 0);
  expect(acd.handle({ kind: 'call-queued', callId: call('1'), queueId: 'sales' as QueueId }, 1)).toEqual([]);
  expect(
    told(acd.configure({ queues: [sales], agents: [agent('a', [skill('s', 3), skill('zh', 1)])] }, 0)),
  ).toEqual(['1→a']);
});

const ringAll = (id: string, requires: Queue['requires'] = []): Queue => ({
  ...queue(id, requires),
  ringing: 'all',
});

test('a queue that rings all offers a call to every idle agent at once, and to whoever becomes idle meanwhile (F-22)', () => {
  const acd = new AcdMachine(createSeededRandom(1));
  acd.configure({ queues: [ringAll('q')], agents: [agent('a'), agent('b'), agent('c')] }, 0);
  for (const id of ['a', 'b']) acd.handle({ kind: 'agent-ready', agentId: id as AgentId }, 0);
  const queued = acd.handle({ kind: 'call-queued', callId: call('1'), queueId: 'q' as QueueId }, 1);
  expect(told(queued)).toEqual(['1→a', '1→b']);
  expect(told(acd.handle({ kind: 'agent-ready', agentId: 'c' as AgentId }, 2))).toEqual(['1→c']);
  // b has answered: the others are free for the next.
  acd.handle({ kind: 'call-left', callId: call('1') }, 3);
  for (const id of ['a', 'c'])
    expect(acd.handle({ kind: 'agent-ready', agentId: id as AgentId }, 4)).toEqual([]);
  expect(told(acd.handle({ kind: 'call-queued', callId: call('2'), queueId: 'q' as QueueId }, 5))).toEqual([
    '2→a',
    '2→c',
  ]);
});

test('random worlds that ring all: no agent rings for two calls, no call is won twice, nobody idle is left out (F-22)', () => {
  let seed = 20_261_125;
  const below = (limit: number) => (
    (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0),
    Math.floor((seed / 0x1_0000_0000) * limit)
  );
  for (let world = 0; world < 300; world++) {
    const queues = [
      ringAll('p', [skill('p', 1)]),
      ringAll('q', [skill('q', 1)]),
      queue('r', [skill('r', 1)]),
    ];
    const agents = ['a', 'b', 'c', 'd', 'e'].map((id) =>
      agent(
        id,
        ['p', 'q', 'r'].filter(() => below(2)).map((name) => skill(name, 1)),
      ),
    );
    const acd = new AcdMachine(createSeededRandom(1));
    acd.configure({ queues, agents }, 0);
    /** Who rings for which call; who talks; who is idle by what the machine was told. */
    const rings = new Map<string, string>();
    const queueOf = new Map<string, string>();
    const idle = new Set<string>();
    const won = new Set<string>();
    const ringing = (id: string) => [...rings].filter(([, one]) => one === id).map(([who]) => who);
    const take = (effects: readonly AcdEffect[]) => {
      for (const { callId, agentId } of effects) {
        expect(rings.has(agentId), `world ${world}: ${agentId} rings already`).toBe(false);
        expect(idle.delete(agentId), `world ${world}: ${agentId} is not idle`).toBe(true);
        expect(won.has(callId)).toBe(false);
        rings.set(agentId, callId);
      }
    };
    const free = (who: string, step: number) => {
      rings.delete(who);
      idle.add(who);
      take(acd.handle({ kind: 'agent-ready', agentId: who as AgentId }, step));
    };
    for (let step = 0; step < 60; step++) {
      const ringers = [...rings.keys()];
      const who = ringers[below(Math.max(1, ringers.length))];
      const id = who === undefined ? undefined : rings.get(who)!;
      switch (below(5)) {
        case 0:
        case 1: {
          const name = 'pqr'[below(3)]!;
          queueOf.set(`${step}`, name);
          take(acd.handle({ kind: 'call-queued', callId: call(`${step}`), queueId: name as QueueId }, step));
          break;
        }
        case 2: {
          const back = 'abcde'[below(5)]!;
          if (!idle.has(back) && !rings.has(back)) free(back, step);
          break;
        }
        case 3:
          // Rings in vain, and is away for now.
          if (who === undefined || id === undefined) break;
          rings.delete(who);
          if (ringing(id).length === 0) take(acd.handle({ kind: 'call-returned', callId: call(id) }, step));
          break;
        default: {
          // Answers: the call is won, and the others who rang for it are idle again.
          if (who === undefined || id === undefined) break;
          expect(won.has(id)).toBe(false);
          won.add(id);
          rings.delete(who);
          acd.handle({ kind: 'call-left', callId: call(id) }, step);
          for (const other of ringing(id)) free(other, step);
        }
      }
      for (const each of agents)
        for (const { skillId } of idle.has(each.id) ? each.skills : []) {
          const isLeftOut = [...rings.values()].some(
            (one) => queueOf.get(one) === skillId && skillId !== 'r',
          );
          expect(isLeftOut, `world ${world}, step ${step}: ${each.id} is idle while ${skillId} rings`).toBe(
            false,
          );
        }
    }
  }
});
