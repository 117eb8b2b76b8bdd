/**
 * B-13 in a real browser: when the line to a node, or the page's own to the centre, is cut without a word, every value that is not live
 * is soon marked so; open calls of a silent node are lost at once, and become true records when it is back.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { CentredNodes, ada, type CentredNode } from '../../apps/edge-node/test/centred-nodes.ts';
import { operator } from '../../apps/edge-node/test/centre-process.ts';
import { CutLink } from '../../apps/edge-node/test/cut-link.ts';
import type { TestDesk } from '../../apps/edge-node/test/test-desk.ts';
import { openBrowser, openPage, signInAt } from './browser.ts';
import { until } from './product.ts';

const markedWithinMs = 10_000;

let all: CentredNodes;
let node: CentredNode;
/** The line between the pages and the centre. */
let pagesLine: CutLink;
let browser: Browser;
let floor: Page;
let list: Page;
let nodes: Page;
let desk: TestDesk;
let calls: PhoneCall[];

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1'], 1);
  [node] = all.nodes as [CentredNode];
  pagesLine = await CutLink.to(all.centre.url);
  browser = await openBrowser();
  await ringTwice();
  const english = { locale: 'en-US', width: 1600, height: 1000 };
  floor = await openPage(browser, pagesLine.url, english);
  list = await openPage(browser, pagesLine.url, english);
  nodes = await openPage(browser, pagesLine.url, english);
  await signInAt(floor, ada);
  await floor.goto('/floor');
  await signInAt(list, ada);
  await list.goto('/calls');
  await signInAt(nodes, operator, '/admin');
  await nodes.goto('/admin/nodes');
});

afterAll(async () => {
  for (const call of calls ?? []) call.hangUp();
  desk?.close();
  await browser?.close();
  await pagesLine?.close();
  await all?.close();
});

/** One talks with the agent, one waits. */
async function ringTwice(): Promise<void> {
  const { number } = await all.queue();
  desk = await all.ready(node, all.agents[0]!);
  const talking = await all.ring(node, number, '13800138001');
  await desk.answer();
  calls = [talking, await all.ring(node, number, '13800138002')];
}

/** What shows live state there. */
const live = {
  floor:
    'dl.card, table[aria-label="Queues"] tbody tr, ul button:has(.clock), table[aria-label="Live calls"] tbody tr',
  list: 'main table tbody tr',
  nodes: 'main table tbody tr',
} as const;

/** Of every part, whether it is marked as not live. */
async function areMarked(page: Page, parts: string, value: boolean): Promise<boolean> {
  const marked = await page
    .locator(parts)
    .evaluateAll((found) => found.map((part) => part.closest('.stale, .floor.lost') !== null));
  return marked.length > 0 && marked.every((one) => one === value);
}

async function shownAfterMs(what: string, fromMs: number, isSo: () => Promise<boolean>): Promise<number> {
  await until(what, isSo, 30_000);
  return Date.now() - fromMs;
}

const textOf = async (page: Page) => (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ');
const clocksOf = (page: Page) => page.locator('main .tick').allInnerTexts();

async function untilAllIsLive(): Promise<void> {
  await until(
    'the floor to be live',
    async () => (await areMarked(floor, live.floor, false)) && /Talking/.test(await textOf(floor)),
  );
  await until(
    'the list to be live',
    async () => (await areMarked(list, live.list, false)) && /in progress/.test(await textOf(list)),
  );
  await until('the nodes to be live', () => areMarked(nodes, live.nodes, false));
}

test('B-13: the line to a node cut without a word: whatever the floor, the list of calls and the console show of it is marked and dated within ten seconds, and stands still', async () => {
  await untilAllIsLive();
  node.link.cut();
  const cutAtMs = Date.now();
  const [known, ...shown] = await Promise.all([
    shownAfterMs('the centre to know', cutAtMs, async () => (await all.healthOf(node.nodeId)).link === 'down'),
    shownAfterMs('the floor to be marked', cutAtMs, () => areMarked(floor, live.floor, true)),
    shownAfterMs('the list to be marked', cutAtMs, () => areMarked(list, live.list, true)),
    shownAfterMs('the console to be marked', cutAtMs, () => areMarked(nodes, live.nodes, true)),
  ]);
  console.log(`the centre knows after ${known} ms; floor, list and console are marked after ${shown.join(', ')} ms`);
  expect(Math.max(...shown)).toBeLessThan(Math.max(markedWithinMs, known + 3_000));
  const told = await textOf(floor);
  expect(told).toMatch(/Node 127\.0\.0\.1 has lost its link: shown as of \d/);
  expect(told).toMatch(/Lost touch at [\d:]+: Talking/);
  expect(told).toMatch(/Lost touch at [\d:]+: Waiting/);
  expect(await textOf(list)).toMatch(/lost touch with its node at \d/);
  const clocks = await clocksOf(floor);
  expect(clocks.length).toBeGreaterThan(4);
  await new Promise((wake) => setTimeout(wake, 2_100));
  expect(await clocksOf(floor)).toEqual(clocks);
  node.link.mend();
  await untilAllIsLive();
}); // prettier-ignore

test('B-13: the page’s own line to the centre cut without a word: nothing looks live any more within ten seconds', async () => {
  pagesLine.cut();
  const cutAtMs = Date.now();
  const shown = await Promise.all([
    shownAfterMs('the floor to be marked', cutAtMs, () => areMarked(floor, live.floor, true)),
    shownAfterMs('the console to be marked', cutAtMs, () => areMarked(nodes, live.nodes, true)),
  ]);
  console.log(`floor and console are marked after ${shown.join(', ')} ms`);
  expect(Math.max(...shown)).toBeLessThan(markedWithinMs);
  expect(await textOf(floor)).toMatch(/No word from the centre since \d/);
  expect(await nodes.locator('.link.lost').innerText()).toMatch(/No word since \d/);
  pagesLine.mend();
  await untilAllIsLive();
});

test('B-12: a node killed: its open calls are lost at once, and ended by the platform as soon as it is back', async () => {
  await node.process.kill();
  const killedAtMs = Date.now();
  const [atFloor, atList] = await Promise.all([
    shownAfterMs('the floor to say so', killedAtMs, async () => /Lost touch at [\d:]+: Talking/.test(await textOf(floor))),
    shownAfterMs('the list to say so', killedAtMs, async () => /lost touch with its node/.test(await textOf(list))),
  ]);
  console.log(`calls of the killed node are lost at the floor after ${atFloor} ms, in the list after ${atList} ms`);
  await node.process.boot();
  await until('the records to be true', async () => {
    const told = await textOf(list);
    return !/lost touch|in progress/.test(told) && /platform/.test(told);
  });
  await until('the floor to be empty', async () => /No calls right now/.test(await textOf(floor)));
}); // prettier-ignore
