/**
 * B-05, H-17 to H-21 in a real browser (decision 0059): the supervisor's browser does not reach the agent's node, and the page goes round
 * by another, without being told to. What it says of that is read, what is heard is measured at every end.
 */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { susan } from '../../apps/edge-node/test/centred-nodes.ts';
import { CutLink } from '../../apps/edge-node/test/cut-link.ts';
import { agentsAddress, FarEarScene, hears } from '../../apps/edge-node/test/far-ear-scene.ts';
import { freePort } from '../../apps/edge-node/test/node-process.ts';
import { RegisteredPhone } from '../../apps/edge-node/test/registered-phone.ts';
import { agentHz, callerHz, supervisorHz, toneOf } from '../../apps/edge-node/test/tones.ts';
import { openBrowser, openPage, signInAt } from './browser.ts';
import { FloorPage } from './floor-page.ts';
import { until } from './product.ts';
import { seriousFindings } from './serious-findings.ts';

/** The page waits two and a half seconds for the agent's own node. */
const roundMsMax = 10_000;

let scene: FarEarScene;
/** As browsers reach the agent's node. */
let door: CutLink;
let browser: Browser;
let floor: FloorPage;
let phone: RegisteredPhone | undefined;
let areNodesWhole = true;

beforeAll(async () => {
  const port = await freePort();
  door = await CutLink.to(`http://127.0.0.1:${port}`);
  const atDoor = {
    SEATGRID_DESK_PORT: String(port),
    SEATGRID_DESK_URL: `${door.url.replace('http', 'ws')}/desk`,
  };
  scene = await FarEarScene.start((address): Record<string, string> =>
    address === agentsAddress ? atDoor : {},
  );
  // The agents' own desks stand in the same house as the node.
  const { process } = scene.agents;
  process.ready = { ...process.ready, desk: `ws://127.0.0.1:${port}/desk` };
  browser = await openBrowser({
    microphone: makeTone({
      frequencyHz: supervisorHz,
      durationMs: 1_000,
      amplitude: 0.3,
      sampleRateHz: 48_000,
    }),
  });
  floor = await openFloor();
});
afterEach(async () => {
  await phone?.register(0);
  await phone?.close();
  phone = undefined;
  if (areNodesWhole) await scene.settle();
});
afterAll(async () => {
  await browser?.close();
  await scene?.close();
  await door?.close();
});

async function openFloor(): Promise<FloorPage> {
  const page = await openPage(browser, scene.all.centre.url, { locale: 'en-US', width: 1600, height: 1000 });
  await signInAt(page, susan);
  await page.goto('/floor');
  return new FloorPage(page);
}

const ears = { listen: (durationMs: number) => floor.listenFor(durationMs) };
const agentsDoor = () => new URL(door.url).host;
const ownNode = () => new URL(scene.supervisors.process.ready.desk).host;

/** By the supervisor's own node, from the click to the sound of both. */
async function listenRound(): Promise<number> {
  const askedAtMs = performance.now();
  await floor.listen('Agent 0');
  await floor.says(/You listen to Agent 0; nobody notices/);
  await floor.openEars();
  await hears(ears, agentHz, callerHz);
  return performance.now() - askedAtMs;
}

test('B-05, H-17 to H-21: a browser that does not reach the agent’s node goes round by its own: it hears, whispers, joins and takes over, the page says so, and every end hears who it should', async () => {
  door.cut();
  const { desk, call, callId } = await scene.talking();
  const tookMs = await listenRound();
  console.log(`by the other node both are heard ${Math.round(tookMs)} ms after the click`);
  expect(tookMs).toBeLessThan(roundMsMax);
  expect(floor.tried).toEqual([agentsDoor(), ownNode()]);
  expect(await floor.says(/Queue 1/)).toMatch(/138 ?0013 ?8000/);
  await hears(call.rtp, agentHz);
  await hears(desk, callerHz);
  expect(await seriousFindings(floor.page)).toEqual([]);

  await floor.choose('Whisper');
  await floor.says(/Agent 0 hears you, the customer does not/);
  await hears(desk, callerHz, supervisorHz);
  await hears(call.rtp, agentHz);
  await floor.press('Mute');
  await hears(desk, callerHz);
  await floor.press('Unmute');
  await hears(desk, callerHz, supervisorHz);

  await floor.choose('Barge in');
  await floor.says(/Agent 0 tells the customer that you join.*your voice joins in \d+ s/s);
  await hears(call.rtp, agentHz);
  await desk.done({ kind: 'allow-barge', callId });
  await floor.says(/Three-way call with Agent 0/);
  await hears(call.rtp, agentHz, supervisorHz);
  await hears(ears, agentHz, callerHz);

  await floor.press('Take over');
  await floor.confirm('Take over');
  await floor.says(/You talk with .*138/);
  await hears(call.rtp, supervisorHz);
  await hears(ears, callerHz);
  const taken = await scene.agents.process.event('call.intercepted', (facts) => facts.callId === callId);
  expect(taken.facts).toMatchObject({ agentId: scene.agentId, userName: 'Susan' });
  await floor.press('End');
  await floor.bar.waitFor({ state: 'detached' });
  await call.until(['ended'], 10_000);
});

