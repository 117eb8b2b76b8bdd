/** C-08 in a real browser: the shares of a quota as both portals list them are those the nodes count by (decision 0057). */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CallCentre, administrator, type LinkedNode } from '../../apps/edge-node/test/call-centre.ts';
import { operator } from '../../apps/edge-node/test/centre-process.ts';
import { openBrowser, openPage, signInAt } from './browser.ts';
import { until } from './product.ts';
import { seriousFindings } from './serious-findings.ts';

let whole: CallCentre;
let browser: Browser;
let limits: Page;
let tenants: Page;

beforeAll(async () => {
  whole = await CallCentre.start({ nodes: 1, agents: 1 });
  browser = await openBrowser();
  const english = { locale: 'en-US', width: 1600, height: 1000 };
  limits = await openPage(browser, whole.centre.url, english);
  await signInAt(limits, administrator);
  await limits.goto('/settings/limits');
  tenants = await openPage(browser, whole.centre.url, english);
  await signInAt(tenants, operator, '/admin');
  await tenants.goto('/admin/tenants');
  await tenants.getByRole('cell', { name: 'Acme', exact: true }).click();
});
afterAll(async () => {
  await browser?.close();
  await whole?.close();
});

interface Row {
  readonly node: string;
  readonly agents: number;
  readonly calls: number;
}

/** In the table under that heading; none where there is no table. */
async function shown(page: Page): Promise<string[][]> {
  const rows = page.locator('section', { hasText: 'Shares of the nodes' }).locator('tbody tr');
  return Promise.all((await rows.all()).map((row) => row.locator('td').allInnerTexts()));
}

const rowsOf = async (page: Page): Promise<Row[]> =>
  (await shown(page)).map(([node, agents, calls]) => ({ node: node!.trim(), agents: Number(agents), calls: Number(calls) })); // prettier-ignore

/** What it may take now, by its own word. */
async function saidBy({ name, process }: LinkedNode): Promise<Row> {
  const reply = await fetch(`${process.ready.localApi}/inspect`);
  const { tenants } = (await reply.json()) as {
    tenants: { slug: string; mayTake: { agentsSignedIn: number; concurrentCalls: number } }[];
  };
  const { mayTake } = tenants.find(({ slug }) => slug === 'acme')!;
  return { node: name, agents: mayTake.agentsSignedIn, calls: mayTake.concurrentCalls };
}

/** All three say the same at one time, and it fits. */
function untilAllSay(what: string, fits: (rows: readonly Row[]) => boolean): Promise<Row[]> {
  return until(what, async () => {
    const said = await Promise.all(whole.nodes.map(saidBy));
    const both = await Promise.all([rowsOf(limits), rowsOf(tenants)]);
    const isAgreed = both.every((rows) => JSON.stringify(rows) === JSON.stringify(said));
    return isAgreed && fits(said) && said;
  }, 30_000); // prettier-ignore
}

const sum = (rows: readonly Row[], of: 'agents' | 'calls') => rows.reduce((all, row) => all + row[of], 0);

test('one node has the whole, and there is nothing to list', async () => {
  await limits.getByText('Concurrent calls').first().waitFor();
  expect(await saidBy(whole.nodes[0]!)).toMatchObject({ agents: 50, calls: 100 });
  expect(await shown(limits)).toEqual([]);
  expect(await shown(tenants)).toEqual([]);
});

test('C-08: of two nodes both portals list what each counts by; all together it is the quota', async () => {
  await whole.addNode('Node 2');
  const [one, other] = await untilAllSay(
    'the shares of both',
    ([first, second]) => (second?.calls ?? 0) > 0 && first!.calls > 0,
  );
  expect(sum([one!, other!], 'calls')).toBe(100);
  expect(sum([one!, other!], 'agents')).toBe(50);
  expect([one!.calls, other!.calls]).toEqual([50, 50]);
  expect(await seriousFindings(limits)).toEqual([]);
});

test('it moves where it is used, and the pages follow', async () => {
  const { nodes } = whole;
  const calls = await Promise.all(
    Array.from({ length: 40 }, (_, index) => whole.ring(nodes[1]!, `1380013${String(9000 + index)}`)),
  );
  const rows = await untilAllSay(
    'more at the second node',
    ([first, second]) => second!.calls > 50 && first!.calls < 50,
  );
  expect(sum(rows, 'calls')).toBeLessThanOrEqual(100);
  for (const call of calls) call.hangUp();
});

test('a node that is away keeps its share, and is said to be away', async () => {
  const [, other] = await untilAllSay('rest', (rows) => rows.length === 2);
  await whole.nodes[1]!.process.kill();
  for (const page of [limits, tenants]) {
    const row = await until('the node to be marked', async () => {
      const found = (await shown(page)).find(([name]) => name!.startsWith('Node 2'));
      return found?.[0]!.endsWith('away') && found;
    }, 30_000);
    expect(Number(row[2])).toBe(other!.calls);
  }
}); // prettier-ignore
