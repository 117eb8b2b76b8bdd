/**
 * Administration in a real browser against the whole product: every page of both portals in every language, light and dark,
 * looked over for serious faults of access; then the work itself, done by keyboard where a person would.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { openBrowser, openPage, signInAt } from './browser.ts';
import { loginOf, numberOf, openCaller, sessionOf, theProduct, until, untilRecorded, type Product } from './product.ts'; // prettier-ignore

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Pictures of every page, for looking at, where this names a folder. */
const picturesFolder = process.env['SEATGRID_PICTURES'];

const dresses = [
  { locale: 'en', chosen: 'en', theme: 'light', width: 1280 },
  { locale: 'zh-CN', chosen: 'zh-Hans', theme: 'dark', width: 1280 },
  { locale: 'zh-TW', chosen: 'zh-Hant', theme: 'light', width: 1920 },
  { locale: 'en', chosen: 'en', theme: 'dark', width: 1920 },
] as const;

const tenantPaths = [
  '/calls',
  '/numbers',
  '/numbers?open=new',
  '/numbers/all',
  '/flows',
  '/flows/new',
  '/queues',
  '/numbers/outbound?open=new',
  '/queues?open=new',
  '/agents',
  '/agents?open=new',
  '/skills?open=new',
  '/prompts',
  '/dispositions?open=new',
  '/dispositions/pause-reasons',
  '/settings',
  '/settings/users?open=new',
  '/settings/limits',
  '/audit',
  '/audit/refusals',
];
const platformPaths = [
  '/admin/tenants',
  '/admin/tenants?open=new',
  '/admin/tenants/numbers?open=new',
  '/admin/nodes',
  '/admin/nodes/sites',
  '/admin/nodes/lines',
  '/admin/trunks?open=new',
  '/admin/alarms',
  '/admin/operators',
  '/admin/audit',
  '/admin/audit/refusals',
  '/admin/system',
];

let product: Product;
let browser: Browser;

beforeAll(async () => {
  product = await theProduct();
  browser = await openBrowser();
});

afterAll(() => browser?.close());

interface Door {
  readonly tenant: 'lotus' | 'harbor' | null;
  readonly role: 'administrator' | 'supervisor' | 'operator';
}

async function enter({ tenant, role }: Door, dress: (typeof dresses)[number]): Promise<Page> {
  const page = await openPage(browser, product.api, {
    locale: dress.locale,
    theme: dress.theme,
    width: dress.width,
  });
  await page.addInitScript((chosen) => localStorage.setItem('seatgrid.locale', chosen), dress.chosen);
  await signInAt(page, loginOf(product, tenant, role), tenant ? '/' : '/admin/');
  return page;
}

/** Opens a page and waits until nothing of it is still on its way. */
async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator('main h1').waitFor();
  await page.locator('main .skeleton').first().waitFor({ state: 'detached' });
  if (path.includes('open=')) await page.locator('aside').waitFor();
}

async function faultsOf(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(root: Document, how: object): Promise<{ violations: Violation[] }> };
    };
    interface Violation {
      readonly id: string;
      readonly impact: string;
      readonly nodes: readonly { readonly html: string }[];
    }
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    const serious = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
    const root = document.documentElement;
    return root.scrollWidth > root.clientWidth ? [...serious, 'scrolls sideways'] : serious;
  });
}

