import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findTones, loudness } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { FixtureConfig, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { recordingInProgress } from './recording-in-progress.ts';
import { TestDesk } from './test-desk.ts';
import { until } from './until.ts';

const callerHz = 1_000;
const agentHz = 650;
let node: NodeProcess;
let tenant: FixtureTenant;
let phone: TestPhone;

beforeAll(async () => {
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: ['127.0.0.2'] });
  tenant = fixture.tenant({ slug: 'demo', number: '+8640080010001', agents: 2 });
  const queue = fixture.queue(tenant, { isRecorded: true, wrapUpMs: 60_000 });
  const flow = fixture.flow(tenant, 'menu', {
    menu: {
      kind: 'menu',
      title: 'Main menu',
      welcome: [],
      prompt: [{ kind: 'text', text: { en: 'Press one for service' } }],
      invalid: [],
      choices: { '1': { label: 'Service', next: 'wait' } },
      timeoutMs: 5_000,
      attempts: 2,
      otherwise: 'bye',
    },
    wait: { kind: 'enqueue', queueId: queue.id },
    bye: { kind: 'hang-up', say: [] },
  });
  fixture.route(tenant, { kind: 'flow', flowId: flow.id });
  node = await NodeProcess.start(fixture);
  phone = await TestPhone.open({ address: '127.0.0.2' });
});

afterAll(async () => {
  await phone?.close();
  await node?.close();
});

test('B-17: a caller presses a key, waits with music, talks with an agent, and every step is on the record', async () => {
  const desk = await TestDesk.open(node, tenant);
  await desk.done({ kind: 'sign-in', device: 'browser' });
  const call = await phone.ring({
    host: nodeAddress,
    port: node.sipPort,
    number: '40080010001',
    from: '13800138000',
  });
  call.rtp.speak(makeTone({ frequencyHz: callerHz, durationMs: 1_000 }));
  await call.until(['talking'], 5_000);
  call.press('1');
  await node.event('queue.entered');
  await call.rtp.until(() => loudness(call.rtp.heard().slice(-4_000)) > 0.005, 5_000, 'music');

  await desk.done({ kind: 'ready' });
  const interaction = await desk.answer();
  expect(interaction).toMatchObject({
    direction: 'inbound',
    number: '13800138000',
    calledNumber: '+8640080010001',
    path: ['Service'],
    queue: { name: 'Service' },
    language: 'en',
    isRecorded: true,
  });
  desk.sound!.speak(makeTone({ frequencyHz: agentHz, durationMs: 1_000 }));
  await desk.listen(300);
  expect(findTones(await desk.listen(600), { frequenciesHz: [callerHz, agentHz] })).toEqual([callerHz]);
  expect(findTones(await call.rtp.listen(600), { frequenciesHz: [callerHz, agentHz] })).toEqual([agentHz]);

  const { left, right } = await until('half a second on disk', () => recordingInProgress(node.folder, 500));
  expect(findTones(left, { frequenciesHz: [callerHz, agentHz] })).toEqual([callerHz]);
  expect(findTones(right, { frequenciesHz: [callerHz, agentHz] })).toEqual([agentHz]);

  call.hangUp();
  const ended = await node.event('call.ended');
  expect(ended.facts).toMatchObject({ reason: { party: 'caller', code: 'hung-up' }, language: 'en' });
  expect(ended.facts.talkMs).toBeGreaterThan(1_000);
  const entered = await node.event('queue.entered');
  const leftQueue = await node.event('queue.left');
  expect(leftQueue.atMs).toBeGreaterThan(entered.atMs);
  expect(ended.facts.waitMs).toBe(leftQueue.facts.waitedMs);
  expect(Math.abs(leftQueue.facts.waitedMs - (leftQueue.atMs - entered.atMs))).toBeLessThan(500);
  await desk.untilPresence('wrapping');
  expect(desk.state!.interaction).toMatchObject({ state: 'ended', number: '13800138000' });
  const disposition = tenant.config.dispositions[0]!.id;
  await desk.done({
    kind: 'finish-wrap-up',
    callId: interaction.callId,
    dispositionId: disposition,
    notes: 'All well.',
  });
  await desk.untilPresence('ready');
  await node.event('interaction.closed', (facts) => facts.dispositionId === disposition);
  const recording = await node.event('recording.finished');
  expect(recording.facts).toMatchObject({
    format: 'mp3',
    isRecovered: false,
    agentIds: [desk.state!.agent.id],
  });
  expect(recording.facts.durationMs).toBeGreaterThan(1_500);
  expect(statSync(join(node.folder, 'recordings', recording.facts.path)).size).toBe(recording.facts.octets);
  const kinds = node
    .events()
    .filter((event) => 'callId' in event.facts && event.facts.callId === interaction.callId)
    .map((event) => event.facts.kind)
    // Presence and the conversion go their own way beside the call.
    .filter((kind) => kind !== 'agent.presence' && kind !== 'recording.finished' && kind !== 'leg.media');
  expect(kinds).toEqual([
    'call.started',
    'call.answered',
    'flow.step',
    'queue.entered',
    'reservation.made',
    'reservation.ended',
    'queue.left',
    'flow.step',
    'call.bridged',
    'agent.left-call',
    'call.ended',
    'interaction.closed',
  ]);
  desk.close();
});
