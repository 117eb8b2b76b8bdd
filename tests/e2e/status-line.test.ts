/** E-04, E-28: in a real browser, a call that connects by itself after the alert, and what the status line says from ring to end. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import type { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { awaitConfigured } from '../../scripts/seatgrid/house/await-configured.ts';
import { AgentPage } from './agent-page.ts';
import { agentTones, openBrowser, openPage, signInAt } from './browser.ts';
import { loginOf, numberOf, openCaller, sessionOf, theProduct, until, type Product } from './product.ts';

let product: Product;
let browser: Browser;
let page: Page;
let agent: AgentPage;
let phone: TestPhone;

beforeAll(async () => {
  product = await theProduct();
  await setAutoAnswer(true);
  browser = await openBrowser();
  page = await openPage(browser, product.report.addresses!.tenantPortal, { locale: 'en-US' });
  await page.context().grantPermissions(['microphone', 'notifications', 'clipboard-read', 'clipboard-write']);
  await signInAt(page, loginOf(product, 'harbor', 'agent', '1001'));
  agent = new AgentPage(page);
  await agent.signInToPhone('browser');
  await agent.goReady();
  phone = await openCaller();
});

afterAll(async () => {
  await agent?.signOutOfPhone().catch(() => undefined);
  await phone?.close();
  await browser?.close();
  await setAutoAnswer(false);
});

async function setAutoAnswer(isAutoAnswer: boolean): Promise<void> {
  const { api } = await sessionOf(product, 'harbor', 'administrator');
  const { items } = await api.call('GET /api/agents');
  const { id, name, staffId, extension, locale, skills, email } = items.find((one) => one.extension === '1001')!;
  const body = { name, staffId, extension, locale, skills, email, isAutoAnswer };
  await api.call('PUT /api/agents/:id', { params: { id }, body });
  const platform = await sessionOf(product, null, 'operator');
  await awaitConfigured(platform.api, 15_000);
} // prettier-ignore

test('E-28: calling, two-way, ended, in this order; nobody clicks; the number stays and can be copied', async () => {
  const panel = page.locator('section.panel');
  const seen: string[] = [];
  const status = async () => {
    const word = await panel.locator('.status .word').first().innerText();
    if (seen.at(-1) !== word) seen.push(word);
    return word;
  };
  const call = await phone.ring({
    ...product.sip,
    number: numberOf(product, 'harbor'),
    from: '+12125550701',
  });
  await call.until(['talking'], 10_000);
  await call.rtp.listen(2_000);
  call.press('0');
  await until('the customer to be calling', async () => (await status()) === 'Customer calling', 10_000);
  const rangAtMs = performance.now();
  await until('a call that connects by itself', async () => (await status()) === 'Two-way call', 10_000);
  const rangMs = performance.now() - rangAtMs;
  console.log(`connected by itself after ${rangMs.toFixed(0)} ms`);
  expect(rangMs).toBeGreaterThan(300);
  await until('the agent’s voice at the caller', async () => toneAmplitude(await call.rtp.listen(400), agentTones.steady) > 0.05);
  expect((await panel.innerText()).replace(/[\s()-]/g, '')).toContain('2125550701');
  call.hangUp();
  await until('the end on the status line', async () => /ended|hung up/i.test(await status()), 5_000);
  expect((await panel.locator('.who').innerText()).replace(/[\s()-]/g, '')).toContain('2125550701');
  await panel.getByRole('button', { name: 'Copy the number' }).click();
  await until('the number on the clipboard', async () => (await page.evaluate(() => navigator.clipboard.readText())) === '+12125550701', 3_000);
  expect(seen.slice(-3, -1)).toEqual(['Customer calling', 'Two-way call']);
  console.log(seen.join(' → '));
}); // prettier-ignore
