/**
 * Every page of both portals, opened with real data in light and dark, Chinese and English: nothing fails, axe has no serious
 * finding, nothing scrolls sideways. With SEATGRID_PICTURES=<folder> the pages of the README are kept as pictures.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { plainSpeech } from '@seatgrid/core/spoken/speech-settings.ts';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AgentPage } from './agent-page.ts';
import { openBrowser, openPage, signInAt, type PageOptions } from './browser.ts';
import { closeDesk, openDesk } from './desk-socket.ts';
import { seriousFindings } from './serious-findings.ts';
import { loginOf, numberOf, openCaller, sessionOf, theProduct, until, untilRecorded, type Product, type TenantSlug } from './product.ts'; // prettier-ignore

const notFound = /There is nothing here|这里什么都没有|這裡什麼都沒有/;
const pictures = process.env['SEATGRID_PICTURES'];

const managerPages = ['/floor', '/lines', '/calls', '/faxes', '/faxes/boxes', '/callbacks', '/callbacks/past', '/numbers', '/numbers/outbound', '/numbers/calendars', '/numbers/barred', '/numbers/levels', '/numbers/segments', '/numbers/dedicated', '/numbers/web', '/numbers/all', '/flows', '/what-if', '/what-if/new', '/connectors', '/extensions', '/queues', '/agents', '/agents/groups', '/agents/ring-groups', '/skills', '/prompts', '/dispositions', '/dispositions/pause-reasons', '/settings', '/settings/speech', '/settings/users', '/settings/limits', '/audit', '/audit/refusals']; // prettier-ignore
const consolePages = ['', '/tenants', '/tenants/numbers', '/nodes', '/nodes/sites', '/nodes/recordings', '/nodes/lost', '/trunks', '/alarms', '/operators', '/audit', '/audit/refusals', '/system']; // prettier-ignore
const looks = [
  { tenant: 'lotus', name: 'Chinese, light', theme: 'light', locale: 'zh-CN' },
  { tenant: 'harbor', name: 'English, dark', theme: 'dark', locale: 'en-US' },
] as const satisfies readonly (PageOptions & { tenant: TenantSlug; name: string })[];

let product: Product;
let browser: Browser;
let phone: TestPhone;

beforeAll(async () => {
  product = await theProduct();
  browser = await openBrowser();
  phone = await openCaller();
  // A call each, so that there is something to look at.
  for (const [tenant, extension, from] of [['lotus', '1001', '+8613922223333'], ['harbor', '1001', '+12125557777']] as const)
    await aCall(tenant, extension, from);
}); // prettier-ignore

afterAll(async () => {
  await phone?.close();
  await browser?.close();
});

async function aCall(tenant: TenantSlug, extension: string, from: string): Promise<void> {
  const desk = await openDesk(product, tenant, extension);
  await desk.done({ kind: 'sign-in', device: 'browser' });
  await desk.done({ kind: 'ready' });
  const call = await phone.ring({ ...product.sip, number: numberOf(product, tenant), from });
  await call.until(['talking'], 10_000);
  call.rtp.speak(makeTone({ frequencyHz: 440, durationMs: 1_000 }));
  await call.rtp.listen(2_500);
  call.press('0');
  const { callId } = await desk.answer(20_000);
  await desk.listen(3_000);
  call.hangUp();
  await desk.untilPresence('wrapping');
  const dispositionId = desk.state!.dispositions[0]!.id;
  await desk.done({ kind: 'finish-wrap-up', callId, dispositionId, notes: tenant === 'lotus' ? '客户咨询保修期' : 'Asked about the ferry times' });
  await closeDesk(desk);
  await untilRecorded(await sessionOf(product, tenant, 'supervisor'), from);
} // prettier-ignore

/** Complaints of the page itself: uncaught errors, and failed requests it did not expect. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`);
  });
  return complaints;
}

/** Opened, filled, still. */
async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator('main, [role="main"]').first().waitFor();
  await until(
    `${path} to be filled`,
    async () => (await page.locator('[aria-busy="true"], .skeleton').count()) === 0,
  );
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  if (notFound.test(await page.locator('main').first().innerText()))
    throw new Error(`there is no page at ${path}`);
}

