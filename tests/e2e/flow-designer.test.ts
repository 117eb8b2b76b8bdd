/**
 * A call flow drawn in Chromium from nothing to a working menu, by mouse and again by keyboard alone; published, and rung up.
 * With SEATGRID_PICTURES=<folder> the canvas of the tenant's guide is kept as a picture.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definitionOf, stepKinds } from '@seatgrid/core/flows/step-kinds.ts';
import type { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { awaitConfigured } from '../../scripts/seatgrid/house/await-configured.ts';
import { signIn, type Session } from '../../scripts/seatgrid/house/centre-session.ts';
import { openBrowser, openPage, signInAt } from './browser.ts';
import { openCaller, sessionOf, theProduct, until, untilRecorded, type Product } from './product.ts';
import { seriousFindings } from './serious-findings.ts';

const slug = `drawn${process.pid}`;
const numbers = [0, 1, 2].map((at) => `+4420${String(80_000_000 + ((3 * process.pid + at) % 1_000_000))}`);
const administrator = { email: `first@${slug}.example`, password: 'a-long-password' };
const pictures = process.env['SEATGRID_PICTURES'];

let product: Product;
let platform: Session;
let own: Session;
let tenantId: string;
let browser: Browser;
let page: Page;
let phone: TestPhone;

beforeAll(async () => {
  product = await theProduct();
  platform = await sessionOf(product, null, 'operator');
  const tenant = await platform.api.call('POST /api/platform/tenants', {
    body: {
      slug,
      name: 'Drawn',
      locale: 'en',
      timeZone: 'Europe/London',
      quotas: { agentsSignedIn: 2, concurrentCalls: 2, flows: 6 },
      administrator: { name: 'First Person', ...administrator },
    },
  });
  tenantId = tenant.id;
  own = await signIn(product.api, administrator.email, administrator.password);
  browser = await openBrowser();
  page = await openPage(browser, product.api, { locale: 'en', width: 1440, height: 900 });
  await signInAt(page, administrator);
  phone = await openCaller();
});

afterAll(async () => {
  await phone?.close();
  await browser?.close();
  // Suspended afterwards, so that the demonstration's figures stay its own.
  await platform?.api.call('POST /api/platform/tenants/:id/suspend', {
    params: { id: tenantId },
    body: { reason: 'tried' },
  });
});

const canvas = () => page.getByRole('application', { name: 'Canvas' });
const form = () => page.locator('section.right');
const node = (key: string) => canvas().locator(`.svelte-flow__node[data-id="${key}"]`);
const exit = (key: string, field: string) =>
  node(key).locator(`.svelte-flow__handle.source[data-handleid="${field}"]`);
const palette = (kind: string) => page.locator('.palette').getByRole('button', { name: kind });
const noFault = () => page.locator('.foot').getByText('No fault').waitFor();

async function newFlow(name: string): Promise<void> {
  await page.goto('/flows/new');
  await node('welcome').waitFor();
  await page.locator('main').getByLabel('Name').fill(name);
}

async function dragTo(from: Locator, end: { readonly x: number; readonly y: number }): Promise<void> {
  await from.scrollIntoViewIfNeeded();
  const start = await middleOf(from);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
  await page.mouse.move(end.x, end.y, { steps: 4 });
  await page.mouse.up();
}

async function middleOf(place: Locator): Promise<{ x: number; y: number }> {
  const box = await until('the place to be drawn', () => place.boundingBox());
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function keepPicture(name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(resolve(pictures), { recursive: true });
  await page.screenshot({ path: join(resolve(pictures), `${name}-en-light.png`), animations: 'disabled' });
}

/** A number of the tenant leads to the flow published last. */
async function lead(number: string, flowId: string): Promise<void> {
  const did = await platform.api.call('POST /api/platform/dids', {
    body: { tenantId, number, label: 'Hotline' },
  });
  await own.api.call('POST /api/inbound-rules', {
    body: {
      name: `To ${flowId}`,
      didIds: [did.id],
      workingTime: [],
      onDuty: { kind: 'flow', flowId: flowId as never },
      offDuty: { kind: 'hang-up', say: [] },
    },
  });
  await awaitConfigured(platform.api, 15_000);
}

