/** F-32, F-16, F-33: what a call is about decides who takes it, again when it is found to be about something else, and kinds of contact wait in one order. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import type { SkillId } from '@seatgrid/core/kernel/ids.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { WebButton } from '@seatgrid/core/numbers/web-button.ts';
import { newId, type FixtureTenant, type Mutable } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { TestVisitor } from './test-visitor.ts';
import { until } from './until.ts';

const number = '+864008000001';
const openNumber = '+864008000002';
const vip = '13900139000';
const [billing, repair] = [newId<'skill'>(), newId<'skill'>()] as [SkillId, SkillId];
let side: TelephoneSide;
let tenant: FixtureTenant;
let again: CallFlow;
let shared: Mutable<Queue>;
let button: WebButton;

/** Agents 0 and 1 repair, agent 2 knows bills. */
beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 3, locale: 'en' });
    for (const [index, skillId] of [repair, repair, billing].entries())
      tenant.config.agents[index]!.skills = [{ skillId, level: 5 }];
    tenant.config.skills.push({ id: billing, name: 'Billing' }, { id: repair, name: 'Repair' });
    tenant.config.customerLevels = [{ pattern: vip, level: 1 }];
    const bills = fixture.queue(tenant, { name: 'Bills', requires: [{ skillId: billing, level: 1 }] });
    const repairs = fixture.queue(tenant, { name: 'Repairs', requires: [{ skillId: repair, level: 1 }] });
    shared = fixture.queue(tenant, { name: 'Shared' }) as Mutable<Queue>;
    const bye = { kind: 'hang-up', say: [] } as const;
    const about = {
      kind: 'branch',
      variable: 'question',
      cases: [{ test: 'equals', value: 'billing', next: 'bills' }],
      otherwise: 'repairs',
    } as const;
    const ends = {
      about,
      bills: { kind: 'enqueue', queueId: bills.id },
      repairs: { kind: 'enqueue', queueId: repairs.id },
      bye,
    } as const;
    const ask = fixture.flow(tenant, 'ask', {
      ask: {
        kind: 'menu',
        title: 'Your question',
        welcome: [],
        prompt: [{ kind: 'text', text: { en: 'One for bills, two for repairs' } }],
        invalid: [],
        choices: { '1': { label: 'Billing', next: 'is-billing' }, '2': { label: 'Repair', next: 'account' } },
        timeoutMs: 10_000,
        attempts: 1,
        otherwise: 'bye',
      },
      'is-billing': { kind: 'set', variable: 'question', value: 'billing', next: 'about' },
      account: {
        kind: 'gather',
        prompt: [],
        variable: 'account',
        length: { kind: 'fixed', digits: 3 },
        timeoutMs: 10_000,
        next: 'about',
      },
      ...ends,
    });
    // A second routing by what is known meanwhile: an account of the seven hundreds is a matter of bills.
    again = fixture.flow(
      tenant,
      'look',
      {
        look: {
          kind: 'branch',
          variable: 'account',
          cases: [{ test: 'starts-with', value: '7', next: 'is-billing' }],
          otherwise: 'about',
        },
        'is-billing': { kind: 'set', variable: 'question', value: 'billing', next: 'about' },
        ...ends,
      },
      'Look again',
    );
    numberWith(tenant, number, { kind: 'flow', flowId: ask.id });
    numberWith(tenant, openNumber, { kind: 'queue', queueId: shared.id });
    button = {
      id: newId<'web-button'>(),
      name: 'Page',
      didId: tenant.config.dids.find((did) => did.number === openNumber)!.id,
      origins: ['http://localhost:8080'],
      isOpen: true,
      callsAtOnceMax: 10,
      callsPerMinuteMax: 100,
    };
    tenant.config.webButtons.push({ ...button, origins: [...button.origins] });
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

const rungFor = (callId: string) =>
  side.node
    .eventsOf('reservation.made')
    .filter(({ facts }) => facts.callId === callId)
    .map(({ facts }) => tenant.agents.findIndex(({ id }) => id === facts.agentId));

test('F-32: a call classified as billing reaches only who knows bills, though others are idle longer; the desk says what it is about', async () => {
  for (const index of [0, 1]) await side.ready(tenant, index);
  const caller = await side.ring(number);
  await caller.until(['talking'], 5_000);
  caller.press('1');
  const { callId } = (await side.node.event('queue.entered', (facts) => facts.queueName === 'Bills')).facts;
  const clerk = await side.ready(tenant, 2);
  expect(await clerk.answer()).toMatchObject({ callId, path: ['Billing'], queue: { name: 'Bills' } });
  expect(rungFor(callId)).toEqual([2]);
});

test('F-16: a call already with an agent is routed a second time, with its data, and rings whom the new routing finds', async () => {
  const [mender, clerk] = [await side.ready(tenant, 0), await side.ready(tenant, 2)];
  const caller = await side.ring(number);
  await caller.until(['talking'], 5_000);
  caller.press('2');
  await side.node.event('flow.step', (facts) => facts.stepKey === 'ask' && facts.digits === '2');
  caller.press('701');
  const { callId } = await mender.answer();
  expect(mender.state!.interaction).toMatchObject({ collected: { account: '701' }, path: ['Repair'] });
  await mender.done({ kind: 'transfer', callId, target: { kind: 'flow', flowId: again.id } });
  expect(await clerk.answer()).toMatchObject({
    callId,
    collected: { account: '701' },
    path: ['Repair'],
    queue: { name: 'Bills' },
  });
  expect(rungFor(callId)).toEqual([0, 2]);
  const steps = side.node.eventsOf('flow.step').filter(({ facts }) => facts.callId === callId);
  expect(steps.map(({ facts }) => facts.stepKey).slice(-4)).toEqual(['look', 'is-billing', 'about', 'bills']);
});

test('F-33: an older web call is overtaken by a customer of level 1 on the telephone, and not once it has waited as long as the queue allows', async () => {
  const served: string[] = [];
  for (const overtakenMaxMs of [600_000, 1_000]) {
    shared.overtakenMaxMs = overtakenMaxMs;
    await side.reconfigure();
    const entered = () => side.node.eventsOf('queue.entered').length;
    const before = entered();
    const visitor = await TestVisitor.open(side.node, button.id);
    await visitor.call();
    await until('the visitor to wait', () => entered() === before + 1);
    const waitsSinceMs = Date.now();
    await side.ring(openNumber, vip);
    await until('both to wait', () => entered() === before + 2);
    await until('the older to have waited', () => Date.now() - waitsSinceMs > 1_100);
    const desk = await side.ready(tenant, 1);
    served.push((await desk.answer()).webButton ?? 'telephone');
    visitor.close();
    await side.settle();
  }
  expect(served).toEqual(['telephone', 'Page']);
});
