/** A node killed in the middle of everything, and started again: nothing lost, nothing twice. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { FixtureConfig, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, toneOf } from './tones.ts';
import { until } from './until.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function start(): Promise<{ node: NodeProcess; tenant: FixtureTenant; phone: TestPhone }> {
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: ['127.0.0.2'] });
  const tenant = fixture.tenant({ slug: 'demo', number: '+8640080010001', agents: 2 });
  const queue = fixture.queue(tenant, { isRecorded: true });
  fixture.route(tenant, { kind: 'queue', queueId: queue.id });
  const node = await NodeProcess.start(fixture);
  open.push(node);
  const phone = await TestPhone.open({ address: '127.0.0.2' });
  open.push(phone);
  return { node, tenant, phone };
}

test('killed in mid-call: each call has one end, the recording is there, the day’s figures go on', async () => {
  const { node, tenant, phone } = await start();
  const ring = async () => {
    const call = await phone.ring({
      host: nodeAddress,
      port: node.sipPort,
      number: '+8640080010001',
      from: '13800138000',
    });
    call.rtp.speak(toneOf(callerHz));
    await call.until(['talking'], 5_000);
    return call;
  };
  const desk = await TestDesk.ready(node, tenant);
  const finished = await ring();
  await desk.answer();
  finished.hangUp();
  await desk.untilPresence('ready');
  await ring();
  const { callId } = await desk.answer();
  desk.sound!.speak(toneOf(agentHz));
  await ring();
  await desk.listen(2_500);
  await until('everything on disk', () => node.eventsOf('queue.entered').length === 3);
  await node.kill();
  desk.close();
  await node.boot();

  const started = await node.event('node.started', (facts) => facts.openCallsClosed === 2);
  expect(started.facts.generation).toBe(1);
  const ends = node.eventsOf('call.ended');
  expect(new Set(ends.map((event) => event.facts.callId)).size).toBe(3);
  expect(ends.length).toBe(3);
  const cut = ends.find((event) => event.facts.callId === callId)!;
  expect(cut.facts.reason).toEqual({ party: 'platform', code: 'node-restarted' });
  const recovered = await node.event('recording.finished', (facts) => facts.isRecovered, 20_000);
  expect(recovered.facts).toMatchObject({ callId, agentIds: [tenant.agents[0]!.id] });
  expect(recovered.facts.durationMs).toBeGreaterThan(1_800);
  const file = join(node.folder, 'recordings', recovered.facts.path);
  expect(statSync(file).size).toBe(recovered.facts.octets);
  const sequences = node.events().map((event) => event.sequence);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));

  const again = await TestDesk.ready(node, tenant);
  expect(again.state!.figures.callsAnswered).toBe(2);
  await ring();
  await again.answer();
  again.close();
}, 60_000);

test('advice given before a restart is no call answered after it, and what follows the call is known to the desk', async () => {
  const { node, tenant, phone } = await start();
  const asking = await TestDesk.ready(node, tenant, 0);
  const call = await phone.ring({
    host: nodeAddress,
    port: node.sipPort,
    number: '+8640080010001',
    from: '13800138000',
  });
  const { callId } = await asking.answer();
  const adviser = await TestDesk.ready(node, tenant, 1);
  await asking.done({ kind: 'consult', callId, target: { kind: 'agent', agentId: tenant.agents[1]!.id } });
  await adviser.answer();
  expect(adviser.state!.figures.callsAnswered).toBe(0);
  const [reason] = tenant.config.pauseReasons;
  expect(asking.state!.presence.afterwards).toBeNull();
  await asking.done({ kind: 'not-ready', reasonId: reason!.id });
  await until('the desk to say what follows', () => asking.state!.presence.afterwards);
  expect(asking.state!.presence.afterwards).toEqual({ pauseReasonId: reason!.id, pauseCause: 'chosen' });
  asking.close();
  const other = await TestDesk.open(node, tenant, 0);
  expect(other.state!.presence.afterwards).toMatchObject({ pauseReasonId: reason!.id });
  await other.done({ kind: 'end-consult', callId, outcome: 'back' });
  call.hangUp();
  await other.untilPresence('paused');
  expect(other.state!.presence).toMatchObject({ pauseReasonId: reason!.id, afterwards: null });
  await node.kill();
  other.close();
  adviser.close();
  await node.boot();
  const again = await TestDesk.open(node, tenant, 1);
  expect(again.state!.figures.callsAnswered).toBe(0);
  const first = await TestDesk.open(node, tenant, 0);
  expect(first.state!.figures.callsAnswered).toBe(1);
  again.close();
  first.close();
}, 60_000);

test('asked to stop, it lets a call finish or ends it, accounts for it, and leaves with 0', async () => {
  const { node, tenant, phone } = await start();
  const desk = await TestDesk.ready(node, tenant);
  const call = await phone.ring({
    host: nodeAddress,
    port: node.sipPort,
    number: '+8640080010001',
    from: '13800138000',
  });
  await desk.answer();
  const code = node.terminate();
  await until('the node to stop taking calls', () => node.stderr.includes('the node stops'));
  const late = await phone.ring({
    host: nodeAddress,
    port: node.sipPort,
    number: '+8640080010001',
    from: '13800138001',
  });
  expect(await late.until(['failed'], 5_000)).toMatchObject({ status: 503 });
  expect(await code).toBe(0);
  await call.until(['ended'], 2_000);
  expect(node.eventsOf('call.ended').map((event) => event.facts.reason.party)).toEqual(['platform']);
  const last = node.eventsOf('agent.presence').at(-1)!;
  expect(last.facts.to).toBe('offline');
  desk.close();
});

test('a node that finds its port taken says so, and leaves with 3', async () => {
  const { node } = await start();
  await expect(NodeProcess.start(node.fixture, { SEATGRID_SIP_PORT: String(node.sipPort) })).rejects.toThrow(
    new RegExp(`ended with 3[^]*${node.sipPort}`),
  );
});

test('wrong settings are all named at once, and it leaves with 2', async () => {
  const wrong = NodeProcess.start(new FixtureConfig(), {
    SEATGRID_SIP_PORT: 'five',
    SEATGRID_RTP_PORTS: '9',
    SEATGRID_SIP_ADDRESS: 'here',
  });
  await expect(wrong).rejects.toThrow(/ended with 2[^]*SIP_ADDRESS[^]*SIP_PORT[^]*RTP_PORTS/);
});
