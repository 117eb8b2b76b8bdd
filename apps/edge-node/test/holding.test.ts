/** E-01, E-04, E-11: hold and retrieve by the packet, a desk phone that answers by itself, one agent on two devices. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { framesWithoutTone, loudness } from '@seatgrid/testkit/tone-finder.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';

const number = '+864008000001';
const frameMs = 20;
let side: TelephoneSide;
let tenant: FixtureTenant;
let handset: RegisteredPhone | undefined;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
    tenant.config.agents[1]!.isAutoAnswer = true;
    numberWith(tenant, number, { kind: 'queue', queueId: fixture.queue(tenant).id });
  });
});

afterEach(async () => {
  handset?.hangUp();
  await side.settle();
  await handset?.register(0);
  await handset?.close();
  handset = undefined;
});
afterAll(() => side?.close());

async function registered(extension: string): Promise<RegisteredPhone> {
  handset = await RegisteredPhone.open(side.node, { extension, domain: 'demo.seatgrid' });
  expect(await handset.register()).toBe(200);
  handset.rtp.speak(toneOf(agentHz));
  return handset;
}

test('E-11: retrieved, speech is back within a packet or two, and both directions at once', async () => {
  const desk = await side.ready(tenant);
  const call = await side.ring(number);
  const { callId } = await desk.answer();
  desk.sound!.speak(toneOf(agentHz));
  await call.rtp.listen(500);
  const gaps: number[] = [];
  for (let round = 0; round < 3; round++) {
    await desk.done({ kind: 'hold', callId, isHeld: true });
    await call.rtp.listen(400);
    const held = await call.rtp.listen(300);
    expect(whoIsHeard(held)).toEqual([]);
    expect(loudness(held)).toBeGreaterThan(0.005);
    call.rtp.startListening();
    await desk.done({ kind: 'hold', callId, isHeld: false });
    // The node has retrieved when it says so: what is heard from here on should be speech.
    const heardBeforeMs = call.rtp.heard().length / 8;
    await call.rtp.until(() => call.rtp.heard().length / 8 >= heardBeforeMs + 400, 4_000, 'speech');
    const silent = framesWithoutTone(call.rtp.heard(), agentHz);
    const speechFromMs = ((silent.at(-1) ?? -1) + 1) * frameMs;
    gaps.push(Math.max(0, Math.round(speechFromMs - heardBeforeMs)));
  }
  console.log(`speech ${gaps.join(', ')} ms after the desk was told`);
  expect(Math.min(...gaps)).toBeLessThanOrEqual(2 * frameMs);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(5 * frameMs);
});

test('E-01: the same agent takes a call on a desk phone and then in the browser', async () => {
  const phone = await registered('1001');
  const desk = side.track(await TestDesk.open(side.node, tenant));
  await desk.done({ kind: 'sign-in', device: 'phone' });
  await desk.done({ kind: 'ready' });
  const first = await side.ring(number);
  await phone.liftHandset();
  await desk.untilInteraction('talking');
  await first.rtp.listen(300);
  expect(whoIsHeard(await first.rtp.listen(400))).toEqual([agentHz]);
  expect(whoIsHeard(await phone.rtp.listen(400))).toEqual([callerHz]);
  first.hangUp();
  await desk.untilPresence('ready');
  await desk.done({ kind: 'sign-out' });
  await desk.done({ kind: 'sign-in', device: 'browser' });
  await desk.done({ kind: 'ready' });
  const second = await side.ring(number);
  const { callId } = await desk.answer();
  desk.sound!.speak(toneOf(agentHz));
  await second.rtp.listen(300);
  expect(whoIsHeard(await second.rtp.listen(400))).toEqual([agentHz]);
  expect(phone.rung).toEqual([]);
  const bridged = await side.node.event('call.bridged', (facts) => facts.callId === callId);
  expect(bridged.facts.agentId).toBe(tenant.agents[0]!.id);
});

test('E-04: a desk phone is asked to answer by itself when the agent wants it so, and not otherwise', async () => {
  for (const [index, isAsked] of [[1, true], [0, false]] as const) {
    const phone = await registered(tenant.agents[index]!.extension);
    const desk = side.track(await TestDesk.open(side.node, tenant, index));
    await desk.done({ kind: 'sign-in', device: 'phone' });
    await desk.done({ kind: 'ready' });
    await side.ring(number);
    const invite = await phone.liftHandset();
    expect(invite.header('call-info')?.includes('answer-after') ?? false).toBe(isAsked);
    await desk.untilInteraction('talking');
    phone.hangUp();
    await side.settle();
    await phone.register(0);
    await phone.close();
    handset = undefined;
  }
}); // prettier-ignore