/** Rings, presses 1, hears the flow out: the menu's label stands in the record, and the flow ended the call. */
async function pressOne(
  number: string,
  from: string,
  whileItStands: () => Promise<void> = async () => {},
): Promise<string> {
  const call = await phone.ring({ ...product.sip, number, from });
  await call.until(['talking'], 10_000);
  await call.rtp.listen(2_500);
  await whileItStands();
  call.press('1');
  await call.until(['ended'], 20_000);
  const recorded = await untilRecorded(own, from);
  expect(recorded).toMatchObject({
    path: ['Office hours'],
    endReason: { party: 'platform', code: 'flow-ended' },
  });
  return recorded.id;
}

const publishedId = async (name: string) => {
  const { items } = await own.api.call('GET /api/flows');
  const flow = items.find((each) => each.name === name);
  expect(flow).toMatchObject({ publishedVersion: 1, isChanged: false });
  return flow!.id;
};

test('D-20: by mouse: drawn from the palette, lines drawn by hand, published, and a caller takes it', async () => {
  await newFlow('By mouse');
  await form().locator('textarea').first().fill('Welcome.');
  // Onto the line between the two steps there are.
  const [before, after] = [await middleOf(node('welcome')), await middleOf(node('goodbye'))];
  await dragTo(palette('IVR menu'), { x: (before.x + after.x) / 2, y: (before.y + after.y) / 2 });
  await node('menu').waitFor();
  await form().locator('textarea').first().fill('For our hours, press one.');
  await form().getByLabel('Key 1: Label').fill('Office hours');
  await page.locator('.foot').getByText('1 fault').waitFor();
  await node('menu').locator('.fault').waitFor();

  // Apart, then led to by a line.
  const pane = (await canvas().boundingBox())!;
  await dragTo(palette('Hang up'), { x: pane.x + 120, y: pane.y + pane.height - 160 });
  await node('hang-up').waitFor();
  await page.getByRole('button', { name: 'The whole flow' }).click();
  await dragTo(exit('menu', 'choices.1'), await middleOf(node('hang-up')));
  await noFault();
  await node('hang-up').click();
  await form().getByRole('button', { name: 'Add a text' }).click();
  await form().locator('textarea').first().fill('We are open from nine to six. Goodbye.');
  await noFault();

  expect(await seriousFindings(page)).toEqual([]);
  await keepPicture('designer');
  await page.locator('main header').getByRole('button', { name: 'Save draft' }).click();
  await page.waitForURL(/\/flows\/[0-9a-f-]{36}$/);
  await page.locator('main header').getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await page.locator('main header').getByText('published v1').waitFor();

  await lead(numbers[0]!, await publishedId('By mouse'));
  // The canvas shows the call while it stands at the menu, and no longer when it has left.
  await page.getByRole('button', { name: 'Calls now and today' }).click();
  const standing = node('menu').getByTitle('1 call stands here now');
  await node('menu').getByTitle('0 calls today').waitFor();
  expect(await standing.count()).toBe(0);
  const callId = await pressOne(numbers[0]!, '+442071838101', async () => {
    await standing.waitFor();
    await keepPicture('overlay');
  });
  await standing.waitFor({ state: 'detached' });
  await node('menu').getByTitle('1 call today').waitFor();

  // And its way is seen on the canvas, from the call's own page.
  await page.goto(`/calls/${callId}`);
  await page.getByRole('link', { name: 'Its way through “By mouse”' }).click();
  // Among the calls of today.
  await page.getByRole('button', { name: 'Calls now and today' }).click();
  await node('menu').getByTitle('1 call today').waitFor();
  await canvas().locator('.svelte-flow__edge-label', { hasText: '1' }).first().waitFor();
  await page.getByText(/The way the call from .* took through version 1/).waitFor();
  await canvas()
    .locator('.svelte-flow__edge.walked[data-id="menu/choices.1"]')
    .waitFor({ state: 'attached' });
  expect(await canvas().locator('.svelte-flow__edge.walked[data-id="menu/otherwise"]').count()).toBe(0);
});

