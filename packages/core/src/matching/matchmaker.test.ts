/** One matchmaker, told by hand what nodes say: each way a proposal can end, and what it costs the others. */
import { describe, expect, test } from 'vitest';
import {
  agentNamed,
  callNamed,
  queueNamed,
  sceneAgent,
  sceneQueue,
} from '@seatgrid/testkit/routing-scene.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { siteDistance } from '../fleet/site-distance.ts';
import type { NodeId, SiteId } from '../kernel/ids.ts';
import type { Distribution } from '../routing/acd-machine.ts';
import type { Queue } from '../routing/queue.ts';
import { matchAnswerMaxMs } from './limits.ts';
import type { AgentFree, CallWanting } from './match.ts';
import { Matchmaker, type MatchmakerEffect, type MatchmakerInput } from './matchmaker.ts';

const nodes = ['A', 'B', 'C'] as readonly string[] as readonly NodeId[];
const [A, B, C] = nodes as [NodeId, NodeId, NodeId];

class Scene {
  readonly maker: Matchmaker<string>;
  nowMs = 0;
  #matches = 0;

  constructor(queues: readonly Queue[] = [sceneQueue('q')], settings: Partial<Distribution> = {}) {
    this.maker = new Matchmaker<string>(createSeededRandom(1), () => `m${++this.#matches}`);
    const agents = ['a', 'b', 'c', 'd'].map((id) => sceneAgent(id));
    this.maker.configure({ queues, agents, ...settings }, 0);
  }

  says(input: MatchmakerInput<string>): string[] {
    return tell(this.maker.handle(input, this.nowMs));
  }

  wants(nodeId: NodeId, ...ids: string[]): string[] {
    return this.says({ kind: 'calls-wanting', nodeId, isWhole: false, added: ids.map(wanting), gone: [] });
  }

  gaveUp(nodeId: NodeId, id: string): string[] {
    return this.says({ kind: 'calls-wanting', nodeId, isWhole: false, added: [], gone: [callNamed(id)] });
  }

  free(nodeId: NodeId, id: string, facts: Partial<AgentFree> = {}, siteId: string | null = null): string[] {
    const added = [{ agentId: agentNamed(id), sinceMs: this.nowMs, ...facts }];
    return this.says({
      kind: 'agents-free',
      nodeId,
      siteId: siteId as SiteId | null,
      isWhole: false,
      added,
      gone: [],
    });
  }

  busy(nodeId: NodeId, id: string): string[] {
    return this.says({
      kind: 'agents-free',
      nodeId,
      siteId: null,
      isWhole: false,
      added: [],
      gone: [agentNamed(id)],
    });
  }

  answers(kind: 'refused' | 'claimed' | 'given-away', nodeId: NodeId, matchId: string): string[] {
    return this.says({ kind, nodeId, matchId });
  }

  keeps(nodeId: NodeId, matchId: string): string[] {
    return this.says({ kind: 'reserved', nodeId, matchId, at: `at ${nodeId}` });
  }

  later(ms: number): string[] {
    this.nowMs += ms;
    return this.says({ kind: 'wake' });
  }
}

/** `1` waits since 1 ms, and so on, wherever it is told. */
const wanting = (id: string): CallWanting => ({
  callId: callNamed(id),
  queueId: queueNamed('q'),
  sinceMs: Number(id),
});

function tell(effects: readonly MatchmakerEffect<string>[]): string[] {
  return effects.map((effect) => {
    switch (effect.kind) {
      case 'reserve':
        return `${effect.nodeId}: keep ${effect.match.agentId} for ${effect.match.callId} (${effect.match.matchId})`;
      case 'claim':
        return `${effect.nodeId}: ${effect.match.callId} to ${effect.match.agentId} ${effect.at} (${effect.match.matchId})`;
      case 'release':
        return `${effect.nodeId}: release ${effect.matchId}`;
      case 'serve-own':
        return `${effect.nodeId}: ${effect.agentId} serves its own`;
      case 'ask-picture':
        return `${effect.nodeId}: what is there?`;
    }
  });
}

test('a call of one node and an agent of another: the agent’s node is asked first, then the call’s', () => {
  const scene = new Scene();
  expect(scene.wants(A, '1')).toEqual([]);
  expect(scene.free(B, 'b')).toEqual(['B: keep b for 1 (m1)']);
  expect(scene.keeps(B, 'm1')).toEqual(['A: 1 to b at B (m1)']);
  expect(scene.answers('claimed', A, 'm1')).toEqual([]);
  expect(scene.maker.isBusy).toBe(false);
});

