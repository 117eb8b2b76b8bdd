/** F-01, F-02, F-03, F-25: what callers in a queue hear and in which order they are served; E-06 as the supervisor sees it. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import type { FixtureTenant } from './fixture-config.ts';
import {
  TelephoneSide,
  layPrompts,
  numberWith,
  promptFile,
  type PromptFileAtHand,
} from './telephone-side.ts';
import { until } from './until.ts';

const english = '+864008000001';
const chinese = '+864008000002';
const musicHz = 330;
let side: TelephoneSide;
let harbor: FixtureTenant;
let lotus: FixtureTenant;

beforeAll(async () => {
  let music!: PromptFileAtHand;
  side = await TelephoneSide.start((fixture) => {
    harbor = fixture.tenant({ slug: 'harbor', number: '+864008009001', agents: 3, locale: 'en' });
    lotus = fixture.tenant({ slug: 'lotus', number: '+864008009002', agents: 3, locale: 'zh-Hans' });
    const tone = writeWav(makeTone({ frequencyHz: musicHz, durationMs: 2_000 }), 8_000);
    music = promptFile(harbor, tone, 2_000);
    const harborQueue = fixture.queue(harbor, {
      entry: [{ kind: 'text', text: { en: 'Please hold for an agent' } }],
      music: [music.id],
      waitingMax: 5,
      onFull: { kind: 'hang-up', say: [{ kind: 'text', text: { en: 'Everybody is busy today' } }] },
      announcePositionEveryMs: 5_000,
      ringTimeoutMs: 3_000,
    });
    const lotusQueue = fixture.queue(lotus, { announcePositionEveryMs: 5_000 });
    numberWith(harbor, english, { kind: 'queue', queueId: harborQueue.id });
    numberWith(lotus, chinese, { kind: 'queue', queueId: lotusQueue.id });
  });
  layPrompts(side.node, [music]);
  await side.reconfigure();
});

afterEach(() => side.settle());
afterAll(() => side?.close());

async function queued(number: string, from: string) {
  const call = await side.ring(number, from);
  await call.until(['talking'], 15_000);
  const isIt = ({ fromNumber, toNumber }: { fromNumber: string; toNumber: string }) =>
    fromNumber === from && toNumber === number;
  const { callId } = (await side.node.event('call.started', isIt)).facts;
  await side.node.event('queue.entered', (facts) => facts.callId === callId);
  return call;
}

test('F-25: a queue limited to five refuses the sixth into its full step; the five hear entry prompt, then their music', async () => {
  const five: PhoneCall[] = [];
  for (const from of ['1', '2', '3', '4', '5']) five.push(await queued(english, `1000${from}`));
  const sixth = await queued(english, '10006');
  await side.untilSaid(sixth, 'Everybody is busy today', 'en');
  await sixth.until(['ended'], 5_000);
  await side.node.written();
  expect(side.node.eventsOf('queue.left').map(({ facts }) => facts.cause)).toEqual(['full']);
  for (const call of five) expect(call.state.kind).toBe('talking');
  await side.untilSaid(five[4]!, 'Please hold for an agent', 'en');
  await until(
    'the music of the queue',
    async () => toneAmplitude(await five[4]!.rtp.listen(300), musicHz) > 0.02,
  );
});

const countdowns = [
  ['en', english, () => harbor, ['You are caller number 3 in the queue. Please stay on the line.', 'You are caller number 2 in the queue. Please stay on the line.', 'You are next in the queue. Please stay on the line.']],
  ['zh-Hans', chinese, () => lotus, ['您前面还有2位来电者正在等待，请稍候。', '您前面还有1位来电者正在等待，请稍候。', '您是下一位，请稍候。']],
] as const; // prettier-ignore

// Side by side: what is waited for is the time between two announcements.
test('F-25: the spoken position counts down in English and in Mandarin', async () => {
  const countDown = async ([locale, number, tenant, sentences]: (typeof countdowns)[number]) => {
    await queued(number, '20001');
    await queued(number, '20002');
    const third = await queued(number, '20003');
    await side.untilSaid(third, sentences[0], locale);
    expect(await side.wasSaid(third, sentences[1], locale)).toBe(false);
    const desks = [await side.ready(tenant(), 0)];
    expect((await desks[0]!.answer()).number).toBe('20001');
    third.rtp.startListening();
    await side.untilSaid(third, sentences[1], locale);
    desks.push(await side.ready(tenant(), 1));
    expect((await desks[1]!.answer()).number).toBe('20002');
    third.rtp.startListening();
    await side.untilSaid(third, sentences[2], locale);
    expect(await side.wasSaid(third, sentences[1], locale)).toBe(false);
  };
  await Promise.all(countdowns.map(countDown));
}, 90_000);

test('F-01, F-02: a waiting caller is offered within a second of an agent becoming ready; three callers in the order they came', async () => {
  for (const from of ['30001', '30002', '30003']) await queued(english, from);
  const desk = await side.ready(harbor, 0);
  for (const from of ['30001', '30002', '30003']) {
    expect((await desk.answer()).number).toBe(from);
    const { callId } = desk.state!.interaction!;
    await desk.done({ kind: 'end', callId });
  }
  await desk.untilPresence('ready');
  const presence = side.node.eventsOf('agent.presence').filter(({ facts }) => facts.agentId === harbor.agents[0]!.id);
  const waits = presence
    .filter(({ facts }) => facts.to === 'reserved')
    .map((reserved) => {
      const ready = presence.findLast((one) => one.sequence < reserved.sequence && one.facts.to === 'ready');
      return reserved.atMs - ready!.atMs;
    });
  console.log(`offered ${waits.slice(-3).join(', ')} ms after ready`);
  expect(waits.length).toBeGreaterThanOrEqual(3);
  expect(Math.max(...waits.slice(-3))).toBeLessThan(1_000);
}); // prettier-ignore

test('F-03: of three equal agents the one ready longest is rung first, then the next, then the last', async () => {
  const order = [2, 0, 1];
  for (const index of order) await side.ready(harbor, index);
  const rung: string[] = [];
  for (const from of ['40001', '40002', '40003']) {
    await queued(english, from);
    const made = await until('the next reservation', () => side.node.eventsOf('reservation.made').filter((event) => event.atMs >= side.node.eventsOf('call.started').at(-1)!.atMs).at(-1));
    rung.push(made.facts.agentId);
  }
  expect(rung).toEqual(order.map((index) => harbor.agents[index]!.id));
}); // prettier-ignore

test('E-06: ring no answer goes to the next agent; the agent’s desk and the supervisor’s floor tell it, and it is stored', async () => {
  const first = await side.ready(harbor, 0);
  const second = await side.ready(harbor, 1);
  await queued(english, '50001');
  const { callId } = await first.untilInteraction('ringing');
  expect((await second.answer(6_000)).callId).toBe(callId);
  expect(first.state!.presence).toMatchObject({ state: 'paused', pauseCause: 'ring-no-answer' });
  const expired = await side.node.event('reservation.ended', (facts) => facts.callId === callId && facts.outcome === 'expired');
  expect(expired.facts).toMatchObject({ agentId: harbor.agents[0]!.id });
  const paused = await side.node.event('agent.presence', (facts) => facts.agentId === harbor.agents[0]!.id && facts.pauseCause === 'ring-no-answer');
  expect(paused.facts.to).toBe('paused');
  const { tenants } = (await (await fetch(`${side.node.ready.localApi}/inspect`)).json()) as { tenants: { slug: string; floor: Floor }[] };
  const { notices } = tenants.find(({ slug }) => slug === 'harbor')!.floor;
  expect(notices).toContainEqual(expect.objectContaining({ kind: 'ring-no-answer', agentId: harbor.agents[0]!.id, callId }));
}); // prettier-ignore
