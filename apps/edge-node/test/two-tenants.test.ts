/** C-06: two tenants on one node with equal names inside and nothing else in common; nothing of one reaches the other. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { findTones } from '@seatgrid/testkit/tone-finder.ts';
import type { FixtureTenant } from './fixture-config.ts';
import {
  TelephoneSide,
  layPrompts,
  numberWith,
  promptFile,
  type PromptFileAtHand,
} from './telephone-side.ts';
import { until } from './until.ts';

interface House {
  readonly tenant: FixtureTenant;
  readonly number: string;
  readonly queue: Queue;
  readonly welcomeHz: number;
  readonly musicHz: number;
  readonly key: string;
  readonly label: string;
}

let side: TelephoneSide;
const houses: House[] = [];
const allHz = [300, 500, 700, 900];

beforeAll(async () => {
  const prompts: PromptFileAtHand[] = [];
  side = await TelephoneSide.start((fixture) => {
    for (const [slug, number, welcomeHz, musicHz, key, label] of [
      ['red', '+864008000001', 300, 500, '1', 'Repairs'],
      ['blue', '+864008000002', 700, 900, '2', 'Flights'],
    ] as const) {
      const tenant = fixture.tenant({ slug, number: `${number}9`, agents: 2 });
      const welcome = promptFile(tenant, writeWav(makeTone({ frequencyHz: welcomeHz, durationMs: 600 }), 8_000), 600);
      const music = promptFile(tenant, writeWav(makeTone({ frequencyHz: musicHz, durationMs: 2_000 }), 8_000), 2_000);
      prompts.push(welcome, music);
      tenant.config.music = [music.id];
      const queue = fixture.queue(tenant, { name: 'Service' });
      const flow = fixture.flow(tenant, 'menu', {
        menu: { kind: 'menu', welcome: [{ kind: 'prompt', promptId: welcome.id }], prompt: [], invalid: [], choices: { [key]: { label, next: 'wait' } }, timeoutMs: 3_000, attempts: 3, otherwise: 'bye' },
        wait: { kind: 'enqueue', queueId: queue.id },
        bye: { kind: 'hang-up', say: [] },
      });
      numberWith(tenant, number, { kind: 'flow', flowId: flow.id });
      houses.push({ tenant, number, queue, welcomeHz, musicHz, key, label });
    }
  });
  layPrompts(side.node, prompts);
  await side.reconfigure();
}); // prettier-ignore

afterEach(() => side.settle());
afterAll(() => side?.close());

test.each([0, 1])('C-06: tenant %i: its own welcome, keys, music and agent, though all have the same names', async (index) => {
  const own = houses[index]!;
  const other = houses[1 - index]!;
  const otherDesk = await side.ready(other.tenant);
  const call = await side.ring(own.number);
  await call.until(['talking'], 5_000);
  await until('its welcome', () => findTones(call.rtp.heard().slice(-2_400), { frequenciesHz: [own.welcomeHz] }).length > 0);
  call.press(other.key);
  call.press(own.key);
  await until('its music', () => findTones(call.rtp.heard().slice(-2_400), { frequenciesHz: [own.musicHz] }).length > 0);
  expect(findTones(call.rtp.heard(), { frequenciesHz: allHz, amplitudeMin: 0.01 })).toEqual([own.welcomeHz, own.musicHz]);
  // The other tenant's agent is free all the while, has the same extension, and is not rung.
  expect(otherDesk.state!.interaction).toBeNull();
  const desk = await side.ready(own.tenant);
  expect(await desk.answer()).toMatchObject({ path: [own.label], queue: { name: 'Service' } });
  expect(otherDesk.state).toMatchObject({ interaction: null, presence: { state: 'ready' } });
  const { callId } = desk.state!.interaction!;
  for (const event of side.node.events())
    if ('callId' in event.facts && event.facts.callId === callId) expect(event.tenantId).toBe(own.tenant.config.tenant.id);
}); // prettier-ignore

test('an agent finds no queue, agent or call of the other tenant, even by its id', async () => {
  const [own, other] = houses as [House, House];
  const desk = await side.ready(own.tenant);
  const foreign = await side.ready(other.tenant);
  const call = await side.ring(own.number);
  await call.until(['talking'], 5_000);
  call.press(own.key);
  const { callId } = await desk.answer();
  const refused = { code: 'no-such-target' };
  expect(await desk.command({ kind: 'transfer', callId, target: { kind: 'queue', queueId: other.queue.id } })).toMatchObject(refused);
  expect(await desk.command({ kind: 'transfer', callId, target: { kind: 'agent', agentId: other.tenant.agents[1]!.id } })).toMatchObject(refused);
  for (const command of [{ kind: 'end' }, { kind: 'hold', isHeld: true }, { kind: 'mute', isMuted: true }] as const)
    expect(await foreign.command({ ...command, callId })).toMatchObject({ code: 'unknown-call' });
  expect(foreign.state!.colleagues.map(({ agentId }) => agentId)).toEqual(other.tenant.agents.map(({ id }) => id));
  expect(foreign.state!.queues.map(({ id }) => id)).toEqual([other.queue.id]);
  // The same extension means the colleague of the same house: the other's 1002 is there and is not rung.
  const foreignColleague = await side.ready(other.tenant, 1);
  expect(await desk.command({ kind: 'transfer', callId, target: { kind: 'number', number: '1002' } })).toMatchObject({ code: 'not-available' });
  expect(foreignColleague.state!.interaction).toBeNull();
  expect(desk.state!.interaction).toMatchObject({ callId, state: 'talking' });
}); // prettier-ignore
