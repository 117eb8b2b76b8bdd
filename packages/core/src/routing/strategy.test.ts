/** Each strategy by itself and in its order, for both directions: as the rows of requirements tell it. */
import { expect, test } from 'vitest';
import {
  agentNamed,
  callNamed,
  queueNamed,
  sceneAgent,
  sceneQueue,
  skillAt,
  told,
} from '@seatgrid/testkit/routing-scene.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import type { GroupId, SiteId } from '../kernel/ids.ts';
import type { Agent } from '../workforce/agent.ts';
import { AcdMachine, type CallQueued, type Distribution } from './acd-machine.ts';
import type { Queue } from './queue.ts';
import type { AgentStrategy } from './strategy.ts';
import { contactKinds } from './waiting-call.ts';

const three = ['a', 'b', 'c'];

class Scene {
  readonly machine = new AcdMachine(createSeededRandom(7));
  nowMs = 0;
  readonly answered = new Map<string, number>();
  readonly phoneMs = new Map<string, number>();

  constructor(queues: readonly Queue[], agents: readonly Agent[], callOrder?: Distribution['callOrder']) {
    this.machine.configure({ queues, agents, ...(callOrder ? { callOrder } : {}) }, 0);
  }

  comes(id: string, queue = 'q', facts: Partial<CallQueued> = {}): string[] {
    const call = { kind: 'call-queued', callId: callNamed(id), queueId: queueNamed(queue) } as const;
    return told(this.machine.handle({ ...call, ...facts }, this.nowMs));
  }

  frees(id: string, siteId: string | null = null): string[] {
    const today = { callsAnswered: this.answered.get(id) ?? 0, phoneMs: this.phoneMs.get(id) ?? 0 };
    return told(
      this.machine.handle(
        { kind: 'agent-ready', agentId: agentNamed(id), today, siteId: siteId as SiteId | null },
        this.nowMs++,
      ),
    );
  }

  /** Who is given a call, answers it, talks as long, and is free again. */
  served(call: string, talkMs = 0): string {
    const agent = this.comes(call)[0]!.split('→')[1]!;
    this.machine.handle({ kind: 'call-left', callId: callNamed(call) }, this.nowMs);
    this.answered.set(agent, (this.answered.get(agent) ?? 0) + 1);
    this.phoneMs.set(agent, (this.phoneMs.get(agent) ?? 0) + talkMs);
    this.nowMs++;
    this.frees(agent);
    return agent;
  }
}

const ordered = (agentOrder: readonly AgentStrategy[], settings: Partial<Queue> = {}) =>
  sceneQueue('q', { agentOrder, ...settings });

test('F-04: an agent of two queues is given the later call of the higher one', () => {
  const scene = new Scene([sceneQueue('low'), sceneQueue('high', { priority: 6 })], [sceneAgent('a')]);
  scene.comes('1', 'low');
  scene.comes('2', 'high');
  expect(scene.frees('a')).toEqual(['2→a']);
});

test('F-05: with three ordinary callers waiting a priority caller who comes last is answered first', () => {
  const scene = new Scene([sceneQueue('q')], [sceneAgent('a')]);
  for (const id of ['1', '2', '3']) scene.comes(id);
  scene.comes('4', 'q', { customerLevel: 1 });
  expect(scene.machine.position(callNamed('4'), 0)).toBe(1);
  expect(scene.frees('a')).toEqual(['4→a']);
});

test('F-33: an older call is overtaken by higher ones until it has waited as long as the queue allows', () => {
  const scene = new Scene([sceneQueue('q', { overtakenMaxMs: 60_000 })], [sceneAgent('a')]);
  scene.comes('old');
  const served = [59_999, 60_000].map((atMs, index) => {
    scene.nowMs = atMs;
    scene.comes(`high ${index}`, 'q', { customerLevel: 1 });
    return scene.frees('a')[0];
  });
  expect(served).toEqual(['high 0→a', 'old→a']);
});

test('A-05: contacts of every kind offered to one queue come out in the order its one rule gives', () => {
  const scene = new Scene([sceneQueue('q')], [sceneAgent('a')]);
  for (const [index, contact] of contactKinds.entries())
    scene.comes(contact, 'q', { contact, customerLevel: index % 2 === 0 ? null : 1 });
  const levelOne = contactKinds.filter((_, index) => index % 2 === 1);
  const others = contactKinds.filter((_, index) => index % 2 === 0);
  expect(contactKinds.map(() => scene.frees('a')[0]!.split('→')[0])).toEqual([...levelOne, ...others]);
});

test('F-06: of two free agents the one with the higher level is offered first', () => {
  const agents = [sceneAgent('a', [skillAt('s', 2)]), sceneAgent('b', [skillAt('s', 7)])];
  const scene = new Scene([ordered(['skill-level'], { requires: [skillAt('s', 1)] })], agents);
  for (const id of ['a', 'b']) scene.frees(id);
  expect([scene.comes('1'), scene.comes('2')].flat()).toEqual(['1→b', '2→a']);
});

