/** P-01: centre or node killed in the middle of a call, and started again by the same command as ever. */
import { inject } from 'vitest';
import type { Browser } from 'playwright-core';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Installation, type ProcessName } from '../../scripts/seatgrid/house/installation.ts';
import { isAlive, signal } from '../../scripts/seatgrid/house/process-identity.ts';
import type { TestDesk } from '../../apps/edge-node/test/test-desk.ts';
import { openBrowser, openPage, signInAt } from './browser.ts';
import { closeDesk, openDesk } from './desk-socket.ts';
import { loginOf, numberOf, openCaller, seatgrid, sessionOf, theProduct, until, untilRecorded, type Product } from './product.ts'; // prettier-ignore

let product: Product;
let browser: Browser;
let phone: TestPhone;

beforeAll(async () => {
  product = await theProduct();
  browser = await openBrowser();
  phone = await openCaller();
});

afterAll(async () => {
  await phone?.close();
  await browser?.close();
});

async function kill(name: ProcessName): Promise<void> {
  const identity = new Installation(inject('dataFolder')).alive().get(name)!;
  signal(identity, 'SIGKILL');
  await until(`the ${name} to be gone`, () => !isAlive(identity));
}

async function up(): Promise<void> {
  const { ports, address } = new Installation(inject('dataFolder')).read()!;
  const { code, output } = await seatgrid('up', '--detach', '--address', address, '--port', `${ports.web}`, '--sip-port', `${ports.sip}`, '--desk-port', `${ports.desk}`);
  expect(code, output).toBe(0);
} // prettier-ignore

/** A caller with a tone of 440 Hz and an agent of harbor, hearing each other. */
async function talking(from: string) {
  const desk = await openDesk(product, 'harbor', '1001');
  await desk.done({ kind: 'sign-in', device: 'browser' });
  await desk.done({ kind: 'ready' });
  const call = await phone.ring({ ...product.sip, number: numberOf(product, 'harbor'), from });
  await call.until(['talking'], 10_000);
  call.rtp.speak(makeTone({ frequencyHz: 440, durationMs: 1_000 }));
  // The chime before the menu takes no keys.
  await call.rtp.listen(2_500);
  call.press('0');
  await desk.answer(20_000);
  return { desk, call };
}

async function recordsOf(from: string) {
  const session = await sessionOf(product, 'harbor', 'administrator');
  const first = await untilRecorded(session, from, 30_000);
  const { items } = await session.api.call('GET /api/calls', { query: { number: from } });
  return { first, items, session };
}

const hearsCaller = async (desk: TestDesk) => toneAmplitude(await desk.listen(400), 440) > 0.05;

test('P-01: the centre killed: the call goes on, the next one too, and each stands in the records exactly once', async () => {
  const { desk, call } = await talking('+12125550101');
  await kill('centre');
  expect(await hearsCaller(desk)).toBe(true);
  const next = await phone.ring({
    ...product.sip,
    number: numberOf(product, 'harbor'),
    from: '+12125550102',
  });
  await next.until(['talking'], 10_000);
  next.hangUp();
  await up();
  expect(await hearsCaller(desk)).toBe(true);
  expect(call.state.kind).toBe('talking');
  call.hangUp();
  await call.until(['ended'], 5_000);
  for (const from of ['+12125550101', '+12125550102']) {
    const { items } = await recordsOf(from);
    expect(items.map(({ endReason }) => endReason?.party)).toEqual(['caller']);
  }
  await closeDesk(desk);
});

test('P-01: the node killed: its call stands in the records exactly once, as the platform’s fault, and its recording plays up to the last second', async () => {
  const { desk, call } = await talking('+12125550103');
  const bridgedAtMs = performance.now();
  await call.rtp.listen(4_000);
  const talkedMs = performance.now() - bridgedAtMs;
  await kill('node');
  desk.close();
  await up();
  const { first, items, session } = await recordsOf('+12125550103');
  expect(items).toHaveLength(1);
  expect(first.endReason).toMatchObject({ party: 'platform', code: 'node-restarted' });
  const record = await until('the recovered recording', async () => {
    const { items: found } = await session.api.call('GET /api/calls', { query: { number: '+12125550103' } });
    return found[0]?.recordingId != null && found[0];
  });
  const page = await openPage(browser, product.report.addresses!.tenantPortal);
  await signInAt(page, loginOf(product, 'harbor', 'administrator'));
  const { seconds, left } = await page.evaluate(async (id) => {
    const response = await fetch(`/api/recordings/${id}/audio`, { headers: { 'x-seatgrid': '1' } });
    if (!response.ok) throw new Error(`the recording answered ${response.status}`);
    const sound = await new AudioContext({ sampleRate: 8_000 }).decodeAudioData(await response.arrayBuffer());
    const caller = sound.getChannelData(0).slice(-8_000);
    return { seconds: sound.duration, left: Array.from(caller, (sample) => Math.round(sample * 0x7fff)) };
  }, record.recordingId!);
  await page.context().close();
  expect(seconds).toBeGreaterThan(talkedMs / 1_000 - 1);
  expect(toneAmplitude(Int16Array.from(left), 440)).toBeGreaterThan(0.05);

  const again = await phone.ring({
    ...product.sip,
    number: numberOf(product, 'harbor'),
    from: '+12125550104',
  });
  await again.until(['talking'], 10_000);
  again.hangUp();
});