const ends: readonly {
  readonly named: string;
  readonly step: (scene: Scene) => string[];
  readonly told: readonly string[];
  /** What becomes of agent c, free at C, and of call 2, waiting at A, afterwards. */
  readonly after: { readonly c: readonly string[]; readonly b: readonly string[] };
}[] = [
  {
    named: 'the agent’s node refuses: the call goes to the next agent, and the one who refused has none',
    step: (scene) => scene.answers('refused', B, 'm1'),
    told: [],
    after: { c: ['C: keep c for 1 (m2)'], b: ['B: keep b for 2 (m3)'] },
  },
  {
    named:
      'the caller is gone before the agent is kept: the agent is let go, and is free again by its node’s word',
    step: (scene) => scene.gaveUp(A, '1'),
    told: ['B: release m1'],
    after: { c: ['C: keep c for 2 (m2)'], b: [] },
  },
  {
    named: 'the caller is given away when claimed: the agent is let go',
    step: (scene) => [...scene.keeps(B, 'm1'), ...scene.answers('given-away', A, 'm1')],
    told: ['A: 1 to b at B (m1)', 'B: release m1'],
    after: { c: ['C: keep c for 2 (m2)'], b: [] },
  },
  {
    named: 'the agent’s node is silent: it is told to let go and asked what is there, and the call goes on',
    step: (scene) => scene.later(matchAnswerMaxMs),
    told: ['B: release m1', 'B: what is there?'],
    after: { c: ['C: keep c for 1 (m2)'], b: ['B: keep b for 2 (m3)'] },
  },
  {
    named: 'the call’s node is silent when it is to claim: it is asked what is there, and may be ringing',
    step: (scene) => [...scene.keeps(B, 'm1'), ...scene.later(matchAnswerMaxMs)],
    told: ['A: 1 to b at B (m1)', 'A: what is there?'],
    after: { c: ['C: keep c for 2 (m2)'], b: [] },
  },
  {
    named: 'the agent’s node is lost while it is asked: the call goes on',
    step: (scene) => scene.says({ kind: 'node-gone', nodeId: B }),
    told: [],
    after: { c: ['C: keep c for 1 (m2)'], b: ['B: keep b for 2 (m3)'] },
  },
  {
    named: 'the agent’s node is lost when it keeps the agent: the call’s node will see, and tell',
    step: (scene) => [...scene.keeps(B, 'm1'), ...scene.says({ kind: 'node-gone', nodeId: B })],
    told: ['A: 1 to b at B (m1)'],
    after: { c: ['C: keep c for 2 (m2)'], b: [] },
  },
];

test.each(ends)('$named', ({ step, told, after }) => {
  const scene = new Scene();
  scene.wants(A, '1', '2');
  expect(scene.free(B, 'b')).toEqual(['B: keep b for 1 (m1)']);
  expect(step(scene)).toEqual(told);
  expect(scene.free(C, 'c')).toEqual(after.c);
  if (after.b.length > 0) expect(scene.free(B, 'b')).toEqual(after.b);
});

test('the call’s node is lost while the agent is asked: the agent is let go and all its calls are forgotten', () => {
  const scene = new Scene();
  scene.wants(A, '1', '2');
  scene.free(B, 'b');
  expect(scene.says({ kind: 'node-gone', nodeId: A })).toEqual(['B: release m1']);
  expect(scene.free(C, 'c')).toEqual([]);
  expect(scene.maker.isBusy).toBe(false);
});

test('an agent who is kept after all, too late, is let go', () => {
  const scene = new Scene();
  scene.wants(A, '1');
  scene.free(B, 'b');
  scene.later(matchAnswerMaxMs);
  expect(scene.keeps(B, 'm1')).toEqual(['B: release m1']);
});

test('an answer from a node that was not asked ends nothing', () => {
  const scene = new Scene();
  scene.wants(A, '1');
  scene.free(B, 'b');
  expect(scene.answers('refused', C, 'm1')).toEqual([]);
  expect(scene.keeps(B, 'm1')).toEqual(['A: 1 to b at B (m1)']);
  expect(scene.answers('given-away', C, 'm1')).toEqual([]);
  expect(scene.answers('claimed', A, 'm1')).toEqual([]);
});