test('F-07: a returning caller reaches the same agent while free, and another otherwise', () => {
  const scene = new Scene(
    [ordered(['last-agent'])],
    three.map((id) => sceneAgent(id)),
  );
  for (const id of three) scene.frees(id);
  expect(scene.comes('1', 'q', { lastAgentId: agentNamed('b') })).toEqual(['1→b']);
  expect(scene.comes('2', 'q', { lastAgentId: agentNamed('b') })).toEqual(['2→a']);
});

test('F-08: a listed customer reaches the listed agent when free, and falls to the next strategy when not', () => {
  const scene = new Scene(
    [ordered(['dedicated-agent', 'last-agent'])],
    three.map((id) => sceneAgent(id)),
  );
  for (const id of three) scene.frees(id);
  const facts = { dedicatedAgentId: agentNamed('c'), lastAgentId: agentNamed('b') };
  expect([1, 2, 3].map((id) => scene.comes(`${id}`, 'q', facts)[0])).toEqual(['1→c', '2→b', '3→a']);
});

test.each([
  [['skill-level', 'last-agent'], '1→b'],
  [['last-agent', 'skill-level'], '1→a'],
] as const)('F-09: %s, in this order, choose %s', (agentOrder, chosen) => {
  const agents = [sceneAgent('a', [skillAt('s', 2)]), sceneAgent('b', [skillAt('s', 7)])];
  const scene = new Scene([ordered(agentOrder, { requires: [skillAt('s', 1)] })], agents);
  for (const id of ['a', 'b']) scene.frees(id);
  expect(scene.comes('1', 'q', { lastAgentId: agentNamed('a') })).toEqual([chosen]);
});

test('F-29: with three agents always free between calls, 12 calls give 4 each', () => {
  const scene = new Scene(
    [ordered(['even'])],
    three.map((id) => sceneAgent(id)),
  );
  for (const id of three) scene.frees(id);
  for (let index = 0; index < 12; index++) scene.served(`${index}`);
  expect(Object.fromEntries(scene.answered)).toEqual({ a: 4, b: 4, c: 4 });
});

test('F-30: 300 calls over three free agents show no fixed order, and each share is within ten points of a third', () => {
  const scene = new Scene(
    [ordered(['random'])],
    three.map((id) => sceneAgent(id)),
  );
  for (const id of three) scene.frees(id);
  const order = Array.from({ length: 300 }, (_, index) => scene.served(`${index}`));
  for (const id of three) expect(Math.abs(scene.answered.get(id)! / 300 - 1 / 3)).toBeLessThan(0.1);
  const pairs = new Set(order.slice(1).map((agent, index) => `${order[index]}${agent}`));
  expect(pairs.size).toBe(9);
});

test('F-31: with order A, B, C and A busy, B is given the call; with A free again, A gets the next', () => {
  const queue = ordered(['fixed-order'], { fixedOrder: three.map(agentNamed) });
  const scene = new Scene(
    [queue],
    three.map((id) => sceneAgent(id)),
  );
  for (const id of ['c', 'b']) scene.frees(id);
  expect(scene.comes('1')).toEqual(['1→b']);
  scene.frees('a');
  expect(scene.comes('2')).toEqual(['2→a']);
});

test('the agent who has talked least today is given the call', () => {
  const scene = new Scene(
    [ordered(['least-phone-time'])],
    three.map((id) => sceneAgent(id)),
  );
  for (const id of three) scene.frees(id);
  expect([90_000, 10_000, 20_000, 0].map((talkMs, index) => scene.served(`${index}`, talkMs))).toEqual([
    'a',
    'b',
    'c',
    'b',
  ]);
});

test('a call goes to an agent at the site whose number was dialled, and elsewhere where nobody there is free', () => {
  const scene = new Scene(
    [ordered(['site'])],
    three.map((id) => sceneAgent(id)),
  );
  for (const [id, site] of [
    ['a', 'north'],
    ['b', 'south'],
    ['c', 'south'],
  ] as const)
    scene.frees(id, site);
  const south = { siteId: 'south' as SiteId };
  expect([1, 2, 3].map((id) => scene.comes(`${id}`, 'q', south)[0])).toEqual(['1→b', '2→c', '3→a']);
});

test('F-28: a call for a busy group goes at once to the overflow group, and the decision says so', () => {
  const group = (name: string) => [name as GroupId];
  const widening = {
    afterMs: 0,
    whenWaiting: null,
    whenBelowTarget: false,
    requires: [],
    groupIds: group('h'),
  };
  const queue = sceneQueue('q', { groupIds: group('g'), widenings: [widening] });
  const agents = [
    sceneAgent('a', [], { groupId: 'g' as GroupId }),
    sceneAgent('b', [], { groupId: 'h' as GroupId }),
  ];
  const scene = new Scene([queue], agents);
  for (const id of ['b', 'a']) scene.frees(id);
  const call = (id: string) =>
    scene.machine.handle(
      { kind: 'call-queued', callId: callNamed(id), queueId: queueNamed('q') },
      scene.nowMs,
    );
  expect([call('1'), call('2')].flat().map(({ agentId, decision }) => [agentId, decision.width])).toEqual([
    ['a', 0],
    ['b', 1],
  ]);
});

