/** D-10: a call goes from flow to agent, to a flow, to an agent, and what each learnt is there at the next: inbound and outbound. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import type { QueueId } from '@seatgrid/core/kernel/ids.ts';
import { newId, type FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import type { TestDesk } from './test-desk.ts';
import { until } from './until.ts';

const number = '+864008000001';
let side: TelephoneSide;
let tenant: FixtureTenant;
let second: CallFlow;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
    const [firstSkill, secondSkill] = [newId<'skill'>(), newId<'skill'>()];
    tenant.config.skills = [firstSkill, secondSkill].map((id, index) => ({ id, name: `Skill ${index}` }));
    tenant.config.agents = tenant.config.agents.map((agent, index) => ({
      ...agent,
      skills: [{ skillId: [firstSkill, secondSkill][index]!, level: 1 }],
    }));
    const queueOf = (name: string, skillId: typeof firstSkill) =>
      fixture.queue(tenant, { name, requires: [{ skillId, level: 1 }] }).id;
    const ask = (variable: string, queueId: QueueId) =>
      ({
        ask: { kind: 'gather', prompt: [], variable, length: { kind: 'fixed', digits: 3 }, timeoutMs: 10_000, next: 'queue' },
        queue: { kind: 'enqueue', queueId },
      }) as const; // prettier-ignore
    const first = fixture.flow(tenant, 'ask', ask('customer', queueOf('first', firstSkill)), 'First');
    // What the first flow and the first agent learnt decides here, and is told on.
    second = fixture.flow(tenant, 'sum', {
      sum: { kind: 'compute', values: [{ variable: 'told', expression: 'customer + "/" + order' }], next: 'known' },
      known: { kind: 'branch', variable: 'told', cases: [{ test: 'equals', value: '123/A-77', next: 'ask' }], otherwise: 'bye' },
      bye: { kind: 'hang-up', say: [] },
      ...ask('rating', queueOf('second', secondSkill)),
    }, 'Second'); // prettier-ignore
    numberWith(tenant, number, { kind: 'flow', flowId: first.id });
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

const collectedAt = (desk: TestDesk) => desk.state!.interaction!.collected;

test('D-10: in by a flow, to an agent, to a flow, to another agent: each finds what was learnt before', async () => {
  const [one, other] = [await side.ready(tenant, 0), await side.ready(tenant, 1)];
  const caller = await side.ring(number);
  await side.node.event('call.answered');
  caller.press('123');
  const { callId } = await one.answer();
  expect(collectedAt(one)).toEqual({ customer: '123' });
  await one.done({ kind: 'attach', callId, variable: 'order', value: 'A-77' });
  await until('the desk to show it', () => collectedAt(one)['order'] === 'A-77');

  await one.done({ kind: 'transfer', callId, target: { kind: 'flow', flowId: second.id } });
  await side.node.event('flow.step', (facts) => facts.callId === callId && facts.stepKey === 'known');
  caller.press('555');
  expect((await other.answer()).callId).toBe(callId);
  expect(collectedAt(other)).toEqual({ customer: '123', order: 'A-77', rating: '555' });

  caller.hangUp();
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts).toMatchObject({ collected: { customer: '123', order: 'A-77', rating: '555' } });
  const attached = await side.node.event('data.attached', (facts) => facts.callId === callId);
  expect(attached.facts).toMatchObject({ variable: 'order', value: 'A-77' });
});

test('D-10: out from an agent, to a flow, to another agent, with what was learnt', async () => {
  const [one, other] = [await side.ready(tenant, 0), await side.ready(tenant, 1)];
  const sound = await one.openSound();
  const dialled = await one.done({ kind: 'dial', number: '13911112222', offer: sound.offerSdp });
  const callId = dialled.callId!;
  await one.connect(callId, dialled.answer!);
  await one.untilInteraction('talking');
  await one.done({ kind: 'attach', callId, variable: 'customer', value: '123' });
  await one.done({ kind: 'attach', callId, variable: 'order', value: 'A-77' });
  await one.done({ kind: 'transfer', callId, target: { kind: 'flow', flowId: second.id } });
  await side.node.event('flow.step', (facts) => facts.callId === callId && facts.stepKey === 'known');
  side.outsideLeg!.rtp.sendDigits('555');
  expect((await other.answer()).callId).toBe(callId);
  expect(collectedAt(other)).toEqual({ customer: '123', order: 'A-77', rating: '555' });
});

test('what is a fact of the call, too much, or attached before anybody answered is refused; empty takes away', async () => {
  const one = await side.ready(tenant, 0);
  const caller = await side.ring(number);
  await side.node.event('call.answered');
  caller.press('123');
  const { callId } = await one.answer();
  const attach = (variable: string, value: string) =>
    one.command({ kind: 'attach', callId, variable, value });
  expect(await attach('caller', '+49')).toMatchObject({ kind: 'refusal', code: 'malformed' });
  expect(await attach('Not a name', 'x')).toMatchObject({ kind: 'refusal', code: 'malformed' });
  expect(await attach('note', 'x'.repeat(501))).toMatchObject({ kind: 'refusal', code: 'malformed' });
  for (let count = 1; count < 50; count++) {
    await one.done({ kind: 'attach', callId, variable: `v${count}`, value: 'x' });
    // A desk says only so much in a second.
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  expect(await attach('oneMore', 'x')).toMatchObject({ kind: 'refusal', code: 'wrong-state' });
  await one.done({ kind: 'attach', callId, variable: 'v1', value: '' });
  expect(await attach('oneMore', 'x')).toMatchObject({ kind: 'reply' });
  await until('the desk to show it', () => 'oneMore' in collectedAt(one));
  expect('v1' in collectedAt(one)).toBe(false);
}); // prettier-ignore