test('what a node said before it heard of the match changes nothing; what it says after it kept the agent does', () => {
  const scene = new Scene();
  scene.wants(A, '1', '2');
  scene.free(B, 'b');
  expect([...scene.free(B, 'b'), ...scene.busy(B, 'b'), ...scene.wants(A, '1')]).toEqual([]);
  scene.keeps(B, 'm1');
  // The hold ended by itself, and the home has not answered yet.
  expect(scene.free(B, 'b')).toEqual(['B: keep b for 2 (m2)']);
  expect(scene.answers('given-away', A, 'm1')).toEqual(['B: release m1']);
  expect(scene.keeps(B, 'm2')).toEqual(['A: 2 to b at B (m2)']);
});

test('a call that comes back keeps its place before those who came later', () => {
  const scene = new Scene();
  scene.wants(A, '1', '2');
  scene.free(B, 'b');
  scene.keeps(B, 'm1');
  scene.answers('claimed', A, 'm1');
  scene.wants(A, '1');
  expect(scene.free(C, 'c')).toEqual(['C: keep c for 1 (m2)']);
});

test('the oldest of all nodes is served first, and an agent who asks hears whether that is one of its own (strict order)', () => {
  const scene = new Scene();
  scene.wants(B, '20');
  expect(scene.free(C, 'c', { asks: true })).toEqual(['C: keep c for 20 (m1)']);
  scene.wants(A, '30');
  scene.wants(B, '40');
  expect(scene.free(B, 'b', { asks: true })).toEqual(['B: keep b for 30 (m2)']);
  expect(scene.free(B, 'a', { asks: true })).toEqual(['B: a serves its own']);
  scene.gaveUp(B, '40');
  expect(scene.free(B, 'd', { asks: true })).toEqual(['B: d serves its own']);
});

test('a whole picture takes the place of what was known of that node, and of no other', () => {
  const scene = new Scene();
  scene.wants(A, '1', '2');
  scene.wants(C, '3');
  scene.says({ kind: 'calls-wanting', nodeId: A, isWhole: true, added: [wanting('2')], gone: [] });
  expect(scene.free(B, 'b')).toEqual(['B: keep b for 2 (m1)']);
  expect(scene.free(B, 'a')).toEqual(['B: keep a for 3 (m2)']);
  expect(scene.free(B, 'd')).toEqual([]);
});

test('an agent who signs in elsewhere is free there, and kept at neither', () => {
  const scene = new Scene();
  scene.wants(A, '1');
  scene.free(B, 'b');
  expect(scene.free(C, 'b')).toEqual(['B: release m1', 'C: keep b for 1 (m2)']);
  expect(scene.answers('refused', B, 'm1')).toEqual([]);
});

test('a call of a queue that is not known yet waits until the settings say what it is', () => {
  const scene = new Scene([]);
  scene.wants(A, '1');
  scene.free(B, 'b');
  const agents = [sceneAgent('b')];
  const effects = scene.maker.configure({ queues: [sceneQueue('q')], agents }, 1);
  expect(tell(effects)).toEqual(['B: keep b for 1 (m1)']);
});

test('a queue that opens to others after a while does so across nodes, without anybody’s word', () => {
  const widening = { afterMs: 5_000, whenWaiting: null, whenBelowTarget: false, requires: [], groupIds: [] };
  const skilled = [{ skillId: 's' as never, level: 1 }];
  const scene = new Scene([sceneQueue('q', { requires: skilled, widenings: [widening] })]);
  scene.wants(A, '1');
  expect([...scene.free(B, 'b'), ...scene.later(4_999)]).toEqual([]);
  expect(scene.later(2)).toEqual(['B: keep b for 1 (m1)']);
});

test('F-14: where nobody is free at the caller’s site the nearest gets the call, and another weight moves it', () => {
  const at = (id: string, longitude: number, weight = 100) => ({
    id: id as SiteId,
    place: { latitude: 31, longitude },
    weight,
  });
  const served = (weight: number) => {
    const distance = siteDistance([at('here', 121), at('near', 120, weight), at('far', 117)]);
    const scene = new Scene([sceneQueue('q', { agentOrder: ['site'] })], { distance });
    scene.free(C, 'c', {}, 'far');
    scene.nowMs = 10;
    scene.free(B, 'b', {}, 'near');
    const added = [{ ...wanting('20'), siteId: 'here' as SiteId }];
    return scene.says({ kind: 'calls-wanting', nodeId: A, isWhole: false, added, gone: [] });
  };
  expect([served(100), served(390), served(410)].flat()).toEqual([
    'B: keep b for 20 (m1)',
    'B: keep b for 20 (m1)',
    'C: keep c for 20 (m1)',
  ]);
});