async function judge(page: Page, path: string): Promise<void> {
  expect(await seriousFindings(page), `axe on ${path}`).toEqual([]);
  const isWide = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
  expect(isWide, `${path} scrolls sideways`).toBe(false);
}

async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(resolve(pictures), { recursive: true });
  await page.screenshot({ path: join(resolve(pictures), `${name}.png`), animations: 'disabled' });
}

test('the judges are awake: axe finds a button without a name, a page that does not exist is told from one that does', async () => {
  const page = await openPage(browser, product.report.addresses!.tenantPortal, { locale: 'en-US' });
  await page.setContent('<main><button></button></main>');
  expect(await seriousFindings(page)).toContain('button-name: <button></button>');
  await signInAt(page, loginOf(product, 'harbor', 'administrator'));
  await expect(visit(page, '/no-such-page')).rejects.toThrow('there is no page at /no-such-page');
  await page.context().close();
});

describe.each(looks)('$name', (look) => {
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    page = await openPage(browser, product.report.addresses!.tenantPortal, look);
    complaints = complaintsOf(page);
    await signInAt(page, loginOf(product, look.tenant, 'administrator'));
  });

  afterAll(() => page.context().close());

  test.each(managerPages)('%s', async (path) => {
    await visit(page, path);
    await judge(page, path);
    if (path === '/calls') await picture(page, `calls-${look.tenant}`);
    expect(complaints).toEqual([]);
  });

  test('the floor with people on it', async () => {
    const agents = product.report.phones.filter(({ tenant }) => tenant === look.tenant);
    const desks = await Promise.all(agents.map(({ extension }) => openDesk(product, look.tenant, extension)));
    for (const desk of desks) await desk.done({ kind: 'sign-in', device: 'browser' });
    await desks[0]!.done({ kind: 'ready' });
    const reason = desks[1]!.state!.pauseReasons.find(({ kind }) => kind === 'break')!;
    await desks[1]!.done({ kind: 'not-ready', reasonId: reason.id });
    const callers = await openCaller();
    const calls = [];
    for (const from of ['+12125550401', '+12125550402', '+12125550403']) {
      const call = await callers.ring({ ...product.sip, number: numberOf(product, look.tenant), from });
      await call.until(['talking'], 10_000);
      calls.push(call);
    }
    await calls[0]!.rtp.listen(2_500);
    for (const call of calls) call.press('0');
    await desks[0]!.answer(20_000);
    await visit(page, '/floor');
    await until('the callers on the floor', async () =>
      /0403/.test((await page.locator('main').innerText()).replaceAll(' ', '')),
    );
    await judge(page, '/floor');
    await picture(page, look.tenant === 'harbor' ? 'floor-en-dark' : 'floor-zh-light');
    for (const call of calls) call.hangUp();
    await desks[0]!.untilPresence('wrapping');
    await desks[0]!.done({
      kind: 'finish-wrap-up',
      callId: desks[0]!.state!.interaction!.callId,
      dispositionId: null,
      notes: '',
    });
    await Promise.all(desks.map((desk) => closeDesk(desk)));
    await callers.close();
    expect(complaints).toEqual([]);
  });

  test('the story of a call', async () => {
    const { api } = await sessionOf(product, look.tenant, 'supervisor');
    const { items } = await api.call('GET /api/calls', { query: { hasRecording: 'yes' } });
    await visit(page, `/calls/${items[0]!.id}`);
    await judge(page, '/calls/:id');
    await picture(page, look.tenant === 'harbor' ? 'call-en-dark' : 'call-zh-light');
    await page.locator('main header button[aria-expanded]').click();
    await page.locator('.ladder').waitFor();
    await judge(page, '/calls/:id, its lines');
    expect(complaints).toEqual([]);
  });

  test('the flow editor', async () => {
    const { api } = await sessionOf(product, look.tenant, 'administrator');
    const { items } = await api.call('GET /api/flows');
    await visit(page, `/flows/${items.find(({ name }) => name === 'main')!.id}`);
    await judge(page, '/flows/:id');
    await picture(page, look.tenant === 'harbor' ? 'flow-en-dark' : 'flow-zh-light');
    expect(complaints).toEqual([]);
  });

  test('a connector: its form says what is missing, keeps its secret, and its trial says what went wrong and where', async () => {
    const { api } = await sessionOf(product, look.tenant, 'administrator');
    await visit(page, '/connectors?open=new');
    const panel = page.locator('aside');
    await panel.locator('.field').first().waitFor();
    for (const kind of ['postgres', 'oracle', 'http', 'soap', 'socket', 'amqp']) {
      await panel.locator('select').first().selectOption(kind);
      await judge(page, `/connectors, a new one of ${kind}`);
    }
    await panel.locator('select').first().selectOption('http');
    const save = panel.getByRole('button', { name: /^(Create|创建|新建)$/ });
    await save.click();
    const missing = /This is needed|此项必填|An address that begins|请填写以/;
    expect(await panel.locator('.error').allInnerTexts()).toEqual([expect.stringMatching(missing), expect.stringMatching(missing)]);
    await field(page, /^(Name|名称)/).fill('Bank');
    await panel.locator('select').nth(1).selectOption('centre');
    await field(page, /^(Base address|基础地址)/).fill('http://127.0.0.1:9/v1');
    await field(page, /^(Password|密码)/).fill('sesame');
    await save.click();
    await page.getByRole('cell', { name: 'Bank' }).first().click();
    const [made] = (await api.call('GET /api/connectors')).items;
    expect(made).toMatchObject({ name: 'Bank', runsAt: 'centre', hasPassword: true, settings: { kind: 'http' } });
    expect(await field(page, /^(Password|密码)/).inputValue()).toBe('');
    await panel.getByRole('button', { name: /^(Try it|测试连接)$/ }).click();
    const told = panel.getByRole('alert');
    await told.waitFor();
    expect(await told.innerText()).toMatch(/Centre: is an inside address|中心：属于内部地址/);
    await judge(page, '/connectors, one tried');
    await picture(page, `connector-${look.tenant}`);
    await visit(page, '/connectors');
    await judge(page, '/connectors with one');
    await api.call('DELETE /api/connectors/:id', { params: { id: made!.id } });
    expect(complaints).toEqual([]);
  }); // prettier-ignore

  test('voices: each language’s is tried aloud before it is saved, and a prompt is made from a text', async () => {
    const { api } = await sessionOf(product, look.tenant, 'administrator');
    const { id } = await api.call('POST /api/connectors', { body: speechServer });
    await visit(page, '/settings/speech');
    const chinese = page.locator('section').filter({ has: page.getByRole('heading', { name: '繁體中文' }) });
    const [asWhom, tongue] = [chinese.locator('select').first(), chinese.locator('select').nth(1)];
    await tongue.selectOption('cantonese');
    const [heard] = await Promise.all([page.waitForResponse('**/api/speech/try'), chinese.getByRole('button', { name: /^(Hear|试听)$/ }).click()]);
    expect(heard.status()).toBe(200);
    expect(heard.request().postDataJSON()).toMatchObject({ locale: 'zh-Hant', voice: { tongue: 'cantonese', provider: { kind: 'espeak' } } });
    await asWhom.selectOption({ label: 'Voices' });
    await chinese.getByLabel(/^(Voice|音色)/).fill('alloy');
    await judge(page, '/settings/speech, a server chosen');
    await picture(page, `speech-${look.tenant}`);
    await page.getByRole('button', { name: /^(Save|保存)$/ }).click();
    await until('the voice to be kept', async () => (await api.call('GET /api/speech')).settings.voices['zh-Hant'].provider.kind === 'connector');
    await visit(page, '/prompts');
    await page.getByRole('button', { name: /^(Speak a text|用文字合成)$/ }).click();
    const box = page.locator('section').filter({ has: page.locator('textarea') });
    await box.getByLabel(/^(Name|名称)/).fill('Spoken');
    await box.locator('textarea').fill(look.tenant === 'harbor' ? 'Please hold' : '请稍候');
    await judge(page, '/prompts, one from a text');
    await picture(page, `speak-${look.tenant}`);
    await box.getByRole('button', { name: /^(Keep as a prompt|保存为语音文件)$/ }).click();
    await page.getByRole('cell', { name: 'Spoken' }).first().waitFor();
    const made = (await api.call('GET /api/prompts')).items.find(({ name }) => name === 'Spoken');
    expect(made).toMatchObject({ kind: 'prompt', durationMs: expect.any(Number) });
    await api.call('DELETE /api/prompts/:id', { params: { id: made!.id } });
    await api.call('PUT /api/speech', { body: plainSpeech });
    await api.call('DELETE /api/connectors/:id', { params: { id } });
    expect(complaints).toEqual([]);
  }); // prettier-ignore

  test('D-13: an extension is written, tried with its fault’s line marked, saved, and kept while a flow runs it', async () => {
    const { api } = await sessionOf(product, look.tenant, 'administrator');
    await visit(page, '/extensions');
    await judge(page, '/extensions, none yet');
    await visit(page, '/extensions?open=new');
    const panel = page.locator('aside');
    await panel.locator('.field').first().waitFor();
    await judge(page, '/extensions, a new one');
    const code = panel.locator('textarea');
    const tryIt = panel.getByRole('button', { name: /^(Try it|试运行)$/ });
    const told = panel.locator('.notice');
    await code.fill('function run({ points }) {\n  return { tier: points.name.first };\n}');
    await panel.getByRole('group', { name: /^(Given values|输入值)$/ }).getByRole('textbox').fill('250');
    await tryIt.click();
    await told.waitFor();
    expect(await told.innerText()).toMatch(/(Threw, line 2|抛出异常（第 2 行）).*TypeError/);
    expect(await panel.locator('li.marked').innerText()).toBe('2');
    await judge(page, '/extensions, one that failed');
    await code.fill('function run({ points }) {\n  console.log("looked at", points);\n  return { tier: points > 100 ? "gold" : "plain" };\n}');
    await tryIt.click();
    await panel.getByText('looked at 250').waitFor();
    expect(await told.innerText()).toContain('gold');
    expect(await panel.locator('li.marked').count()).toBe(0);
    await field(page, /^(Name|名称)/).fill('Tier');
    await panel.getByRole('button', { name: /^(Create|创建|新建)$/ }).click();
    await page.getByRole('cell', { name: 'Tier', exact: true }).click();
    await judge(page, '/extensions, one open');
    await picture(page, `extension-${look.tenant}`);
    const [made] = (await api.call('GET /api/extensions')).items;
    const run = { kind: 'run-extension', extensionId: made!.id, inputs: [], results: [], next: 'bye' } as const;
    const flow = await api.call('POST /api/flows', { body: { name: 'Runs it', start: 'run', steps: { run, bye: { kind: 'hang-up', say: [] } } } });
    await expect(api.call('DELETE /api/extensions/:id', { params: { id: made!.id } })).rejects.toMatchObject({ problem: { code: 'refused' } });
    await visit(page, `/flows/${flow.id}?step=run`);
    await judge(page, '/flows with a step that runs an extension');
    await api.call('DELETE /api/flows/:id', { params: { id: flow.id } });
    await api.call('DELETE /api/extensions/:id', { params: { id: made!.id } });
    expect(complaints).toEqual([]);
  }); // prettier-ignore
});

