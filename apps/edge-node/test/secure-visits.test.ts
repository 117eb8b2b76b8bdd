/** B-02: between two sites nothing can be read, neither what is said of a call nor what is said in it, and no other node can stand in. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FixtureTenant } from './fixture-config.ts';
import { freePort } from './node-process.ts';
import { numberWith } from './telephone-side.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';
import { TwoNodes } from './two-nodes.ts';

const hotline = '+864008000001';

let nodes: TwoNodes;
let tenant: FixtureTenant;

beforeAll(async () => {
  const port = await freePort();
  nodes = await TwoNodes.start(
    (fixture) => {
      tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
      const queue = fixture.queue(tenant, { wrapUpMs: 0 });
      numberWith(tenant, hotline, { kind: 'queue', queueId: queue.id });
    },
    // Each at an address of its own; nobody gave either a certificate.
    { SEATGRID_SIP_TLS_PORT: String(port) },
  );
});
afterEach(() => nodes.settle());
afterAll(() => nodes?.close());

test('a call goes to the other site over TLS and SRTP, to the certificate it was told of', async () => {
  const call = await nodes.home.ring(hotline);
  const match = await nodes.waiting();
  const { desk } = await nodes.served(match, tenant, 0);
  desk.sound!.speak(toneOf(agentHz));
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(400))).toEqual([agentHz]);
  expect(whoIsHeard(await desk.listen(400))).toEqual([callerHz]);
  const ladder = await nodes.ladder(match.callId);
  const visit = ladder.messages.filter(({ leg }) => leg.startsWith('visit'));
  expect(new Set(visit.map(({ protocol }) => protocol))).toEqual(new Set(['tls']));
  expect(visit[0]!.text).toMatch(/m=audio \d+ RTP\/SAVP /);
  call.hangUp();
});

test('a node that shows another certificate is told nothing of the call, and the caller waits on', async () => {
  const call = await nodes.home.ring(hotline);
  const match = await nodes.waiting();
  const desk = await nodes.ready(tenant, 0);
  const agentId = tenant.agents[0]!.id;
  const place = (await nodes.expect(match, tenant, agentId))!;
  const fingerprint = `${'0'.repeat(63)}1`;
  expect(await nodes.claim(match, tenant, agentId, { ...place, fingerprint })).toBe(true);
  const own = await nodes.home.ready(tenant, 1);
  expect(await own.answer()).toMatchObject({ callId: match.callId });
  expect(desk.state!.interaction).toBeNull();
  const reserved = nodes.host.eventsOf('reservation.made');
  expect(reserved.filter(({ facts }) => facts.callId === match.callId)).toEqual([]);
  call.hangUp();
});
