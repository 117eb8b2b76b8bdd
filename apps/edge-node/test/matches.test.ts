/**
 * Access and service at different nodes, brought together by the centre: a caller of one node, an agent of another, and
 * what stays when the centre is gone.
 */
import { setTimeout as passing } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import type { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

let all: CentredNodes;
let branch: CentredNode;
let central: CentredNode;

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12', '127.0.0.13'], 3);
  [branch, central] = all.nodes as [CentredNode, CentredNode];
}, 120_000);
afterEach(() => all.settle());
afterAll(() => all?.close(), 60_000);

const ringing = (desk: TestDesk) => desk.untilInteraction('ringing', 20_000);

test.each([
  {
    title: 'A-09: a call that enters at a branch is answered by a central agent',
    places: () => [branch, central],
  },
  {
    title: 'A-11: a call that enters centrally is answered by an agent of a branch',
    places: () => [central, branch],
  },
])(
  '$title; they hear each other, each node writes its part, and the record names both',
  async ({ places }) => {
    const [entry, service] = places() as [CentredNode, CentredNode];
    const { number } = await all.queue();
    const desk = await all.ready(service, all.agents[0]!);
    const call = await all.ring(entry, number);
    const { callId } = await ringing(desk);
    await desk.answer();
    desk.sound!.speak(toneOf(agentHz));
    await call.rtp.listen(300);
    expect(whoIsHeard(await call.rtp.listen(400))).toEqual([agentHz]);
    expect(whoIsHeard(await desk.listen(400))).toEqual([callerHz]);
    call.hangUp();
    const isIt = (facts: { callId: string }) => facts.callId === callId;
    await entry.process.event('call.ended', isIt);
    await service.process.event('agent.left-call', isIt);
    const made = await service.process.event('reservation.made', isIt);
    expect(made.facts).toMatchObject({ agentId: all.agents[0]!.agentId, decision: { among: 1 } });
    const read = () => all.administrator.call('GET /api/calls/:id', { params: { id: callId } });
    const whole = await until('the record to be whole', async () => {
      const record = await read().catch(() => undefined);
      return record?.timeline.some(({ facts }) => facts.kind === 'agent.left-call') ? record : undefined;
    });
    expect(whole.places).toEqual({ entry: entry.address, answering: [service.address] });
    expect(entry.process.eventsOf('reservation.made').filter(({ facts }) => isIt(facts))).toEqual([]);
  },
);

test('B-18: a call is answered by an agent of its own node where one is free, and by the centre’s where none is', async () => {
  const { number } = await all.queue();
  const own = await all.ready(branch, all.agents[0]!);
  const others = await all.ready(central, all.agents[1]!);
  await all.ring(branch, number);
  await ringing(own);
  await own.answer();
  await all.ring(branch, number);
  await ringing(others);
});

test.each([
  { reach: 'local-first', takes: 'the younger of its own node', number: '13800000002' },
  { reach: 'strict-order', takes: 'the oldest of all nodes', number: '13800000001' },
] as const)('of a queue that serves $reach an agent who becomes free takes $takes', async (one) => {
  const { number, queueId } = await all.queue({ reach: one.reach });
  // Somebody who serves at the centre, busy with another call.
  const desk = await all.ready(central, all.agents[2]!);
  await all.ring(central, number, '13700000000');
  await ringing(desk);
  await desk.answer();
  await all.ring(branch, number, '13800000001');
  await branch.process.event('queue.entered', (facts) => facts.queueId === queueId);
  await all.ring(central, number, '13800000002');
  await until(
    'both to wait',
    () =>
      central.process.eventsOf('queue.entered').filter(({ facts }) => facts.queueId === queueId).length === 2,
  );
  // Whether the centre has heard of both nobody can see: it is told within some tenths of a second.
  await passing(1_500);
  const { callId } = desk.state!.interaction!;
  await desk.done({ kind: 'end', callId });
  const next = await ringing(desk);
  expect(next.number).toBe(one.number);
});

test('F-14: the nearest site with a free agent gets the call; another weight moves it', async () => {
  const { number } = await all.queue({ agentOrder: ['site'] }, branch.siteId);
  const [near, far] = [all.nodes[2]!, central];
  await all.place(branch, { longitude: 121.5 });
  await all.place(near, { longitude: 120.5 });
  await all.place(far, { longitude: 116.4 });
  const [first, second] = [await all.ready(far, all.agents[0]!), await all.ready(near, all.agents[1]!)];
  const desks = [first, second];
  const server = async () => {
    const call = await all.ring(branch, number);
    const rung = await until('somebody to ring', () =>
      desks.find((desk) => desk.state!.interaction?.state === 'ringing'),
    );
    call.hangUp();
    for (const desk of desks) await desk.untilPresence('ready');
    return rung;
  };
  // The matchmaker learns of each change a moment later.
  const goesTo = (desk: TestDesk) => until('the call to move', async () => (await server()) === desk, 20_000);
  await goesTo(second);
  await all.place(near, { longitude: 120.5, weight: 900 });
  await goesTo(first);
  await all.place(near, { longitude: 120.5 });
  await goesTo(second);
});

test('a centre that dies ends no call, and keeps nobody waiting: whoever is free serves their own at once', async () => {
  const { number } = await all.queue({ reach: 'strict-order' });
  const desk = await all.ready(central, all.agents[0]!);
  const call = await all.ring(branch, number);
  await ringing(desk);
  await desk.answer();
  desk.sound!.speak(toneOf(agentHz));
  const token = await all.agents[1]!.token();
  await all.killCentre();
  await until('the agent to be heard', async () => whoIsHeard(await call.rtp.listen(400)).includes(agentHz));
  // The link is not yet known to be lost; nobody answers.
  const own = await all.readyWith(central, token);
  await all.ring(central, number);
  await ringing(own);
  call.hangUp();
});
