/** calls from web pages: the same queue as the telephone's, in order of arrival; and who is kept out at the door. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { WebButton } from '@seatgrid/core/numbers/web-button.ts';
import { newId, type FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { loadPage, TestVisitor, webCallsAt } from './test-visitor.ts';
import { agentHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const number = '+864008000001';
const menuNumber = '+864008000002';
let side: TelephoneSide;
let tenant: FixtureTenant;
let suspended: FixtureTenant;
let button: WebButton;
let menuButton: WebButton;
let narrowButton: WebButton;
let closedButton: WebButton;
let visitors: TestVisitor[] = [];

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({
      slug: 'demo',
      number: '+864008000000',
      agents: 1,
      quotas: { concurrentCalls: 5 },
    });
    suspended = fixture.tenant({ slug: 'other', number: '+864008000009', agents: 1 });
    suspended.config.tenant.state = 'suspended';
    const queue = fixture.queue(tenant);
    numberWith(tenant, number, { kind: 'queue', queueId: queue.id });
    const flow = fixture.flow(tenant, 'ask', {
      ask: {
        kind: 'gather',
        prompt: [],
        variable: 'order',
        length: { kind: 'fixed', digits: 3 },
        timeoutMs: 10_000,
        next: 'wait',
      },
      wait: { kind: 'enqueue', queueId: queue.id },
    });
    numberWith(tenant, menuNumber, { kind: 'flow', flowId: flow.id });
    button = buttonOf(tenant, number);
    menuButton = buttonOf(tenant, menuNumber);
    narrowButton = buttonOf(tenant, number, { callsAtOnceMax: 1 });
    closedButton = buttonOf(tenant, number, { isOpen: false });
    buttonOf(suspended, '+864008000009');
  });
});

afterEach(async () => {
  for (const visitor of visitors.splice(0)) visitor.close();
  await side.settle();
});
afterAll(() => side?.close());

function buttonOf(of: FixtureTenant, rings: string, over: Partial<WebButton> = {}): WebButton {
  const made: WebButton = {
    id: newId<'web-button'>(),
    name: `Button ${rings}`,
    didId: of.config.dids.find((did) => did.number === rings)!.id,
    origins: ['https://www.example.com', 'http://localhost:8080'],
    isOpen: true,
    callsAtOnceMax: 10,
    callsPerMinuteMax: 100,
    ...over,
  };
  of.config.webButtons.push({ ...made, origins: [...made.origins] });
  return made;
}

async function visit(at: WebButton = button): Promise<TestVisitor> {
  const visitor = await TestVisitor.open(side.node, at.id);
  visitors.push(visitor);
  return visitor;
}

const speak = (visitor: TestVisitor) => visitor.sound!.speak(toneOf(outsideHz));

test('A-03, A-05: with the agent busy, a phone call, a web call and a phone call are answered in the order they arrived', async () => {
  const agent = await side.ready(tenant);
  await side.ring(number, '13800138000');
  const busy = await agent.answer();
  const arrived = (count: number) =>
    until('the queue to be longer', () => agent.state!.queues[0]!.waiting === count);
  const first = await side.ring(number, '13800138001');
  await arrived(1);
  const visitor = await visit();
  const webCall = await visitor.call();
  speak(visitor);
  await arrived(2);
  const last = await side.ring(number, '13800138002');
  await arrived(3);
  expect(await visitor.untilPhase('waiting')).toMatchObject({ position: 2 });

  await agent.done({ kind: 'end', callId: busy.callId });
  const one = await agent.answer();
  expect(one).toMatchObject({ number: '13800138001', webButton: null });
  await until('the visitor to move up', () => visitor.state!.position === 1);
  await agent.done({ kind: 'end', callId: one.callId });

  const two = await agent.answer();
  agent.sound!.speak(toneOf(agentHz));
  expect(two).toMatchObject({
    callId: webCall,
    number: '',
    webButton: button.name,
    queue: { name: 'Service' },
  });
  await visitor.untilPhase('talking');
  await visitor.listen(300);
  expect(whoIsHeard(await visitor.listen(400))).toEqual([agentHz]);
  expect(whoIsHeard(await agent.listen(400))).toEqual([outsideHz]);
  await agent.done({ kind: 'end', callId: two.callId });
  expect(await visitor.untilPhase('ended')).toMatchObject({ endedBy: 'centre' });

  expect(await agent.answer()).toMatchObject({ number: '13800138002' });
  first.hangUp();
  last.hangUp();
  const started = await side.node.event('call.started', (facts) => facts.callId === webCall);
  expect(started.facts).toMatchObject({
    direction: 'inbound',
    toNumber: number,
    trunkId: null,
    webButtonId: button.id,
    ruleName: `Rule ${number}`,
  });
});

test('the visitor’s keys drive the flow, in the visitor’s language; hanging up is the caller’s', async () => {
  const visitor = await visit(menuButton);
  const callId = await visitor.call('zh-Hant');
  expect(await visitor.untilPhase('service')).toMatchObject({ position: null });
  await visitor.done({ kind: 'press', digits: '4' });
  await visitor.done({ kind: 'press', digits: '56' });
  await visitor.untilPhase('waiting');
  await visitor.done({ kind: 'end' });
  expect(await visitor.untilPhase('ended')).toMatchObject({ endedBy: 'visitor' });
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts).toMatchObject({
    reason: { party: 'caller', code: 'abandoned' },
    language: 'zh-Hant',
    collected: { order: '456' },
  });
});

test('a visitor whose page is closed leaves the queue at once', async () => {
  const visitor = await visit();
  const callId = await visitor.call();
  await visitor.untilPhase('waiting');
  visitor.close();
  const left = await side.node.event('queue.left', (facts) => facts.callId === callId);
  expect(left.facts.cause).toBe('abandoned');
});

test('the page says which pages may show it, loads nothing from elsewhere, and carries a token of its own each time', async () => {
  const [one, two] = [await loadPage(side.node, button.id), await loadPage(side.node, button.id)];
  expect(one.status).toBe(200);
  expect(one.token).not.toBe(two.token);
  const policy = one.headers.get('content-security-policy')!;
  expect(policy).toContain('frame-ancestors https://www.example.com http://localhost:8080');
  expect(policy).toContain("default-src 'none'");
  const files = [...one.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
  for (const file of [...files, 'web-button.js'])
    expect((await fetch(`${webCallsAt(side.node)}/${file}`)).status, file).toBe(200);
});

test('a closed button, a suspended tenant’s and one that never was are answered alike, and tell nothing', async () => {
  const answers = [];
  for (const id of [
    closedButton.id,
    suspended.config.webButtons[0]!.id,
    newId<'web-button'>(),
    '..%2fpage',
    '',
  ]) {
    const { status, text } = await loadPage(side.node, id);
    answers.push({ status, text });
  }
  expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(answers[0]!.status).toBe(404);
  const posted = await fetch(`${webCallsAt(side.node)}/${button.id}`, { method: 'POST' });
  expect(posted.status).toBe(405);
});

test('a token opens one socket, and calls once; a made-up one opens none', async () => {
  const { token } = await loadPage(side.node, button.id);
  const visitor = await TestVisitor.openWith(side.node, token!);
  visitors.push(visitor);
  for (const other of [token!, 'f'.repeat(48)]) {
    const thief = await TestVisitor.openWith(side.node, other);
    visitors.push(thief);
    await until('to be shut out', () => thief.closedWhy);
    expect(thief.closedWhy).toBe('bad-token');
  }
  expect(await visitor.command({ kind: 'end' })).toMatchObject({ code: 'wrong-state' });
  await visitor.call();
  const offer = (await visitor.openSound()).offerSdp;
  expect(await visitor.command({ kind: 'call', offer, language: 'en' })).toMatchObject({
    code: 'wrong-state',
  });
});

test('a button’s own measure and the tenant’s quota hold, and what is no offer makes no call that lasts', async () => {
  const first = await visit(narrowButton);
  await first.call();
  const second = await visit(narrowButton);
  const offer = (await second.openSound()).offerSdp;
  expect(await second.command({ kind: 'call', offer, language: 'en' })).toMatchObject({ code: 'busy' });

  const bad = await visit();
  expect(await bad.command({ kind: 'call', offer: 'v=0', language: 'en' })).toMatchObject({
    code: 'media-refused',
  });

  for (let more = 0; more < 4; more++)
    await (await side.ring(number, `1380013801${more}`)).until(['talking'], 5_000);
  const over = await visit();
  const late = (await over.openSound()).offerSdp;
  expect(await over.command({ kind: 'call', offer: late, language: 'en' })).toMatchObject({ code: 'busy' });
  const refused = await side.node.event('call.refused', (facts) => facts.toNumber === number);
  expect(refused.facts).toMatchObject({ reason: 'quota-calls', fromNumber: '' });
});