const speechServer = {
  name: 'Voices',
  runsAt: 'centre',
  timeoutMs: 1_000,
  linesMax: 1,
  settings: { kind: 'speaker', baseUrl: 'https://speech.example/v1', model: 'tts-1', tls: null },
} as const;
const field = (page: Page, label: RegExp) => page.locator('aside').getByLabel(label).first();

test.each(['light', 'dark'] as const)('the platform console, %s', async (theme) => {
  const page = await openPage(browser, product.api, { theme, locale: theme === 'light' ? 'en-US' : 'zh-TW' });
  const complaints = complaintsOf(page);
  await signInAt(page, loginOf(product, null, 'operator'), '/admin/');
  for (const path of consolePages) {
    await visit(page, `/admin${path}`);
    await judge(page, `/admin${path}`);
    if (path === '/tenants' && theme === 'light') await picture(page, 'console-en-light');
  }
  await openInnerHosts(page, theme);
  await openPlacement(page, theme);
  expect(complaints).toEqual([]);
  await page.context().close();
});

/** C-12: kept to no node at all it is not; the page says so. */
async function openPlacement(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page
    .locator('aside')
    .getByRole('button', { name: /^(Placement|部署位置)$/ })
    .click();
  const dialog = page.getByRole('dialog', { name: /(is served|的部署位置)/ });
  await dialog.getByRole('checkbox').click();
  await dialog.getByRole('button', { name: /^(Place it there|依此部署)$/ }).click();
  await dialog.getByRole('alert').waitFor();
  await judge(page, `/admin/tenants, placement, ${theme}`);
  await picture(page, `placement-${theme}`);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
}

