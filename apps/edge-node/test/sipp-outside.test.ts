/** E-05, D-02 and blind transfer, with SIPp as the carrier that takes outgoing calls and gives back what it hears. */
import { createSocket } from 'node:dgram';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { hasSipp, runSipp } from './sipp.ts';
import { answeringCarrier } from './sipp-scenarios.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { agentHz, callerHz, toneOf } from './tones.ts';
import { until } from './until.ts';

if (!hasSipp) console.warn('SKIPPED: sipp is not installed (Debian: sip-tester)');

describe.skipIf(!hasSipp)('SIPp as the outside', () => {
  const address = '127.0.0.6';
  let side: TelephoneSide;
  let tenant: FixtureTenant;
  let carrierPort: number;
  let carrier: Promise<void>;

  beforeAll(async () => {
    carrierPort = await freePort(address);
    side = await TelephoneSide.start((fixture) => {
      // The first trunk that leads outwards is the one used.
      fixture.trunks.length = 0;
      fixture.trunk({ sources: ['127.0.0.2', address], target: { host: address, port: carrierPort } });
      tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
      numberWith(tenant, '+864008000001', { kind: 'queue', queueId: fixture.queue(tenant).id });
      const flow = fixture.flow(tenant, 'dial', {
        dial: { kind: 'dial', number: '13955556666', ringTimeoutMs: 5_000, onFailed: 'bye' },
        bye: { kind: 'hang-up', say: [] },
      });
      numberWith(tenant, '+864008000002', { kind: 'flow', flowId: flow.id });
    });
  });

  afterEach(() => side.settle());
  afterAll(() => side?.close());

  /** Takes one call, until it is hung up. */
  async function carrierAnswers(): Promise<void> {
    const media = await freePort(address);
    carrier = runSipp({
      scenario: answeringCarrier,
      target: '127.0.0.1',
      address,
      deadlineSeconds: 25,
      arguments: ['-p', String(carrierPort), '-mi', address, '-mp', String(media & ~1), '-rtp_echo'],
    });
    await until('SIPp to listen', () => isTaken(address, carrierPort));
  }

  const echo = (sound: { listen(durationMs: number): Promise<Int16Array> }, hz: number) =>
    until('the own voice from outside', async () => toneAmplitude(await sound.listen(300), hz) > 0.05);

  test('a blind transfer reaches it; caller and carrier hear each other; both ends are released', async () => {
    await carrierAnswers();
    const desk = await side.ready(tenant);
    const call = await side.ring('+864008000001');
    const { callId } = await desk.answer();
    await desk.done({ kind: 'transfer', callId, target: { kind: 'number', number: '13911112222' } });
    await echo(call.rtp, callerHz);
    await desk.untilPresence('ready');
    call.hangUp();
    await carrier;
    const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
    expect(ended.facts.reason).toEqual({ party: 'caller', code: 'hung-up' });
  });

  test('an agent’s outgoing call reaches it, marked as outgoing', async () => {
    await carrierAnswers();
    const desk = await side.ready(tenant);
    const sound = await desk.openSound();
    const { callId, answer } = await desk.done({ kind: 'dial', number: '13911112222', offer: sound.offerSdp });
    await sound.accept(answer!);
    sound.speak(toneOf(agentHz));
    await desk.untilInteraction('talking');
    await echo(desk, agentHz);
    await desk.done({ kind: 'end', callId: callId! });
    await carrier;
    const started = await side.node.event('call.started', (facts) => facts.callId === callId);
    expect(started.facts).toMatchObject({ direction: 'outbound', toNumber: '13911112222', fromNumber: '+864008000000' });
  }); // prettier-ignore

  test('a flow that dials reaches it', async () => {
    await carrierAnswers();
    const call = await side.ring('+864008000002');
    await call.until(['talking'], 5_000);
    await echo(call.rtp, callerHz);
    call.hangUp();
    await carrier;
  });
});

function freePort(address: string): Promise<number> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, address, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

function isTaken(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(true));
    socket.bind(port, address, () => socket.close(() => resolve(false)));
  });
}
