/** E-10: whoever a number inside means and whoever leads a group takes a transferred call, whatever kind of agent that is. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { agentKinds } from '@seatgrid/core/workforce/agent.ts';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { Group } from '@seatgrid/core/workforce/group.ts';
import { newId, type FixtureTenant } from './fixture-config.ts';
import { siteOfNodes } from './node-seats.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import type { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, otherAgentHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const number = '+864008000001';
let side: TelephoneSide;
let tenant: FixtureTenant;
let group: Group;
let foreign: Group;

/** Agent 0 answers; 1 to 4 are of each kind; 5 is a second leader of the same group. */
beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 6 });
    const other = fixture.tenant({ slug: 'other', number: '+864008000009', agents: 1 });
    group = { id: newId<'group'>(), name: 'First line', leaderNumber: '600' };
    foreign = { id: newId<'group'>(), name: 'First line', leaderNumber: '600' };
    tenant.config.groups.push(group);
    other.config.groups.push(foreign);
    for (const [index, kind] of [...agentKinds, 'leader' as const].entries())
      Object.assign(tenant.config.agents[index + 1]!, { kind, groupId: group.id });
    Object.assign(other.config.agents[0]!, { kind: 'leader', groupId: foreign.id });
    const skill = { id: newId<'skill'>(), name: 'First' };
    tenant.config.skills = [skill];
    tenant.config.agents[0]!.skills = [{ skillId: skill.id, level: 1 }];
    const queue = fixture.queue(tenant, { requires: [{ skillId: skill.id, level: 1 }] });
    numberWith(tenant, number, { kind: 'queue', queueId: queue.id });
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

async function conversation() {
  const agent = await side.ready(tenant, 0);
  const caller = await side.ring(number);
  const { callId } = await agent.answer();
  agent.sound!.speak(toneOf(agentHz));
  await caller.until(['talking'], 5_000);
  return { agent, caller, callId };
}

async function heardBy(party: { listen(durationMs: number): Promise<Int16Array> }): Promise<number[]> {
  await party.listen(300);
  return whoIsHeard(await party.listen(500));
}

async function takes(desk: TestDesk, { caller, callId }: Awaited<ReturnType<typeof conversation>>) {
  expect(await desk.answer()).toMatchObject({ callId, number: '13800138000' });
  desk.sound!.speak(toneOf(otherAgentHz));
  expect(await heardBy(caller.rtp)).toEqual([otherAgentHz]);
  expect(await heardBy(desk)).toEqual([callerHz]);
}

test.each(agentKinds.map((kind, index) => ({ kind, index: index + 1 })))(
  'a $kind agent takes a call transferred to the staff ID',
  async ({ kind, index }) => {
    const talk = await conversation();
    const { staffId, id } = tenant.agents[index]!;
    const other = await side.ready(tenant, index);
    await until('the desk to tell of what kind', () =>
      talk.agent.state!.colleagues.some((each) => each.agentId === id && each.kind === kind),
    );
    await talk.agent.done({
      kind: 'transfer',
      callId: talk.callId,
      target: { kind: 'number', number: staffId },
    });
    await talk.agent.untilPresence('ready');
    await takes(other, talk);
  },
);

test('E-10: the leader position is reached at whoever holds it: the idle leader, then the one who came for the first', async () => {
  const target = { kind: 'leader', groupId: group.id } as const;
  const first = await side.ready(tenant, 4);
  const talk = await conversation();
  const position = () => talk.agent.state!.leaders.find(({ groupId }) => groupId === group.id);
  await until('the desk to name the leader', () => position()?.state === 'ready');
  expect(position()).toMatchObject({ group: 'First line', name: tenant.agents[4]!.name });
  await talk.agent.done({ kind: 'transfer', callId: talk.callId, target });
  await takes(first, talk);
  const transferred = await side.node.event('call.transferred', (facts) => facts.callId === talk.callId);
  expect(transferred.facts.target).toEqual(target);

  const again = await side.ring(number);
  const { callId } = await talk.agent.answer();
  await again.until(['talking'], 5_000);
  expect(await talk.agent.command({ kind: 'transfer', callId, target })).toMatchObject({
    code: 'not-available',
  });
  const second = await side.ready(tenant, 5);
  await talk.agent.done({ kind: 'transfer', callId, target });
  expect(await second.answer()).toMatchObject({ callId });
});

test('a leader is consulted as one, and by the number of the position from any desk', async () => {
  const leader = await side.ready(tenant, 4);
  const talk = await conversation();
  await talk.agent.done({
    kind: 'consult',
    callId: talk.callId,
    target: { kind: 'leader', groupId: group.id },
  });
  await leader.answer();
  leader.sound!.speak(toneOf(otherAgentHz));
  expect(await heardBy(talk.agent)).toEqual([otherAgentHz]);
  await talk.agent.done({ kind: 'end-consult', callId: talk.callId, outcome: 'back' });
  await leader.untilPresence('ready');
  talk.caller.hangUp();
  await talk.agent.untilPresence('ready');

  const sound = await talk.agent.openSound();
  const reply = await talk.agent.done({ kind: 'dial', number: '600', offer: sound.offerSdp });
  await talk.agent.connect(reply.callId!, reply.answer!);
  await until('the call on the desk', () => talk.agent.state!.interaction?.callId === reply.callId);
  expect(talk.agent.state!.interaction).toMatchObject({ number: '600', name: 'First line' });
  expect(await leader.answer()).toMatchObject({ direction: 'internal', name: tenant.agents[0]!.name });
  await leader.done({ kind: 'end', callId: reply.callId! });
});

test('a leader who asks for the position asks for another; a group of another tenant is none', async () => {
  const leader = await side.ready(tenant, 4);
  const sound = await leader.openSound();
  const dial = { kind: 'dial', number: '600', offer: sound.offerSdp } as const;
  const dialled = await leader.command(dial);
  // With a centre it is asked first who holds the position elsewhere.
  if (siteOfNodes() === null) expect(dialled).toMatchObject({ code: 'not-available' });
  else {
    const { callId } = dialled as { callId: CallId };
    const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
    expect(ended.facts.reason).toEqual({ party: 'agent', code: 'unreachable' });
  }
  const { agent, callId } = await conversation();
  const target = { kind: 'leader', groupId: foreign.id } as const;
  expect(await agent.command({ kind: 'transfer', callId, target })).toMatchObject({ code: 'no-such-target' });
});