/** What a tenant's connectors may reach inside is told line by line: what is no host is named, what is one is kept. */
async function openInnerHosts(page: Page, theme: 'light' | 'dark'): Promise<void> {
  const { api } = await sessionOf(product, null, 'operator');
  await visit(page, '/admin/tenants');
  await page.getByRole('cell', { name: 'harbor', exact: true }).click();
  const name = /^(Inner hosts|內部位址)$/;
  await page.locator('aside').getByRole('button', { name }).click();
  const dialog = page.getByRole('dialog', { name });
  const list = dialog.getByRole('textbox');
  await list.fill('10.1.2.3:5432\nnot a host');
  const save = dialog.getByRole('button', { name: /^(Save|儲存)$/ });
  await save.click();
  expect(await dialog.getByRole('alert').innerText()).toContain('not a host');
  await judge(page, `/admin/tenants, inner hosts, ${theme}`);
  await picture(page, `inner-hosts-${theme}`);
  await list.fill('10.1.2.3:5432\n\n10.8.0.0/16');
  await save.click();
  await dialog.waitFor({ state: 'hidden' });
  const { items } = await api.call('GET /api/platform/tenants');
  const params = { id: items.find(({ slug }) => slug === 'harbor')!.id };
  const kept = await api.call('GET /api/platform/tenants/:id/inner-hosts', { params });
  expect(kept.innerHosts).toEqual(['10.1.2.3:5432', '10.8.0.0/16']);
  await api.call('PUT /api/platform/tenants/:id/inner-hosts', { params, body: { innerHosts: [] } });
}

