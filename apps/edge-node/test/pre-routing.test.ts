/**
 * B-06, pre-routing: a carrier's SBC (Kamailio) that follows redirects brings its calls to one node; nodes of a true centre lead them,
 * before they are taken, to where an agent is free.
 */
import { setTimeout as passing } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { makeCertificate } from '@seatgrid/testkit/test-certificate.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import { hasKamailio, Kamailio } from './kamailio.ts';
import { sbcScript } from './kamailio-sbc.ts';
import type { TestDesk } from './test-desk.ts';
import { callerHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

if (!hasKamailio) console.warn('SKIPPED: kamailio is not installed (Debian: kamailio)');

describe.skipIf(!hasKamailio)('a trunk that follows redirects', () => {
  const address = '127.0.0.14';
  let all: CentredNodes;
  let first: CentredNode;
  let near: CentredNode;
  let far: CentredNode;
  let sbc: Kamailio;
  const calls: PhoneCall[] = [];
  let callers = 0;

  beforeAll(async () => {
    all = await CentredNodes.start(['127.0.0.1', '127.0.0.12', '127.0.0.13'], 3);
    [first, near, far] = all.nodes as [CentredNode, CentredNode, CentredNode];
    await all.place(first, { longitude: 121.5 });
    await all.place(near, { longitude: 120.5 });
    await all.place(far, { longitude: 116.4 });
    for (const { nodeId } of all.nodes)
      await all.platform.call('POST /api/platform/trunks', {
        body: {
          nodeId,
          name: 'SBC',
          sources: [address],
          target: null,
          account: null,
          followsRedirects: true,
          channelsMax: 30,
          inboundChannelsMax: null,
          outboundChannelsMax: null,
        },
      });
    sbc = await Kamailio.start({
      address,
      certificate: makeCertificate(`IP:${address}`),
      script: () => sbcScript({ host: first.address, port: first.process.sipPort }),
    });
  }, 120_000);
  afterEach(async () => {
    for (const call of calls.splice(0)) call.hangUp();
    await all.settle();
  });
  afterAll(async () => {
    await sbc?.close();
    await all?.close();
  }, 60_000);

  async function ring(number: string, from: string): Promise<PhoneCall> {
    const call = await all.phone.ring({ host: address, port: sbc.ports.plain, number, from });
    call.rtp.speak(toneOf(callerHz));
    calls.push(call);
    return call;
  }

  const nextCaller = () => `1380013${String(9_000 + callers++)}`;
  const startedAt = (node: CentredNode, from: string) =>
    node.process.eventsOf('call.started').some(({ facts }) => facts.fromNumber === from);

  /** Null: refused, as a busy machine does now and then. */
  async function serverOf(number: string, from: string): Promise<CentredNode | null> {
    const call = await ring(number, from);
    const found = () => all.nodes.find((node) => startedAt(node, from));
    return until('the call to be somewhere', () =>
      call.state.kind === 'failed' ? { node: null } : found() && { node: found()! },
    ).then(({ node }) => node);
  }

  /** Until a call is served there: whoever is busy refuses, and knows of a change a moment later. */
  const servedBy = (node: CentredNode, number: string) =>
    until('the calls to go there', async () => (await serverOf(number, nextCaller())) === node, 30_000);

  /** Calls until one is led to that node: the first hears nothing of the centre in time where the machine is busy, and takes them. */
  async function led(to: CentredNode, desk: TestDesk, number: string): Promise<string> {
    return until(
      'a call to be led',
      async () => {
        const from = nextCaller();
        if ((await serverOf(number, from)) === to) return from;
        calls.splice(0).forEach((call) => call.hangUp());
        await desk.untilPresence('ready');
        return undefined;
      },
      30_000,
    );
  }

  test('B-06: a call for which no agent is free here is led, before it is taken, to the nearest node where one is, and heard there', async () => {
    const { number } = await all.queue();
    const desk = await all.ready(near, all.agents[0]!);
    await all.ready(far, all.agents[1]!);
    const from = await led(near, desk, number);
    const { callId } = await desk.untilInteraction('ringing', 20_000);
    await desk.answer();
    await until('the caller to be heard', async () => whoIsHeard(await desk.listen(400)).includes(callerHz));
    const isIt = ({ fromNumber }: { fromNumber: string }) => fromNumber === from;
    const refused = await first.process.event('call.refused', isIt);
    expect(refused.facts).toMatchObject({ reason: 'redirected', toNumber: number });
    // No part of the call, and none of its sound, is at the node it was brought to.
    expect(startedAt(first, from)).toBe(false);
    const started = await near.process.event('call.started', isIt);
    expect(started.facts.callId).toBe(callId);
  }, 90_000); // prettier-ignore

  test('an agent who is free at the node itself is rung there, and nobody is asked', async () => {
    const { number } = await all.queue();
    const own = await all.ready(first, all.agents[0]!);
    await all.ready(near, all.agents[1]!);
    const from = nextCaller();
    await ring(number, from);
    await own.untilInteraction('ringing', 20_000);
    await first.process.event('call.started', (facts) => facts.fromNumber === from);
  }, 60_000);

  test('where no agent is free anywhere the call waits where it came', async () => {
    const { number } = await all.queue();
    await servedBy(first, number);
  }, 60_000);

  test('a call that was led here is not led on, though an agent is free elsewhere', async () => {
    const { number } = await all.queue();
    await all.ready(near, all.agents[0]!);
    await passing(1_000);
    const led = await TestPhone.open({ address });
    try {
      const { address: host, process } = first;
      const place = { host, port: process.sipPort, number, from: nextCaller() };
      const call = await led.ring({ ...place, uriParams: ';cause=302' });
      await process.event('call.started', ({ fromNumber }) => fromNumber === place.from);
      call.hangUp();
      await process.event('call.ended');
    } finally {
      await led.close();
    }
  }, 60_000);

  test('C-12: a call for a tenant that is not served here is led to a node that serves it; for a number that is nobody’s it is refused', async () => {
    const { number } = await all.queue();
    const place = (nodeIds: NodeId[] | null) =>
      all.platform.call('PUT /api/platform/tenants/:id/placement', {
        params: { id: all.tenantId },
        body: { nodeIds },
      });
    await place([far.nodeId]);
    // Of those it took before it knew nobody keeps it here.
    await until('the calls to go there', async () => {
      const from = nextCaller();
      const node = await serverOf(number, from);
      calls.splice(0).forEach((call) => call.hangUp());
      if (node !== far) return false;
      const refused = first.process.eventsOf('call.refused').find(({ facts }) => facts.fromNumber === from);
      return refused?.facts.reason === 'redirected' && refused.tenantId === null;
    }, 30_000);
    const stray = await ring('+864009999999', nextCaller());
    await until('the stray call to be refused', () => stray.state.kind === 'failed');
    expect(stray.state).toMatchObject({ status: 404 });
    await place(null);
    await servedBy(first, number);
  }, 90_000); // prettier-ignore

  test('a drained node leads its calls on, and one whose centre is gone takes what it can', async () => {
    const { number } = await all.queue();
    const params = { id: first.nodeId };
    await all.platform.call('POST /api/platform/nodes/:id/drain', { params });
    await servedBy(near, number);
    await all.platform.call('POST /api/platform/nodes/:id/serve', { params });
    await servedBy(first, number);
    calls.splice(0).forEach((call) => call.hangUp());
    const desk = await all.ready(near, all.agents[0]!);
    await led(near, desk, number);
    calls.splice(0).forEach((call) => call.hangUp());
    await desk.untilPresence('ready');
    await all.killCentre();
    await servedBy(first, number);
  }, 90_000); // prettier-ignore
});