describe.each(dresses)('every page in $chosen, $theme, $width wide', (dress) => {
  test.each([
    [{ tenant: 'lotus', role: 'administrator' } as const, tenantPaths],
    [{ tenant: null, role: 'operator' } as const, platformPaths],
  ])('for %j', async (door, paths) => {
    const page = await enter(door, dress);
    const faults: string[] = [];
    let path = '';
    page.on('pageerror', (error) => faults.push(`${path}: ${error.message}`));
    page.on('console', (message) => message.type() === 'error' && faults.push(`${path}: ${message.text()}`));
    for (path of paths) {
      await visit(page, path);
      faults.push(...(await faultsOf(page)).map((fault) => `${path}: ${fault}`));
      if (picturesFolder) {
        mkdirSync(picturesFolder, { recursive: true });
        const name = `${path.replace(/\W+/g, '-')}-${dress.chosen}-${dress.theme}-${dress.width}.png`;
        await page.screenshot({ path: join(picturesFolder, name) });
      }
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('the work of an administrator', () => {
  let page: Page;
  const mark = `t${process.pid}`;

  beforeAll(async () => {
    page = await enter({ tenant: 'lotus', role: 'administrator' }, dresses[0]);
  });

  afterAll(() => page.context().close());

  test('adds a skill by keyboard alone, and asks before what is unsaved is left', async () => {
    await visit(page, '/skills');
    await page.keyboard.press('Alt+n');
    const panel = page.locator('aside');
    await panel.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type(`${mark} skill`);
    await page.keyboard.press('Escape');
    const question = page.getByRole('dialog');
    await question.getByRole('button', { name: 'Keep editing' }).click();
    await page.locator('aside input').first().press('Enter');
    await panel.waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: `${mark} skill` }).waitFor();
  });

  test('what the centre refuses stands beside its field, and what was typed stays', async () => {
    await page.keyboard.press('Alt+n');
    const input = page.locator('aside input').first();
    await input.fill(`${mark} skill`);
    await input.press('Enter');
    await page.locator('aside [role=alert]').first().waitFor();
    expect(await input.inputValue()).toBe(`${mark} skill`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Leave without saving' }).click();
    await page.locator('aside').waitFor({ state: 'detached' });
  });

  test('deletes it by name', async () => {
    await page.getByRole('cell', { name: `${mark} skill` }).click();
    await page.locator('aside').getByRole('button', { name: 'Delete' }).click();
    const question = page.getByRole('dialog');
    await question.getByText(`Delete “${mark} skill”?`).waitFor();
    await question.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('cell', { name: `${mark} skill` }).waitFor({ state: 'detached' });
  });

  test('a form says what is missing in the language of its reader', async () => {
    await visit(page, '/agents?open=new');
    await page.locator('aside footer').getByRole('button', { name: 'Create' }).click();
    await page.locator('aside').getByText('This is needed.').first().waitFor();
    // The first faulty field has the keyboard, one frame after its fault is shown.
    await page.locator('aside [aria-invalid="true"]:focus').waitFor();
    await page.locator('aside header').getByRole('button').click();
  });

  test('a flow is written, its faults stand on their steps, undo takes them back, and it is published', async () => {
    await visit(page, '/flows/new');
    await page.getByRole('radio', { name: 'Outline' }).check();
    const tree = page.getByRole('tree');
    await page.locator('main').getByLabel('Name').fill(`${mark} flow`);
    // The welcome says nothing yet.
    await tree.locator('.faulty').first().waitFor();
    await page.locator('section.right textarea').first().fill('Welcome.');
    await tree.locator('.faulty').first().waitFor({ state: 'detached' });

    await page.locator('section.right').getByRole('combobox').first().click();
    await page.getByRole('option', { name: 'New step: Queue' }).click();
    await tree.locator('.faulty').first().waitFor();
    expect(await tree.getByRole('treeitem', { selected: true }).innerText()).toContain('enqueue');
    await page.keyboard.press('Control+z');
    await tree.locator('.faulty').first().waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Shift+z');
    await tree.locator('.faulty').first().waitFor();

    await tree.getByRole('treeitem').filter({ hasText: 'enqueue' }).click();
    await page.locator('section.right').getByRole('combobox').first().click();
    await page.getByRole('option', { name: 'service' }).click();
    await tree.locator('.faulty').first().waitFor({ state: 'detached' });

    await page.keyboard.press('Control+s');
    await page.waitForURL(/\/flows\/[0-9a-f-]{36}$/);
    await page.locator('main header').getByRole('button', { name: 'Publish' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This is its first publication.').waitFor();
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await page.locator('main header').getByText('published v1').waitFor();
  });

  test('the next publication tells what will change', async () => {
    await page.getByRole('tree').getByRole('treeitem').first().click();
    await page.locator('section.right textarea').first().fill('Good day.');
    await page.keyboard.press('Control+s');
    await page.locator('main header').getByText('changed since v1').waitFor();
    await page.locator('main header').getByRole('button', { name: 'Publish' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Step “welcome”: Text').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.locator('main header').getByRole('button', { name: 'Delete flow' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL(/\/flows$/);
  });

  test('D-23: a sound is uploaded and heard, another format is refused in the centre’s words', async () => {
    await visit(page, '/prompts');
    const wav = writeWav(makeTone({ frequencyHz: 440, durationMs: 600, sampleRateHz: 16_000 }), 16_000);
    await page.locator('input[type=file]').setInputFiles([
      { name: `${mark} tone.wav`, mimeType: 'audio/wav', buffer: Buffer.from(wav) },
      { name: `${mark} picture.wav`, mimeType: 'audio/wav', buffer: Buffer.from('GIF89a, not a sound') },
    ]);
    await page
      .getByRole('cell', { name: `${mark} tone` })
      .first()
      .waitFor();
    const refusal = page.locator('.upload.refused');
    await refusal.waitFor();
    expect(await refusal.innerText()).toMatch(/WAV/);
    await refusal.getByRole('button').last().click();

    const row = page.getByRole('row').filter({ hasText: `${mark} tone` });
    await row.getByRole('button').first().click();
    await row.locator('button[aria-pressed=true]').waitFor();
    await row.getByRole('cell').nth(1).click();
    await page.locator('aside').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
  });

  test('a call is found by its number and told from first ring to end', async () => {
    const from = `+86139${String(process.pid).padStart(8, '0').slice(-8)}`;
    const phone = await openCaller();
    const call = await phone.ring({ ...product.sip, number: numberOf(product, 'lotus'), from });
    await call.until(['talking'], 10_000);
    // Keys count once the menu speaks, after the chime.
    await call.rtp.listen(4_000);
    call.press('1');
    await call.rtp.listen(2_500);
    call.hangUp();
    await phone.close();
    const session = await sessionOf(product, 'lotus', 'administrator');
    const record = await untilRecorded(session, from);

    await visit(page, `/calls?number=${encodeURIComponent(from.slice(1))}`);
    await until('one row', async () => (await page.locator('main tbody tr').count()) === 1);
    await page.locator('main tbody tr a').click();
    await page.waitForURL(`**/calls/${record.id}`);
    const timeline = page.getByRole('list', { name: 'What happened' });
    await timeline.getByText('Call from').waitFor();
    await timeline.getByText('keys 1').waitFor();
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByRole('cell', { name: 'good' }).first().waitFor();
    await page.getByRole('button', { name: /INVITE from Caller to Node/ }).click();
    await page.getByText(`sip:${from}@`).first().waitFor();
    await page.getByText('Nobody’s fault').waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });
});

describe('a supervisor', () => {
  test('reads calls and finds no door to administration', async () => {
    const page = await enter({ tenant: 'lotus', role: 'supervisor' }, dresses[0]);
    await visit(page, '/calls');
    await page.goto('/queues');
    await page.getByText('There is nothing here').waitFor();
    await page.context().close();
  });
});

describe('a platform operator', () => {
  let page: Page;
  const slug = `t${process.pid}`;

  beforeAll(async () => {
    page = await enter({ tenant: null, role: 'operator' }, dresses[0]);
  });

  afterAll(() => page.context().close());

  test('adds a tenant, suspends it with a reason, and serves it again', async () => {
    await visit(page, '/admin/tenants?open=new');
    const panel = page.locator('aside');
    await panel.getByLabel('Name').first().fill(`Trial ${slug}`);
    await panel.getByLabel('Short name').fill(slug);
    await panel.getByLabel('Name').last().fill('First Person');
    await panel.getByLabel('E-mail').fill(`first@${slug}.example`);
    await panel.getByLabel('Password').fill('a long password');
    await panel.locator('footer').getByRole('button', { name: 'Create' }).click();
    await panel.waitFor({ state: 'detached' });

    const row = page.getByRole('row').filter({ hasText: slug });
    await row.getByRole('cell').first().click();
    await page.locator('aside').getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('unpaid');
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
    await row.getByText('suspended').waitFor();
    await page.locator('aside').getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await row.getByText('in service').waitFor();
  });

  test('sees what the line of a node carries, and by which messages', async () => {
    await visit(page, '/admin/nodes/lines');
    const row = page.locator('table[aria-label] tbody tr').first();
    await row.getByText('headquarters-1').click();
    const kinds = page.locator('aside');
    await kinds.getByRole('cell', { name: 'hello', exact: true }).waitFor();
    await kinds.getByRole('columnheader', { name: 'Messages' }).click();
    if (picturesFolder) await page.screenshot({ path: join(picturesFolder, 'line-kinds.png') });
  });

  test('gets an enrolment token to copy, once', async () => {
    await visit(page, '/admin/nodes?open=new');
    await page.locator('aside').getByLabel('Name').fill(`node ${slug}`);
    await page.locator('aside footer').getByRole('button', { name: 'Create' }).click();
    await page.locator('aside').waitFor({ state: 'detached' });
    const row = page.getByRole('row').filter({ hasText: `node ${slug}` });
    await row.getByRole('cell').first().click();
    await page.locator('aside').getByRole('button', { name: 'Make a token' }).click();
    await page.locator('aside').getByText('Shown only now').waitFor();
    expect((await page.locator('aside code').first().innerText()).length).toBeGreaterThan(20);
    // B-06: its numbers of the public network.
    const numbers = page.locator('aside').getByRole('region', { name: 'Numbers of the public network' });
    await numbers.getByText('None: a node that does not reach').waitFor();
    await numbers.getByRole('button', { name: 'Change the numbers' }).click();
    await numbers.getByLabel('Numbers, one a line').fill('2150000001');
    await numbers.getByRole('button', { name: 'Reserve' }).click();
    await numbers.getByText('A number with its country').waitFor();
    await numbers.getByLabel('Numbers, one a line').fill('+862150000001\n+862150000002');
    await numbers.getByRole('button', { name: 'Reserve' }).click();
    await numbers.getByText('+862150000001, +862150000002').waitFor();
    await numbers.getByText('calls on their way at one time: 2').waitFor();
    if (picturesFolder)
      await page.locator('aside').screenshot({ path: join(picturesFolder, 'public-numbers.png') });
    await page.locator('aside').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
  });
});