test('the desk: sign-in, ready, ringing, talking, wrap-up', async () => {
  const page = await openPage(browser, product.report.addresses!.tenantPortal, { locale: 'zh-CN' });
  const complaints = complaintsOf(page);
  await signInAt(page, loginOf(product, 'lotus', 'agent', '1001'));
  const agent = new AgentPage(page);
  await judge(page, '/desk before sign-in');
  await agent.signInToPhone('browser');
  await agent.goReady();
  await judge(page, '/desk ready');
  const call = await phone.ring({
    ...product.sip,
    number: numberOf(product, 'lotus'),
    from: '+8613955558888',
  });
  await call.until(['talking'], 10_000);
  await call.rtp.listen(2_500);
  call.press('2');
  // The account number, gathered before the queue.
  await call.rtp.listen(1_500);
  call.press('80612345#');
  await agent.untilRinging(30_000);
  await judge(page, '/desk ringing');
  await picture(page, 'desk-ringing-zh-light');
  await agent.answer();
  await judge(page, '/desk talking');
  expect(await page.locator('section.panel').innerText()).toContain('80612345');
  await call.rtp.listen(1_000);
  call.hangUp();
  await until('wrap-up', async () => /话后处理/.test(await agent.stateWord()));
  await judge(page, '/desk wrapping');
  await picture(page, 'desk-wrap-up-zh-light');
  await agent.wrapUp(1, '');
  await visit(page, '/my-day');
  await judge(page, '/my-day');
  expect(complaints).toEqual([]);
  await page.context().close();
});
