/** A-01, D-01: how soon a caller hears something, whose numbers stand where, and that whoever is left hears the release tone. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loudness, toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { ownTime } from './own-time.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { agentHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const busyToneHz = 450;
let side: TelephoneSide;
let tenant: FixtureTenant;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
    const queue = fixture.queue(tenant);
    numberWith(tenant, '+864008000001', { kind: 'queue', queueId: queue.id });
    const goodbye = fixture.flow(tenant, 'bye', {
      bye: { kind: 'hang-up', say: [{ kind: 'text', text: { en: 'Goodbye' } }] },
    });
    numberWith(tenant, '+864008000002', { kind: 'flow', flowId: goodbye.id });
    const dial = fixture.flow(tenant, 'dial', {
      dial: { kind: 'dial', number: '13955556666', ringTimeoutMs: 5_000, onFailed: 'bye' },
      bye: { kind: 'hang-up', say: [] },
    });
    numberWith(tenant, '+864008000003', { kind: 'flow', flowId: dial.id });
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

/** The tone that follows the far side's end, or an error. */
async function untilReleaseTone(party: { listen(durationMs: number): Promise<Int16Array> }): Promise<void> {
  await until('the release tone', async () => toneAmplitude(await party.listen(200), busyToneHz) > 0.05);
}

test('A-01: a call through a trunk hears its first prompt within two seconds, and its ring at the desk comes as soon', async () => {
  const heardAfter = ownTime(side.node.pid);
  const call = await side.ring('+864008000002');
  await call.rtp.until(() => loudness(call.rtp.heard().slice(-1_600)) > 0.01, 15_000, 'the first word');
  const heardAfterMs = heardAfter();
  await call.until(['ended'], 20_000);
  const desk = await side.ready(tenant);
  const rangAfter = ownTime(side.node.pid);
  await side.ring('+864008000001');
  await desk.untilInteraction('ringing');
  const rangAfterMs = rangAfter();
  console.log(
    `first word after ${heardAfterMs.toFixed(0)} ms, desk rings after ${rangAfterMs.toFixed(0)} ms`,
  );
  expect(heardAfterMs).toBeLessThan(2_000);
  expect(rangAfterMs).toBeLessThan(2_000);
});

test('A-01: both numbers are the same at the desk and in the record', async () => {
  const desk = await side.ready(tenant);
  await side.ring('+864008000001', '+8613700001111');
  const shown = await desk.answer();
  expect(shown).toMatchObject({ number: '+8613700001111', calledNumber: '+864008000001' });
  const started = await side.node.event('call.started', (facts) => facts.callId === shown.callId);
  expect(started.facts).toMatchObject({
    direction: 'inbound',
    fromNumber: '+8613700001111',
    toNumber: '+864008000001',
  });
});

test('A-01: the caller hangs up: the agent hears the release tone, and both legs are closed in the record', async () => {
  const desk = await side.ready(tenant);
  const call = await side.ring('+864008000001');
  const { callId } = await desk.answer();
  await desk.listen(300);
  call.hangUp();
  await untilReleaseTone(desk);
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'caller', code: 'hung-up' });
  const left = await side.node.event('agent.left-call', (facts) => facts.callId === callId);
  expect(left.facts.by).toBe('other');
  expect((await desk.untilInteraction('ended')).endReason).toEqual({ party: 'caller', code: 'hung-up' });
});

test('A-01: the agent hangs up: the caller hears the release tone, then the line is closed', async () => {
  const desk = await side.ready(tenant);
  const call = await side.ring('+864008000001');
  const { callId } = await desk.answer();
  desk.sound!.speak(toneOf(agentHz));
  await desk.done({ kind: 'end', callId });
  await untilReleaseTone(call.rtp);
  await call.until(['ended'], 15_000);
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'agent', code: 'hung-up' });
});

test('A-01, D-01: the flow releases: the caller hears the release tone, then the line is closed', async () => {
  const call = await side.ring('+864008000002');
  await side.untilSaid(call, 'Goodbye', 'en');
  await untilReleaseTone(call.rtp);
  await call.until(['ended'], 15_000);
});

test('A-01, D-02: an outside number a flow dialled hangs up: the caller hears the release tone', async () => {
  const call = await side.ring('+864008000003');
  await call.until(['talking'], 15_000);
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(400))).toEqual([outsideHz]);
  side.outsideLeg!.dialog.bye();
  await untilReleaseTone(call.rtp);
  await call.until(['ended'], 15_000);
  await side.node.written();
  const { callId } = side.node.eventsOf('call.started').at(-1)!.facts;
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'trunk', code: 'hung-up' });
});