test('F-14: of agents free at several nodes the one at the site of the number dialled is proposed', () => {
  const scene = new Scene([sceneQueue('q', { agentOrder: ['site'] })]);
  scene.free(B, 'b', {}, 'north');
  scene.nowMs = 10;
  scene.free(C, 'c', {}, 'south');
  const south = { ...wanting('20'), siteId: 'south' as SiteId };
  expect(scene.says({ kind: 'calls-wanting', nodeId: A, isWhole: false, added: [south], gone: [] })).toEqual([
    'C: keep c for 20 (m1)',
  ]);
});

test('F-22: where all are rung, each who is free elsewhere is asked, and whoever comes later too, until the call is gone', () => {
  const scene = new Scene([sceneQueue('q', { ringing: 'all' })]);
  scene.free(B, 'b');
  scene.free(C, 'c');
  expect(scene.wants(A, '1')).toEqual(['B: keep b for 1 (m1)', 'C: keep c for 1 (m2)']);
  expect(scene.keeps(B, 'm1')).toEqual(['A: 1 to b at B (m1)']);
  expect(scene.answers('claimed', A, 'm1')).toEqual([]);
  // One refuses, one comes, and the home's own is rung by the home.
  expect(scene.answers('refused', C, 'm2')).toEqual([]);
  expect(scene.free(C, 'd')).toEqual(['C: keep d for 1 (m3)']);
  expect(scene.free(A, 'a')).toEqual(['A: a serves its own']);
  expect(scene.gaveUp(A, '1')).toEqual(['C: release m3']);
  expect(scene.wants(A, '2')).toEqual([]);
});

test('F-22: a home whose call waits no more is brought nobody else for it', () => {
  const scene = new Scene([sceneQueue('q', { ringing: 'all' })]);
  scene.free(B, 'b');
  scene.free(C, 'c');
  scene.wants(A, '1');
  scene.keeps(B, 'm1');
  scene.keeps(C, 'm2');
  expect(scene.answers('given-away', A, 'm1')).toEqual(['B: release m1', 'C: release m2']);
  expect(scene.free(B, 'b')).toEqual([]);
  expect(scene.maker.isBusy).toBe(false);
});

describe('F-11: a class of service at several nodes', () => {
  const serviceTarget = { percent: 90, withinMs: 10_000 };
  const queues = [sceneQueue('q'), sceneQueue('promised', { serviceTarget, priority: -1 })];
  const served = (calls: number, inTime: number) => [
    { ...serviceTarget, calls, inTime, total: { calls, inTime } },
  ];
  const promised = (id: string) => ({ ...wanting(id), queueId: queueNamed('promised') });

  test('is told to every node as the sum of all, with those who wait late elsewhere', () => {
    const scene = new Scene(queues);
    for (const nodeId of [A, B]) scene.says({ kind: 'served', nodeId, classes: served(0, 0) });
    scene.says({ kind: 'served', nodeId: A, classes: served(10, 10) });
    scene.says({ kind: 'served', nodeId: B, classes: served(5, 1) });
    const told = { ...serviceTarget, calls: 15, inTime: 11, late: 0 };
    expect(scene.maker.serviceFor(A, 0)).toEqual([told]);
    scene.says({ kind: 'calls-wanting', nodeId: B, isWhole: false, added: [promised('1')], gone: [] });
    expect(scene.maker.serviceFor(A, 5_000)).toEqual([{ ...told, late: 1 }]);
    expect(scene.maker.serviceFor(B, 5_000)).toEqual([told]);
  });

  test('is what the matchmaker itself judges by: below its target it goes first, and a match is not counted twice', () => {
    const scene = new Scene(queues);
    scene.says({ kind: 'served', nodeId: A, classes: served(10, 10) });
    const waiting = () => {
      scene.wants(A, '1');
      scene.says({ kind: 'calls-wanting', nodeId: A, isWhole: false, added: [promised('2')], gone: [] });
    };
    waiting();
    expect(scene.free(B, 'b')).toEqual(['B: keep b for 1 (m1)']);
    for (const id of ['1', '2']) scene.gaveUp(A, id);
    expect(scene.maker.serviceFor(A, 0)).toMatchObject([{ calls: 10 }]);
    scene.says({ kind: 'served', nodeId: A, classes: served(15, 10) });
    waiting();
    expect(scene.free(B, 'c')).toEqual(['B: keep c for 2 (m2)']);
  });
});