test('D-20: by keyboard alone: the same flow, from the name to the publication', async () => {
  const keys = async (...pressed: readonly string[]) => {
    for (const key of pressed) await page.keyboard.press(key);
  };
  const tabTo = async (what: string, isThere: () => boolean) => {
    await until(what, async () => {
      await keys('Tab');
      return page.evaluate(isThere);
    });
  };
  await page.goto('/flows/new');
  await node('welcome').waitFor();
  await tabTo('the name', () => document.activeElement?.closest('.head .field, .head div') !== null);
  await keys('Control+a');
  await page.keyboard.type('By keyboard');
  await tabTo('the canvas', () => document.activeElement?.getAttribute('role') === 'application');

  await keys('Enter');
  await tabTo('the text', () => document.activeElement?.tagName === 'TEXTAREA');
  await page.keyboard.type('Welcome.');
  await keys('Escape', 'a');
  await page.keyboard.type('menu');
  await keys('Enter');
  await node('menu').waitFor();

  // The menu's text and its key.
  await keys('Enter');
  await tabTo('the text', () => document.activeElement?.tagName === 'TEXTAREA');
  await page.keyboard.type('For our hours, press one.');
  await tabTo('the label of key 1', () => document.activeElement?.getAttribute('aria-label') === 'Key 1: Label in the menu path'); // prettier-ignore
  await page.keyboard.type('Office hours');
  // Key 1 leads nowhere yet, so a new step is put there.
  await keys('Escape', 'a');
  await page.keyboard.type('hang up');
  await keys('Enter');
  await node('hang-up').waitFor();
  await noFault();

  // Back along the line, over to the other way out, and on: as told to who does not see.
  await keys('ArrowLeft', 'Alt+ArrowDown', 'ArrowRight');
  await until('the goodbye to be told', async () =>
    (await canvas().locator('[aria-live]').first().innerText()).startsWith('goodbye'),
  );
  // The way out may be led elsewhere by choosing its target.
  await keys('ArrowLeft', 'Alt+ArrowDown', 'c');
  await page.keyboard.type('goodbye');
  await keys('ArrowDown', 'Enter', 'Escape');
  await keys('Control+z', 'Control+Shift+z');
  await noFault();

  await keys('Control+s');
  await page.waitForURL(/\/flows\/[0-9a-f-]{36}$/);
  await tabTo('publish', () => document.activeElement?.textContent?.trim() === 'Publish');
  await keys('Enter');
  await page.getByRole('dialog').getByText('This is its first publication.').waitFor();
  await tabTo('publish', () => document.activeElement?.textContent?.trim() === 'Publish');
  await keys('Enter');
  await page.locator('main header').getByText('published v1').waitFor();

  await lead(numbers[1]!, await publishedId('By keyboard'));
  await pressOne(numbers[1]!, '+442071838102');
});

test('D-17: a live call is watched step by step, with its line and each variable before and after; the record keeps it', async () => {
  const gather = (next: string) => ({
    kind: 'gather' as const,
    prompt: [],
    variable: 'account',
    length: { kind: 'fixed' as const, digits: 2 },
    timeoutMs: 30_000,
    next,
  });
  const flow = await own.api.call('POST /api/flows', {
    body: {
      name: 'Watched',
      start: 'first',
      steps: {
        first: gather('again'),
        again: { ...gather('bye'), title: 'Once more' },
        bye: { kind: 'hang-up', say: [] },
      },
    },
  });
  await own.api.call('POST /api/flows/:id/publish', { params: { id: flow.id } });
  await lead(numbers[2]!, flow.id);

  const cell = (row: string, column: number) =>
    page.locator('tr', { hasText: row }).locator('td, [role=gridcell]').nth(column);
  await page.goto('/lines');
  await page.getByText('No call is in a flow').waitFor();
  await until('its line to be idle', async () => (await cell('demo', 3).innerText()) === '0');
  const call = await phone.ring({ ...product.sip, number: numbers[2]!, from: '+442071838103' });
  await call.until(['talking'], 10_000);
  await page.getByRole('row').filter({ hasText: 'Watched' }).filter({ hasText: 'first' }).waitFor();
  await until('its line to be busy', async () => (await cell('demo', 3).innerText()) === '1');
  expect(await seriousFindings(page)).toEqual([]);
  await keepPicture('lines');

  await page.getByRole('row').filter({ hasText: 'Watched' }).click();
  await page.waitForURL(/\/calls\/[0-9a-f-]{36}$/);
  await page.getByText('Stands now at first, a step of “Watched”, version 1').waitFor();
  call.press('1');
  call.press('2');
  await page.getByText('Stands now at Once more, a step of “Watched”, version 1').waitFor();
  const changes = page.getByRole('table', { name: 'Variables, as they changed' }).locator('tbody tr');
  const told = async () => (await changes.allInnerTexts()).map((row) => row.split('\t').slice(1).join(' | '));
  await until('the first change to be told', async () => (await told()).length === 1);
  expect(await told()).toEqual(['first | account | not set yet | 12']);
  expect(await seriousFindings(page)).toEqual([]);
  await keepPicture('call-in-flow');
  call.press('3');
  call.press('4');
  await call.until(['ended'], 20_000);
  await until('the second change to be told', async () => (await told()).length === 2);
  expect(await told()).toEqual(['first | account | not set yet | 12', 'Once more | account | 12 | 34']);
  await page.getByText('Stands now at').waitFor({ state: 'detached' });
});