test('a browser that does reach the agent’s node asks no other', async () => {
  door.mend();
  const before = floor.tried.length;
  const { call } = await scene.talking();
  await listenRound();
  expect(floor.tried.slice(before)).toEqual([agentsDoor()]);
  call.hangUp();
  await floor.bar.waitFor({ state: 'detached' });
});

test('H-17 by a desk phone that is registered at another node: the page finds it, says that it rings, and tells when nobody answers', async () => {
  const { address, process } = scene.supervisors;
  phone = await RegisteredPhone.open(process, {
    extension: '8003',
    domain: 'acme.seatgrid',
    proxy: { address, port: process.sipPort },
  });
  expect(await phone.register()).toBe(200);
  phone.rtp.speak(toneOf(supervisorHz));
  const { desk, call } = await scene.talking();
  const before = floor.tried.length;
  await floor.listenByPhone('Agent 0', '8003');
  await floor.page
    .getByRole('status')
    .filter({ hasText: 'The desk phone rings: who answers it listens.' })
    .waitFor();
  expect(floor.tried.slice(before)).toContain(ownNode());
  (await phone.untilRung()).reject(486);
  await floor.isTold('The desk phone was not answered.');

  await floor.listenByPhone('Agent 0', '8003');
  await phone.liftHandset();
  await floor.says(/You listen to Agent 0; nobody notices/);
  await hears(phone.rtp, callerHz, agentHz);
  await floor.choose('Whisper');
  await hears(desk, callerHz, supervisorHz);
  await hears(call.rtp, agentHz);
  phone.hangUp();
  await floor.bar.waitFor({ state: 'detached' });
  await hears(desk, callerHz);

  await floor.listenByPhone('Agent 0', '8002');
  await floor.isTold('That is not possible now.');
});

test('a line to the agent’s node that was kept and has fallen silent: who asks by it is led round without being told', async () => {
  const before = floor.tried.length;
  door.cut();
  await scene.talking();
  const tookMs = await listenRound();
  console.log(`by a line found dead, both are heard ${Math.round(tookMs)} ms after the click`);
  expect(floor.tried.slice(before)).toContain(ownNode());
  expect(await floor.page.locator('.toast').count()).toBe(0);
  await floor.press('Leave');
  await floor.bar.waitFor({ state: 'detached' });
});

test('the supervisor’s own node dies: the page says that the line is lost, and again when no node answers; once it is back, all is as before', async () => {
  const { desk, call } = await scene.talking();
  await listenRound();
  const { process } = scene.supervisors;
  await process.kill();
  await floor.isTold('The line to the node was lost.');
  await floor.bar.waitFor({ state: 'detached' });
  await hears(call.rtp, agentHz);
  await hears(desk, callerHz);
  await floor.listen('Agent 0');
  await floor.isTold('The line to the node was lost.');
  await process.boot();
  await until('the centre to hear of it', async () => {
    const { items } = await scene.all.platform.call('GET /api/platform/nodes');
    return items.every(({ health }) => health.link === 'up');
  });
  await listenRound();
  await floor.press('Leave');
  await floor.bar.waitFor({ state: 'detached' });
});

test('without the centre who listens goes on, in every mode; what of the floor is not live is greyed, and what is said of the call is not; the agent’s node dies, and the page says that, not that the call was over', async () => {
  const { desk, call } = await scene.talking();
  await listenRound();
  await scene.all.killCentre();
  await floor.page.getByText(/No word from the centre since \d/).waitFor({ timeout: 20_000 });
  const filterOf = (what: string) =>
    floor.page
      .locator(what)
      .first()
      .evaluate((part) => getComputedStyle(part).filter);
  expect(await filterOf('.floor > dl.card')).not.toBe('none');
  expect(await filterOf('.floor > section.watch')).toBe('none');
  await hears(ears, agentHz, callerHz);
  await floor.choose('Whisper');
  await floor.says(/Agent 0 hears you, the customer does not/);
  await hears(desk, callerHz, supervisorHz);
  await hears(call.rtp, agentHz);

  areNodesWhole = false;
  await scene.agents.process.kill();
  await floor.isTold('The agent’s node, or the way to it, is gone: you listen no more.');
  await floor.bar.waitFor({ state: 'detached' });
});
