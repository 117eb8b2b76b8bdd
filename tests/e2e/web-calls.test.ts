/**
 * A-03 in a real browser: a visitor of a company's page, which is none of ours, presses the button there, waits in the queue
 * between two telephone callers, and is answered in that order. The page is usable by ear and by keyboard, and says everything in
 * the visitor's language.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import type { TestDesk } from '../../apps/edge-node/test/test-desk.ts';
import { awaitConfigured } from '../../scripts/seatgrid/house/await-configured.ts';
import type { Session } from '../../scripts/seatgrid/house/centre-session.ts';
import { agentTones, openBrowser, openPage } from './browser.ts';
import { closeDesk, openDesk } from './desk-socket.ts';
import type { Ears, PageWithEars } from './ears-in-page.ts';
import { openCaller, sessionOf, theProduct, until, type Product } from './product.ts';
import { seriousFindings } from './serious-findings.ts';

const number = '+12125559030';
const agentHz = 800;

describe('a web button', () => {
  let product: Product;
  let browser: Browser;
  let phone: TestPhone;
  let agent: TestDesk;
  let company: Server;
  let companyPort: number;
  let snippet: string;
  const undo: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    product = await theProduct();
    const platform = await sessionOf(product, null, 'operator');
    const administrator = await sessionOf(product, 'harbor', 'administrator');
    company = createServer((_, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><title>Ferries</title><h1>Ferries</h1>${snippet}`);
    });
    await new Promise<void>((resolve) => company.listen(0, '127.0.0.1', resolve));
    companyPort = (company.address() as AddressInfo).port;
    await layNumber(administrator, platform);
    await awaitConfigured(platform.api, 15_000);
    browser = await openBrowser();
    phone = await openCaller();
    agent = await openDesk(product, 'harbor', '1001');
    await agent.done({ kind: 'sign-in', device: 'browser' });
    await agent.done({ kind: 'ready' });
  });

  afterAll(async () => {
    await closeDesk(agent);
    for (const back of undo.reverse()) await back();
    await phone?.close();
    await browser?.close();
    company?.close();
  });

  /** A number that leads to the queue of service, and a button that rings it. */
  async function layNumber({ api }: Session, platform: Session): Promise<void> {
    const tenants = (await platform.api.call('GET /api/platform/tenants')).items;
    const tenantId = tenants.find(({ slug }) => slug === 'harbor')!.id;
    const did = await platform.api.call('POST /api/platform/dids', {
      body: { tenantId, number, label: 'Web' },
    });
    undo.push(() => platform.api.call('DELETE /api/platform/dids/:id', { params: { id: did.id } }));
    const queue = (await api.call('GET /api/queues')).items.find(({ name }) => name === 'service')!;
    const step = { kind: 'queue' as const, queueId: queue.id };
    const rule = await api.call('POST /api/inbound-rules', {
      body: { name: 'Web', didIds: [did.id], workingTime: [], onDuty: step, offDuty: step },
    });
    undo.push(() => api.call('DELETE /api/inbound-rules/:id', { params: { id: rule.id } }));
    const button = await api.call('POST /api/web-buttons', {
      body: {
        name: 'Ferries',
        didId: did.id,
        origins: [`http://127.0.0.1:${companyPort}`],
        isOpen: true,
        callsAtOnceMax: 5,
        callsPerMinuteMax: 20,
      },
    });
    undo.push(() => api.call('DELETE /api/web-buttons/:id', { params: { id: button.id } }));
    const [address] = (await api.call('GET /api/web-buttons')).servedAt;
    snippet = `<script async src="${address}/web-button.js" data-button="${button.id}"></script>`;
  }

  /** The company's page, and the frame in it that is the node's. */
  async function visit(locale: string, host = '127.0.0.1'): Promise<{ page: Page; frame: Frame }> {
    const origin = `http://${host}:${companyPort}`;
    const page = await openPage(browser, origin, { locale });
    await page.goto('/');
    const frame = await until('the frame', () => page.frames().find((one) => one !== page.mainFrame()));
    await frame.waitForLoadState();
    return { page, frame };
  }

  const status = (frame: Frame) => frame.getByRole('status').innerText();
  const says = (frame: Frame, words: RegExp) =>
    until(`the page to say ${words}`, async () => words.test(await status(frame)));

  async function ring(from: string, waiting: number) {
    const call = await phone.ring({ ...product.sip, number, from });
    await call.until(['talking'], 10_000);
    if (waiting > 0) await queued(waiting);
    return call;
  }

  const queued = (count: number) =>
    until(
      `${count} in the queue`,
      () => agent.state!.queues.find(({ name }) => name === 'service')?.waiting === count,
    );

  /** What is in hand is over, and the next may come. */
  async function next(callId: Awaited<ReturnType<TestDesk['answer']>>['callId']) {
    await agent.done({ kind: 'end', callId });
    await agent.untilPresence('wrapping');
    await agent.done({ kind: 'finish-wrap-up', callId, dispositionId: null, notes: '' });
    const interaction = await agent.answer();
    agent.sound!.speak(makeTone({ frequencyHz: agentHz, durationMs: 1_000 }));
    return interaction;
  }

  test('A-03: a telephone, a web and a telephone caller are answered in the order they came', async () => {
    const busyCall = await ring('+12125550930', 0);
    const busy = await agent.answer();
    const first = await ring('+12125550931', 1);

    const { page, frame } = await visit('en-US');
    expect(await seriousFindings(frame)).toEqual([]);
    await frame.getByRole('button', { name: /^Call / }).focus();
    await page.keyboard.press('Enter');
    await says(frame, /number 2 in the queue/);
    expect(await seriousFindings(frame)).toEqual([]);
    await queued(2);
    const last = await ring('+12125550932', 3);

    const one = await next(busy.callId);
    expect(one).toMatchObject({ number: '+12125550931', webButton: null });
    await says(frame, /number 1 in the queue/);

    const two = await next(one.callId);
    expect(two).toMatchObject({ webButton: 'Ferries', queue: { name: 'service' }, language: 'en' });
    await says(frame, /^Connected/);
    const ears = await frame.evaluateHandle(
      (tones) => (window as unknown as PageWithEars).seatgridEars(tones),
      [agentHz],
    );
    const heard = () => ears.evaluate((at: Ears, hz) => at.heard(hz).amplitude, agentHz);
    await until('the agent at the visitor', async () => (await heard()) > 0.05);
    await until(
      'the visitor at the agent',
      async () => toneAmplitude(await agent.listen(300), agentTones.steady) > 0.03,
    );
    await frame.getByRole('button', { name: 'End call' }).click();
    await says(frame, /^You ended the call/);
    await agent.untilPresence('wrapping');
    await agent.done({ kind: 'finish-wrap-up', callId: two.callId, dispositionId: null, notes: '' });
    expect(await agent.answer()).toMatchObject({ number: '+12125550932' });
    await page.context().close();
    for (const call of [busyCall, first, last]) call.hangUp();
  });

  test('the page speaks the visitor’s language, and shows nothing on a page it was not made for', async () => {
    for (const [locale, words] of [
      ['zh-TW', /^撥打給/],
      ['zh-CN', /^呼叫/],
      ['en-GB', /^Call /],
    ] as const) {
      const { page, frame } = await visit(locale);
      expect(await frame.locator('main').count()).toBe(1);
      await frame.getByRole('button', { name: words }).waitFor();
      await page.context().close();
    }
    const { page, frame } = await visit('en-US', 'localhost');
    expect(await frame.locator('main').count()).toBe(0);
    await page.context().close();
  });
});