test('what is asked of agents relaxes with the wait: ten seconds for level 5, then level 3, then anybody', () => {
  const widenings = [
    [10_000, [skillAt('s', 3)]],
    [20_000, []],
  ] as const;
  const queue = sceneQueue('q', {
    requires: [skillAt('s', 5)],
    widenings: widenings.map(([afterMs, requires]) => ({
      afterMs,
      whenWaiting: null,
      whenBelowTarget: false,
      requires,
      groupIds: [],
    })),
  });
  const scene = new Scene([queue], [sceneAgent('none'), sceneAgent('some', [skillAt('s', 3)])]);
  for (const id of ['none', 'some']) scene.frees(id);
  for (const id of ['1', '2']) expect(scene.comes(id)).toEqual([]);
  const age = (nowMs: number) =>
    ['1', '2'].flatMap((id) =>
      told(scene.machine.handle({ kind: 'call-aged', callId: callNamed(id), waitedMs: 0 }, nowMs)),
    );
  expect([9_999, 10_002, 19_999, 20_002].map(age)).toEqual([[], ['1→some'], [], ['2→none']]);
});

test('reserve agents serve from the third waiting call on, and the calls that reached them stay theirs', () => {
  const reserve = {
    afterMs: null,
    whenWaiting: 3,
    whenBelowTarget: false,
    requires: [skillAt('reserve', 1)],
    groupIds: [],
  };
  const queue = sceneQueue('q', { requires: [skillAt('s', 1)], widenings: [reserve] });
  const scene = new Scene(
    [queue],
    ['x', 'y'].map((id) => sceneAgent(id, [skillAt('reserve', 1)])),
  );
  scene.frees('x');
  expect([scene.comes('1'), scene.comes('2'), scene.comes('3')]).toEqual([[], [], ['1→x']]);
  expect(scene.frees('y')).toEqual(['2→y']);
});

test('own customers wait for their agent before others, where the tenant says so', () => {
  const facts = { dedicatedAgentId: agentNamed('a') };
  for (const [callOrder, first] of [
    [['own-customer', 'queue-priority'], 'mine→a'],
    [['queue-priority'], 'older→a'],
  ] as const) {
    const scene = new Scene(
      [sceneQueue('q'), sceneQueue('high', { priority: 9 })],
      [sceneAgent('a')],
      callOrder,
    );
    scene.comes('older', 'high');
    scene.comes('mine', 'q', facts);
    expect(scene.frees('a')).toEqual([first]);
  }
});

test('an agent takes what it is there for before what was widened to it, where the tenant says so', () => {
  const lent = sceneQueue('lent', {
    requires: [skillAt('s', 1)],
    widenings: [{ afterMs: 0, whenWaiting: null, whenBelowTarget: false, requires: [], groupIds: [] }],
  });
  for (const [callOrder, first] of [
    [['closest-fit'], 'own→a'],
    [[], 'lent→a'],
  ] as const) {
    const scene = new Scene([lent, sceneQueue('own')], [sceneAgent('a')], callOrder);
    for (const id of ['lent', 'own']) scene.comes(id, id);
    expect(scene.frees('a')).toEqual([first]);
  }
});

test('changed skills, priorities and orders act on calls already waiting', () => {
  const queues = (priority: number) => [
    sceneQueue('p', { priority }),
    sceneQueue('q', { requires: [skillAt('s', 1)] }),
  ];
  const scene = new Scene(queues(5), [sceneAgent('a')]);
  scene.comes('1', 'q');
  scene.comes('2', 'p');
  scene.comes('3', 'q');
  scene.machine.configure({ queues: queues(4), agents: [sceneAgent('a', [skillAt('s', 1)])] }, 1);
  expect([1, 2, 3].flatMap(() => scene.frees('a'))).toEqual(['1→a', '3→a', '2→a']);
});

test('a decision names who was passed over and by which rule', () => {
  const agents = [
    sceneAgent('a', [skillAt('s', 2)]),
    sceneAgent('b', [skillAt('s', 7)]),
    sceneAgent('c', [skillAt('s', 7)]),
  ];
  const scene = new Scene([ordered(['last-agent', 'skill-level'], { requires: [skillAt('s', 1)] })], agents);
  for (const id of ['a', 'b', 'c']) scene.frees(id);
  const call = {
    kind: 'call-queued',
    callId: callNamed('1'),
    queueId: queueNamed('q'),
    lastAgentId: agentNamed('gone'),
  } as const;
  expect(scene.machine.handle(call, 9)[0]!.decision).toEqual({
    came: 'call',
    among: 3,
    width: 0,
    passedOver: [
      { agentId: 'gone', by: 'not-free' },
      { agentId: 'c', by: 'longest-idle' },
      { agentId: 'a', by: 'skill-level' },
    ],
  });
});