test('steps are copied from one flow into another, and deleting one offers where its callers shall go', async () => {
  await newFlow('Copies');
  await page.goto(`/flows/${await publishedId('By mouse')}`);
  await node('menu').click();
  await node('hang-up').click({ modifiers: ['Control'] });
  await page.keyboard.press('Control+c');
  await page.getByText('2 steps copied').waitFor();
  await newFlow('Copies');
  await canvas().focus();
  await page.keyboard.press('Control+v');
  await node('menu').waitFor();
  await node('hang-up').waitFor();
  expect(await canvas().locator('[data-id="menu/choices.1"]').count()).toBe(1);

  await canvas().focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Lead them to').waitFor();
  await dialog.getByRole('button', { name: 'Delete step' }).click();
  await node('welcome').waitFor({ state: 'detached' });
  expect(await page.locator('.head').getByRole('combobox').first().inputValue()).toBe('goodbye');
});

test('a flow is tried out without a call: keys, silence, and the way it takes drawn on the canvas', async () => {
  await page.goto(`/flows/${await publishedId('By mouse')}`);
  await node('menu').waitFor();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await form().getByRole('button', { name: 'Ring' }).click();
  await form().getByText('Welcome.').waitFor();
  await form().getByRole('button', { name: 'On to the next decision' }).click();
  await form().getByRole('group', { name: 'Keys of the caller' }).getByRole('button', { name: '1', exact: true }).click(); // prettier-ignore
  await form().getByText('We are open from nine to six. Goodbye.').waitFor();
  await form().getByRole('button', { name: 'On to the next decision' }).click();
  await form().getByText('The flow is over').waitFor();
  await page.getByRole('button', { name: 'The whole flow' }).click();
  await canvas()
    .locator('.svelte-flow__edge.walked[data-id="menu/choices.1"]')
    .waitFor({ state: 'attached' });
  expect(await canvas().locator('.svelte-flow__edge.walked[data-id="menu/otherwise"]').count()).toBe(0);
  expect(await seriousFindings(page)).toEqual([]);
  await keepPicture('simulator');
});

test('O-01: a changed flow is published, compared with what it was in words, and rolled back', async () => {
  const header = page.locator('main header');
  const dialog = page.getByRole('dialog');
  await newFlow('Back again');
  await form().locator('textarea').first().fill('Welcome.');
  await noFault();
  await header.getByRole('button', { name: 'Save draft' }).click();
  await page.waitForURL(/\/flows\/[0-9a-f-]{36}$/);
  const publish = async (version: number) => {
    await header.getByRole('button', { name: 'Publish' }).click();
    await dialog.getByRole('button', { name: 'ublish' }).click();
    await header.getByText(`published v${version}`).waitFor();
  };
  await publish(1);
  await page.locator('main').getByLabel('Name').fill('Worse');
  await publish(2);

  await header.getByRole('button', { name: 'Versions' }).click();
  await dialog.getByText('New calls take this one.').or(dialog.getByText('Choose a version')).waitFor();
  expect(await dialog.locator('ul > li > button').count()).toBe(2);
  await dialog.getByRole('button', { name: 'Version 1' }).click();
  await dialog.getByText('Renamed from “Worse” to “Back again”').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await keepPicture('versions');
  await dialog.getByRole('button', { name: 'Roll back to version 1' }).click();
  await dialog.getByText('Publish version 1 again, as version 3?').waitFor();
  await dialog.getByRole('button', { name: 'Roll back to version 1' }).click();
  await header.getByText('published v3').waitFor();
  await page.getByRole('heading', { name: 'Back again' }).waitFor();
});

