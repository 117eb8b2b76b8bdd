/** F-10, F-25: how long it will take, as waiting callers hear it and as the record keeps it beside what came; and nobody left who could take a call. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import type { TestDesk } from './test-desk.ts';
import { until } from './until.ts';

const lines = {
  en: '+864008000011',
  'zh-Hans': '+864008000012',
  'zh-Hant': '+864008000013',
} satisfies Record<Locale, string>;
const shortWait = {
  en: 'The expected wait is less than a minute.',
  'zh-Hans': '预计等待时间不到1分钟。',
  'zh-Hant': '預計等候時間少於1分鐘。',
} satisfies Record<Locale, string>;
const say = (text: string): NextStep => ({ kind: 'hang-up', say: [{ kind: 'text', text: { en: text } }] });
const tenants = new Map<string, FixtureTenant>();
let side: TelephoneSide;
let queue: Queue;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    for (const locale of Object.keys(lines) as Locale[]) {
      const tenant = fixture.tenant({
        slug: `waits-${locale.toLowerCase()}`,
        number: lines[locale].replace('80000', '80090'),
        agents: 1,
        locale,
      });
      const settings = {
        wrapUpMs: locale === 'en' ? 1_000 : 0,
        announceWait: { everyMs: 5_000 },
        announcePositionEveryMs: 5_000,
      };
      const mine = fixture.queue(tenant, settings);
      if (locale === 'en') queue = mine;
      numberWith(tenant, lines[locale], { kind: 'queue', queueId: mine.id });
      tenants.set(locale, tenant);
    }
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

async function queued(number: string, from: string) {
  const before = side.node.eventsOf('queue.entered').length;
  const call = await side.ring(number, from);
  await call.until(['talking'], 5_000);
  await until('the caller to be queued', () => side.node.eventsOf('queue.entered').length > before);
  return call;
}

async function serve(desk: TestDesk): Promise<string> {
  const { callId, number } = await desk.answer(10_000);
  await desk.done({ kind: 'end', callId });
  return number;
}

/** As many as a queue must have served before anything is said. */
async function servesFive(desk: TestDesk, number: string): Promise<void> {
  for (const from of ['1', '2', '3', '4', '5']) {
    await queued(number, `5000${from}`);
    await serve(desk);
    await desk.untilPresence('ready');
  }
}

async function settings(changed: Partial<Queue>): Promise<void> {
  Object.assign(queue, changed);
  await side.reconfigure();
}

test.each(Object.entries(lines) as [Locale, string][])(
  'in %s: nothing is said before five were served; then the wait at entry, again with the position, and what came is in the record',
  async (locale, number) => {
    const desk = await side.ready(tenants.get(locale)!);
    const before = side.node.eventsOf('wait.announced').length;
    await servesFive(desk, number);
    expect(side.node.eventsOf('wait.announced').length).toBe(before);
    await queued(number, '60001');
    const { callId: taken } = await desk.answer();
    const waiting = await queued(number, '60002');
    await side.untilSaid(waiting, shortWait[locale], locale);
    waiting.rtp.startListening();
    // Both in one breath, five seconds later.
    await side.untilSaid(waiting, shortWait[locale], locale, 12_000);
    await desk.done({ kind: 'end', callId: taken });
    expect(await serve(desk)).toBe('60002');
    const [first, second] = side.node.eventsOf('wait.announced').slice(before);
    expect(first!.facts).toMatchObject({ callId: second!.facts.callId, saidMinutes: 0 });
    expect(first!.facts.expectedMs).toBeGreaterThan(0);
    const left = await side.node.event('queue.left', (facts) => facts.callId === first!.facts.callId);
    expect(left.facts).toMatchObject({ cause: 'agent' });
    expect(left.facts.waitedMs).toBeGreaterThan(4_000);
  },
  60_000,
);

test('F-10: who would wait longer than the queue allows goes elsewhere at once, and the reason is recorded', async () => {
  const desk = await side.ready(tenants.get('en')!);
  await servesFive(desk, lines.en);
  await settings({ onLongWait: { overMs: 1_000, step: say('Better call tomorrow') } });
  await queued(lines.en, '70001');
  await desk.answer();
  // Two before the third: some three times what a call takes here, after-call work and all.
  const second = await queued(lines.en, '70002');
  const third = await queued(lines.en, '70003');
  await side.untilSaid(third, 'Better call tomorrow', 'en');
  await third.until(['ended'], 5_000);
  await side.node.written();
  const left = side.node.eventsOf('queue.left').filter(({ facts }) => facts.cause === 'long-wait');
  expect(left.at(-1)!.facts.expectedMs).toBeGreaterThan(1_000);
  expect(left.length).toBe(second.state.kind === 'talking' ? 1 : 2);
  await settings({ onLongWait: null });
}, 60_000);

test('F-10: whoever waits when the last agent leaves goes where nobody on duty leads', async () => {
  await settings({ onNobody: say('We have all gone home') });
  const desk = await side.ready(tenants.get('en')!);
  await desk.done({ kind: 'not-ready', reasonId: null });
  const waiting = await queued(lines.en, '80001');
  await desk.done({ kind: 'sign-out' });
  await side.untilSaid(waiting, 'We have all gone home', 'en');
  await waiting.until(['ended'], 5_000);
  await side.node.written();
  expect(side.node.eventsOf('queue.left').at(-1)!.facts).toMatchObject({ cause: 'nobody' });
  await settings({ onNobody: null });
}, 30_000);

test('F-25: after a restart of the node the wait is told at once, by what it knew before', async () => {
  const [number, tenant] = [lines['zh-Hant'], tenants.get('zh-Hant')!];
  const before = await side.ready(tenant);
  await servesFive(before, number);
  await side.settle();
  await side.node.terminate();
  await side.node.boot();
  const desk = await side.ready(tenant);
  await queued(number, '90001');
  await desk.answer();
  const waiting = await queued(number, '90002');
  await side.untilSaid(waiting, shortWait['zh-Hant'], 'zh-Hant');
}, 120_000);
