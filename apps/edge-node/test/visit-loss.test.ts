/** B-02: either node of a visit dies without a word. The caller is in front of the queue again within seconds, the agent is free, and nothing is written twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FixtureTenant } from './fixture-config.ts';
import { numberWith } from './telephone-side.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';
import { TwoNodes } from './two-nodes.ts';
import { until } from './until.ts';

const hotline = '+864008000001';

let nodes: TwoNodes;
let tenant: FixtureTenant;

beforeAll(async () => {
  nodes = await TwoNodes.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
    const queue = fixture.queue(tenant, { wrapUpMs: 5_000 });
    numberWith(tenant, hotline, { kind: 'queue', queueId: queue.id });
  });
});
afterAll(() => nodes?.close());

async function talking() {
  const call = await nodes.home.ring(hotline);
  const match = await nodes.waiting();
  const { desk } = await nodes.served(match, tenant, 0);
  return { call, match, desk };
}

test('the host dies: its caller is served next, before all who came later, with what was attached there', async () => {
  const { call, match, desk } = await talking();
  await desk.done({ kind: 'attach', callId: match.callId, variable: 'contract', value: 'K-9' });
  const later = await nodes.home.ring(hotline, '13900139000');
  await nodes.waiting();
  await nodes.host.kill();
  expect((await nodes.waiting()).callId).toBe(match.callId);
  const own = await nodes.home.ready(tenant, 1);
  expect(await own.answer()).toMatchObject({ callId: match.callId, collected: { contract: 'K-9' } });
  own.sound!.speak(toneOf(agentHz));
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(400))).toEqual([agentHz]);
  expect(whoIsHeard(await own.listen(400))).toEqual([callerHz]);
  call.hangUp();
  later.hangUp();
  await nodes.home.settle();
  await nodes.host.boot();
  expect(nodes.host.eventsOf('call.ended')).toEqual([]);
});

test('the home dies: the agent is free within seconds, and the call has one end', async () => {
  const { match, desk } = await talking();
  await nodes.home.node.kill();
  await desk.untilPresence('wrapping');
  expect(desk.state!.interaction).toMatchObject({ state: 'ended', endReason: { code: 'media-lost' } });
  await nodes.home.node.boot();
  const ended = await until('the end of the call', () =>
    nodes.home.node.eventsOf('call.ended').find(({ facts }) => facts.callId === match.callId),
  );
  expect(ended.facts.reason).toMatchObject({ party: 'platform', code: 'node-restarted' });
  expect(nodes.host.eventsOf('call.ended')).toEqual([]);
});