test('O-01: any two versions are laid over each other on the canvas, what differs told by mark, word and line', async () => {
  const bye = { kind: 'hang-up' as const, say: [] };
  const say = (en: string, next: string) => ({ kind: 'say' as const, text: { en }, next });
  const contents = [
    { hello: say('Good day.', 'bye'), bye },
    { hello: say('Good day.', 'news'), news: say('We have moved.', 'bye'), bye },
    { hello: say('Hello.', 'closed'), closed: say('We are closed.', 'bye'), bye },
  ];
  const params = { id: '' };
  for (const steps of contents) {
    const body = { name: 'Compared', start: 'hello', steps };
    if (params.id === '') params.id = (await own.api.call('POST /api/flows', { body })).id;
    else await own.api.call('PUT /api/flows/:id', { params, body });
    await own.api.call('POST /api/flows/:id/publish', { params });
  }
  await page.goto(`/flows/${params.id}/compare?from=2&to=3`);
  const drawing = page.getByRole('group', { name: 'Both versions over each other' });
  const fate = async (key: string) => {
    const text = await drawing.locator(`.svelte-flow__node[data-id="${key}"]`).innerText();
    return /added|removed|changed/.exec(text)?.[0] ?? 'same';
  };
  await drawing.locator('.svelte-flow__node').first().waitFor();
  const fates = async () =>
    Object.fromEntries(await Promise.all(['hello', 'news', 'closed', 'bye'].map(async (key) => [key, await fate(key)]))); // prettier-ignore
  expect(await fates()).toEqual({ hello: 'changed', news: 'removed', closed: 'added', bye: 'same' });
  expect(await drawing.getByText('gone', { exact: true }).count()).toBe(2);
  expect(await drawing.getByText('new', { exact: true }).count()).toBe(2);
  await page.locator('.words').getByText('closed').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await keepPicture('compare');

  // Neither needs to be the one that calls take now.
  await page.getByLabel('Before', { exact: true }).selectOption({ value: '1' });
  await page.getByLabel('After', { exact: true }).selectOption({ value: '2' });
  await drawing.locator('.svelte-flow__node[data-id="closed"]').waitFor({ state: 'detached' });
  await until('the step to be new', async () => (await fate('news')) === 'added');
  await page.getByRole('button', { name: 'The other way round' }).click();
  await until('the step to be gone', async () => (await fate('news')) === 'removed');
  expect(page.url()).toContain('from=2&to=1');
});

test('a flow goes out as a file and comes back as another; a broken one is told with its line', async () => {
  await page.goto(`/flows/${await publishedId('By mouse')}`);
  await node('menu').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as a file' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('By-mouse.yaml');
  const text = readFileSync(await file.path(), 'utf8');
  expect(text).toContain('label: Office hours');

  await newFlow('From a file');
  const take = (content: string) =>
    page.locator('input[type=file]').setInputFiles({ name: 'other.yaml', mimeType: 'application/yaml', buffer: Buffer.from(content) }); // prettier-ignore
  const line = text.split('\n').findIndex((each) => each.includes('attempts:')) + 1;
  await take(text.replace(/attempts: \d+/, 'attempts: many'));
  await page.getByRole('dialog').getByText(`Line ${line}`).waitFor();
  await page.keyboard.press('Escape');
  // What it names stands by name, and what nobody here has is told with its line.
  await take('format: seatgrid-flow-2\nname: Lost\nstart: wait\nsteps:\n  wait:\n    kind: enqueue\n    queueId: No such queue\n'); // prettier-ignore
  const told = page.getByRole('row').filter({ hasText: 'Line 7' });
  await told.getByText('Nothing here is called “No such queue”.').waitFor();
  await page.keyboard.press('Escape');
  await take(text.replace('name: By mouse', 'name: From a file'));
  await node('menu').waitFor();
  await noFault();
  await canvas().focus();
  await page.keyboard.press('Control+z');
  await node('menu').waitFor({ state: 'detached' });
});

test('every kind of step there is can be drawn, and its form has every field the kind declares', async () => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await newFlow('Of every kind');
  for (const kind of stepKinds) {
    const { x, y, height } = (await canvas().boundingBox())!;
    await dragTo(page.locator(`.palette [data-kind="${kind}"]`), { x: x + 90, y: y + height - 90 });
    await until(`a step ${kind}`, async () => (await form().locator('h2').count()) === 1 && (await form().getByLabel('Key', { exact: true }).inputValue()).startsWith(kind)); // prettier-ignore
    for (const [field, { type }] of Object.entries(definitionOf(kind).fields)) {
      const view = form().locator(`[data-field="${field}"]`);
      const controls = await view.locator('input, textarea, select, button').count();
      // This tenant has no prompts to choose from.
      expect(controls, `${kind}.${field}`).toBeGreaterThan(type === 'prompts' ? -1 : 0);
      expect((await view.innerText()).trim(), `${kind}.${field}`).not.toMatch(/step\.f\.|^$/);
    }
  }
  expect(complaints).toEqual([]);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'The whole flow' }).click();
});
