/** B-02, B-05: a supervisor's ear at another node over TLS and SRTP; and what is left when either node dies without a word. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { FarEarScene, hears } from './far-ear-scene.ts';
import { freePort } from './node-process.ts';
import { agentHz, callerHz, supervisorHz } from './tones.ts';
import { until } from './until.ts';

/** Asked for a sign of life every two seconds, given two for it, and listened to for one and a half. */
const noticedMsMax = 8_000;

let scene: FarEarScene;
let isLost = false;

beforeAll(async () => {
  const port = String(await freePort());
  scene = await FarEarScene.start(() => ({ SEATGRID_SIP_TLS_PORT: port }));
}, 120_000);
afterEach(() => (isLost ? undefined : scene.settle()));
afterAll(() => scene?.close(), 60_000);

test('B-05: every mode over TLS and SRTP, to the certificate the agent’s node was named with', async () => {
  const { messages } = await scene.everyMode();
  const ear = messages.filter(({ leg }) => leg.startsWith('supervisor'));
  expect(new Set(ear.map(({ protocol }) => protocol))).toEqual(new Set(['tls']));
  expect(ear[0]!.text).toMatch(/m=audio \d+ RTP\/SAVP /);
}, 90_000);

test('B-05: the supervisor’s node dies while they are part of the call: customer and agent talk on, and the listening has its end', async () => {
  const { desk, call, callId } = await scene.talking();
  const supervisor = await scene.listening();
  await supervisor.done({ kind: 'switch', mode: 'whisper' });
  await hears(desk, callerHz, supervisorHz);
  const { process } = scene.supervisors;
  await process.kill();
  const diedAtMs = Date.now();
  const ended = await scene.agents.process.event(
    'inspection.ended',
    (facts) => facts.callId === callId,
    20_000,
  );
  console.log(`the supervisor’s node is missed after ${ended.atMs - diedAtMs} ms`);
  expect(ended.atMs - diedAtMs).toBeLessThan(noticedMsMax);
  await hears(call.rtp, agentHz);
  await hears(desk, callerHz);
  await process.boot();
  const again = await scene.listening();
  await hears(again, agentHz, callerHz);
}, 60_000);

test('B-05: the agent’s node dies: the supervisor is told so, and nothing is left of the listening at theirs', async () => {
  await scene.talking();
  const supervisor = await scene.listening();
  isLost = true;
  await scene.agents.process.kill();
  const diedAtMs = Date.now();
  await until('the supervisor to be told', () => supervisor.state!.endedWhy, 20_000);
  console.log(`the agent’s node is missed after ${Date.now() - diedAtMs} ms`);
  expect(supervisor.state).toMatchObject({ inspection: null, endedWhy: 'node-lost' });
  expect(Date.now() - diedAtMs).toBeLessThan(noticedMsMax);
  const reply = await supervisor.command({ kind: 'switch', mode: 'whisper' });
  expect(reply).toMatchObject({ kind: 'refusal', code: 'no-call' });
}, 60_000);
