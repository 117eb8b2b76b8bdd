/**
 * B-05, H-17 to H-21: a supervisor whose browser reaches another node than the agent's, or whose desk phone is registered at one. Their own
 * node is their ear at the agent's; who hears whom is decided there.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { FarEarScene, hears } from './far-ear-scene.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { agentHz, callerHz, supervisorHz, toneOf } from './tones.ts';
import { until } from './until.ts';

let scene: FarEarScene;
let phone: RegisteredPhone | undefined;

beforeAll(async () => {
  scene = await FarEarScene.start();
}, 120_000);
afterEach(async () => {
  await phone?.register(0);
  await phone?.close();
  phone = undefined;
  await scene.settle();
});
afterAll(() => scene?.close(), 60_000);

const eventsOf = (callId: string) =>
  (['inspection.began', 'inspection.changed', 'inspection.ended'] as const)
    .flatMap((kind) => scene.agents.process.eventsOf(kind))
    .filter(({ facts }) => facts.callId === callId);

test('B-05, H-17 to H-21: a supervisor at another node listens, whispers, barges in and takes the caller over, as one beside the agent does', async () => {
  const { messages } = await scene.everyMode();
  expect(new Set(messages.map(({ leg }) => leg.split('-')[0]))).toContain('supervisor');
}, 90_000);

test('B-05: the caller’s own node is the supervisor’s, and the agent’s is another', async () => {
  await scene.everyMode(scene.supervisors);
}, 90_000);

test('H-20: a supervisor at another node cuts the call, whether they listen to it or not; the log names them', async () => {
  const { desk, call, callId } = await scene.talking();
  const supervisor = await scene.supervisor();
  await supervisor.done({ kind: 'release', agentId: scene.agentId });
  await call.until(['ended'], 4_000);
  const cut = await scene.agents.process.event('call.force-released', (facts) => facts.callId === callId);
  expect(cut.facts).toMatchObject({ agentId: scene.agentId, userName: 'Susan' });
  await desk.untilPresence('wrapping');
  await desk.done({ kind: 'ready' });
  const again = await scene.all.ring(scene.agents, scene.hotline);
  await desk.answer(20_000);
  const listening = await scene.listening();
  await listening.done({ kind: 'release', agentId: scene.agentId });
  await again.until(['ended'], 4_000);
  await until('the supervisor to be told why', () => listening.state!.endedWhy === 'call-over');
  expect(listening.state!.inspection).toBeNull();
  await desk.untilPresence('wrapping');
  await desk.done({ kind: 'ready' });
});

test('the ear goes with the agent: aside with a colleague, and out of the call when the agent is; the next call is heard anew', async () => {
  const { desk, call, callId } = await scene.talking();
  const colleague = await scene.all.ready(scene.agents, scene.all.agents[1]!);
  const supervisor = await scene.listening();
  const target = { kind: 'agent', agentId: scene.all.agents[1]!.agentId } as const;
  await desk.done({ kind: 'consult', callId, target });
  await colleague.answer();
  await hears(supervisor, agentHz);
  await desk.done({ kind: 'end-consult', callId, outcome: 'transfer' });
  await until('the listening to be over', () => supervisor.state!.inspection === null);
  expect(supervisor.state!.endedWhy).toBe('agent-left');
  call.hangUp();
  await colleague.untilPresence('ready');
  await colleague.done({ kind: 'not-ready', reasonId: null });
  const next = await scene.all.ring(scene.agents, scene.hotline);
  await desk.answer(20_000);
  desk.sound!.speak(toneOf(agentHz));
  await supervisor.monitor(scene.agentId);
  await hears(supervisor, agentHz, callerHz);
  next.hangUp();
  await until('to be told', () => supervisor.state!.endedWhy === 'call-over');
});

test('H-17 by desk phone: it is registered at another node than the agent, and hears and whispers from there; hanging up is leaving', async () => {
  const { desk, call, callId } = await scene.talking();
  const { address, process } = scene.supervisors;
  const proxy = { address, port: process.sipPort };
  phone = await RegisteredPhone.open(process, { extension: '8003', domain: 'acme.seatgrid', proxy });
  expect(await phone.register()).toBe(200);
  phone.rtp.speak(toneOf(supervisorHz));
  const supervisor = await scene.supervisor();
  const listen = { kind: 'monitor-by-phone', agentId: scene.agentId, extension: '8003' } as const;
  expect(await supervisor.command({ ...listen, extension: '8002' })).toMatchObject({ code: 'not-available' });
  await supervisor.done(listen);
  await until('the phone to ring', () => supervisor.state!.isPhoneRinging);
  expect(await supervisor.command(listen)).toMatchObject({ code: 'wrong-state' });
  expect(eventsOf(callId)).toEqual([]);
  const rung = await phone.liftHandset();
  expect(rung.from).toMatchObject({ user: '8001', displayName: 'Agent 0' });
  await until('to listen', () => supervisor.state!.inspection?.mode === 'monitor');
  await hears(phone.rtp, callerHz, agentHz);
  await hears(call.rtp, agentHz);
  await hears(desk, callerHz);
  await supervisor.done({ kind: 'switch', mode: 'whisper' });
  await hears(desk, callerHz, supervisorHz);
  await hears(call.rtp, agentHz);
  phone.hangUp();
  await until('the listening to be over', () => supervisor.state!.inspection === null);
  expect(supervisor.state!.endedWhy).toBe('left');
  await hears(desk, callerHz);
  await until('the end to be written', () => eventsOf(callId).length === 3);
  expect(eventsOf(callId).map(({ facts }) => facts.kind)).toEqual([
    'inspection.began',
    'inspection.changed',
    'inspection.ended',
  ]);

  // Declined; given up by the supervisor; the call is over first.
  await supervisor.done(listen);
  (await phone.untilRung()).reject(486);
  await until('to hear of it', () => supervisor.state!.endedWhy === 'no-answer');
  for (const stop of [() => supervisor.done({ kind: 'leave' }), () => call.hangUp()]) {
    await supervisor.done(listen);
    const given = await phone.untilRung();
    let isCancelled = false;
    given.onCancelled = () => (isCancelled = true);
    await stop();
    await until('the phone to stop ringing', () => isCancelled);
  }
  expect(eventsOf(callId)).toHaveLength(3);
});

test('nobody of another tenant listens or cuts, and an agent who does not talk is in no call', async () => {
  const stranger = await scene.supervisor(await scene.all.strangeSupervisor());
  const own = await scene.supervisor();
  const offer = 'v=0';
  const silent = scene.all.agents[2]!.agentId;
  expect(await own.command({ kind: 'monitor', agentId: silent, offer })).toMatchObject({ code: 'no-call' });
  const { call } = await scene.talking();
  const nobody = '01890000-0000-7000-8000-000000000000' as never;
  const answers = [
    await stranger.command({ kind: 'monitor', agentId: scene.agentId, offer }),
    await stranger.command({ kind: 'monitor', agentId: nobody, offer }),
    await stranger.command({ kind: 'release', agentId: scene.agentId }),
    await stranger.command({ kind: 'monitor-by-phone', agentId: scene.agentId, extension: '8003' }),
  ].map((reply) => (reply.kind === 'refusal' ? reply.code : 'done'));
  expect(answers).toEqual(Array(4).fill('no-such-agent'));
  await hears(call.rtp, agentHz);
});

test('without the centre who listens goes on, in every mode; nobody begins to listen at another node', async () => {
  const { desk, call } = await scene.talking();
  const supervisor = await scene.listening();
  const late = await scene.supervisor();
  await scene.all.killCentre();
  await until('the node to miss the centre', async () => {
    const reply = await late.command({ kind: 'monitor', agentId: scene.agentId, offer: 'v=0' });
    return reply.kind === 'refusal' && /centre is away/.test(reply.detail);
  }, 20_000); // prettier-ignore
  expect(await late.command({ kind: 'release', agentId: scene.agentId })).toMatchObject({ kind: 'refusal' });
  await hears(supervisor, agentHz, callerHz);
  await supervisor.done({ kind: 'switch', mode: 'whisper' });
  await hears(desk, callerHz, supervisorHz);
  await hears(call.rtp, agentHz);
  await supervisor.done({ kind: 'leave' });
  await hears(desk, callerHz);
}, 60_000);
