/** D-23: prompts spoken into the browser's microphone, in the library and in a step's form: what is kept is what was said. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readTelephoneWav } from '@seatgrid/media/audio/wav.ts';
import { soundLikeness } from '@seatgrid/testkit/sound-likeness.ts';
import { makeVoice } from '@seatgrid/testkit/voice-maker.ts';
import { openBrowser, openPage, signInAt } from './browser.ts';
import { loginOf, sessionOf, theProduct, until, type Product } from './product.ts';
import { seriousFindings } from './serious-findings.ts';

/** What the microphone hears, and the same as a telephone has it. */
const said = { durationMs: 1_600 };
const spoken = makeVoice({ ...said, sampleRateHz: 48_000 });
const known = makeVoice(said);
const mark = `take ${process.pid}`;

let product: Product;
let browser: Browser;
let page: Page;
const browsers: Browser[] = [];

beforeAll(async () => {
  product = await theProduct();
  browser = await openBrowser({ microphone: spoken });
  page = await openPage(browser, product.api, { locale: 'en', width: 1440, height: 900 });
  await signInAt(page, loginOf(product, 'harbor', 'administrator'), '/prompts');
});

afterEach(async () => {
  for (const one of browsers.splice(0)) await one.close();
});

afterAll(async () => {
  await browser?.close();
  const { api } = await sessionOf(product, 'harbor', 'administrator');
  const { items } = await api.call('GET /api/prompts');
  for (const { id, name } of items)
    if (name.startsWith(mark)) await api.call('DELETE /api/prompts/:id', { params: { id } });
});

const dialog = (at = page) => at.getByRole('dialog');
const button = (name: string, at = page) => dialog(at).getByRole('button', { name, exact: true });
const secondsTaken = async () =>
  Number((await dialog().getByRole('timer').innerText()).replace(/^.*:/, '').replace(/\D/g, ''));

/** Until that much was recorded; the meter moved meanwhile. */
async function speakFor(seconds: number): Promise<void> {
  const level = () =>
    dialog()
      .locator('meter')
      .evaluate((meter: HTMLMeterElement) => meter.value);
  await until('the meter to move', async () => (await level()) > 0.1);
  await until(`${seconds} s of sound`, async () => (await secondsTaken()) >= seconds);
}

/** How alike what was kept is to what was said. */
async function keptLikeness(name: string): Promise<number> {
  const { api, origin, cookie } = await sessionSound();
  const { items } = await api.call('GET /api/prompts');
  const prompt = items.find((one) => one.name === name)!;
  const reply = await fetch(`${origin}/api/prompts/${prompt.id}/audio`, { headers: { cookie } });
  const kept = readTelephoneWav(await reply.bytes());
  if (!kept.ok) throw new Error(kept.failure.detail);
  return soundLikeness(kept.value.subarray(0, 8 * 4_000), known);
}

async function sessionSound() {
  const { api } = await sessionOf(product, 'harbor', 'administrator');
  const cookies = await page.context().cookies();
  return {
    api,
    origin: product.api,
    cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
  };
}

test('D-23: in the library: recorded, heard, taken again and kept, and it is what was said', async () => {
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  expect(await button('Keep it').isDisabled()).toBe(true);
  await dialog().getByLabel('Name').fill(`${mark} library`);
  await button('Start recording').click();
  await speakFor(1);
  await button('Stop').click();
  await dialog().locator('audio').waitFor({ state: 'attached' });
  await button('Record again').click();
  await dialog().locator('audio').waitFor({ state: 'detached' });
  await speakFor(4);
  await button('Stop').click();
  await dialog().locator('audio').waitFor({ state: 'attached' });
  expect(await seriousFindings(page)).toEqual([]);
  await button('Keep it').click();
  await dialog().waitFor({ state: 'detached' });
  await page
    .getByRole('cell', { name: `${mark} library` })
    .first()
    .waitFor();
  expect(await keptLikeness(`${mark} library`)).toBeGreaterThan(0.8);
});

test('D-23: in place, by keyboard alone: a step says what was just spoken', async () => {
  await page.goto('/flows/new');
  const form = page.locator('section.right');
  await page.locator('.svelte-flow__node[data-id="goodbye"]').click();
  await form.getByRole('button', { name: 'Record', exact: true }).first().focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type(`${mark} in place`);
  await tabTo('Start recording');
  await page.keyboard.press('Enter');
  await speakFor(4);
  await page.keyboard.press('Enter');
  await button('Record again').waitFor();
  await tabTo('Keep it');
  await page.keyboard.press('Enter');
  await dialog().waitFor({ state: 'detached' });
  await until('the step to say it', async () =>
    (await form.locator('input').evaluateAll((inputs) => inputs.map((one) => (one as HTMLInputElement).value))).includes(`${mark} in place`),
  );
  expect(await keptLikeness(`${mark} in place`)).toBeGreaterThan(0.8);
}); // prettier-ignore

async function tabTo(name: string): Promise<void> {
  for (let tabs = 0; tabs < 20; tabs++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText);
    if (focused?.trim() === name) return;
  }
  throw new Error(`"${name}" is not reached by keyboard`);
}

test.each([
  ['refused', { isRefusing: true }, '浏览器拒绝使用麦克风'],
  ['absent', { microphone: 'none' }, '没有找到麦克风'],
] as const)('a microphone that is %s is told of in the reader’s language', async (_, options, words) => {
  const other = await openBrowser(options);
  browsers.push(other);
  const at = await openPage(other, product.api, { locale: 'zh-CN', permissions: [] });
  await signInAt(at, loginOf(product, 'lotus', 'administrator'), '/prompts');
  await at.getByRole('button', { name: '录音', exact: true }).click();
  await button('开始录音', at).click();
  expect(await dialog(at).getByRole('alert').innerText()).toContain(words);
  expect(await button('保存', at).isDisabled()).toBe(true);
});
