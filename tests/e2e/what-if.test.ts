/**
 * What-if in Chromium: a list of calls is read in, agents are added by keyboard, and the page says in words, a table and pictures what they
 * would have changed; then a real call of today is replayed. With SEATGRID_PICTURES=<folder> the page is kept as a picture.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import type { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openPage, signInAt } from './browser.ts';
import { closeDesk, openDesk } from './desk-socket.ts';
import {
  loginOf,
  numberOf,
  openCaller,
  sessionOf,
  theProduct,
  untilRecorded,
  type Product,
} from './product.ts';
import { seriousFindings } from './serious-findings.ts';

const pictures = process.env['SEATGRID_PICTURES'];
let product: Product;
let browser: Browser;
let phone: TestPhone;
let page: Page;

beforeAll(async () => {
  product = await theProduct();
  browser = await openBrowser();
  phone = await openCaller();
  page = await openPage(browser, product.report.addresses!.tenantPortal, { locale: 'en-US', theme: 'light' });
  await signInAt(page, loginOf(product, 'harbor', 'administrator'));
});
afterAll(async () => {
  await phone?.close();
  await browser?.close();
});

async function judge(name: string): Promise<void> {
  expect(await seriousFindings(page)).toEqual([]);
  if (!pictures) return;
  mkdirSync(resolve(pictures), { recursive: true });
  await page.setViewportSize({ width: 1280, height: 1_500 });
  await page.screenshot({ path: join(resolve(pictures), `${name}.png`), animations: 'disabled', fullPage: true }); // prettier-ignore
}

test('nothing tried yet says what it is for; a list with a faulty line is read in, two agents are added by keyboard, and the difference is told', async () => {
  await page.goto('/what-if');
  await page.getByText('Nothing tried yet').waitFor();
  await judge('what-if-empty-en-light');
  await page.getByRole('link', { name: 'Try something' }).click();
  const { api } = await sessionOf(product, 'harbor', 'administrator');
  const [queue] = (await api.call('GET /api/queues')).items;
  const lines = Array.from({ length: 1_200 }, (_, at) => {
    const minute = Math.floor(at / 2.5);
    const time = `${String(9 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    return `${time}:${String((at * 17) % 60).padStart(2, '0')},${queue!.name},${60 + ((at * 37) % 180)},${30 + ((at * 53) % 240)}`;
  });
  const text = ['time,queue,talk,patience', ...lines, '9:00,no such queue,60,'].join('\n');
  await page.getByRole('radio', { name: 'From a list' }).check();
  await page.locator('input[type=file]').setInputFiles({ name: 'launch.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }); // prettier-ignore
  await page.getByText(/1,?200 calls read, 1 line refused/).waitFor();
  await page.getByText('no such queue, number or skill').waitFor();
  // By keyboard alone from here on.
  await page.getByRole('button', { name: 'Add agents' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('How many').focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('4');
  for (const skill of queue!.requires) {
    await page.getByRole('combobox', { name: /Choose a skill|Add a skill/ }).first().focus();
    const { name } = (await api.call('GET /api/skills')).items.find(({ id }) => id === skill.skillId)!;
    await page.keyboard.type(name);
    await page.getByRole('option', { name }).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  }
  await judge('what-if-form-en-light');
  await page.getByRole('button', { name: 'Replay' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('columnheader', { name: 'As it is set' }).waitFor({ timeout: 60_000 });
  await page.getByText(/better by .* to .* points/).first().waitFor();
  expect(await page.getByRole('img').count()).toBeGreaterThanOrEqual(3);
  await judge('what-if-en-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await judge('what-if-en-dark');
}, 180_000); // prettier-ignore

test('a real call of today is replayed from its records: the real day and the day as it is set say the same', async () => {
  const desk = await openDesk(product, 'harbor', '1001');
  await desk.done({ kind: 'sign-in', device: 'browser' });
  await desk.done({ kind: 'ready' });
  const from = '+12125558787';
  const call = await phone.ring({ ...product.sip, number: numberOf(product, 'harbor'), from });
  await call.until(['talking'], 10_000);
  call.rtp.speak(makeTone({ frequencyHz: 440, durationMs: 1_000 }));
  await call.rtp.listen(2_500);
  call.press('0');
  const { callId } = await desk.answer(20_000);
  await desk.listen(2_000);
  call.hangUp();
  await desk.untilPresence('wrapping');
  const dispositionId = desk.state!.dispositions[0]!.id;
  await desk.done({ kind: 'finish-wrap-up', callId, dispositionId, notes: '' });
  await closeDesk(desk);
  await untilRecorded(await sessionOf(product, 'harbor', 'supervisor'), from);
  await page.goto('/what-if/new');
  await page.getByRole('button', { name: 'Replay' }).click();
  await page.getByRole('columnheader', { name: 'The real day' }).waitFor({ timeout: 60_000 });
  const answered = page.getByRole('row', { name: /^Answered \d/ });
  const cells = await answered.getByRole('cell').allInnerTexts();
  expect(cells[1]!.split('\n')[0]).toBe(cells[0]!.trim());
}, 120_000); // prettier-ignore
