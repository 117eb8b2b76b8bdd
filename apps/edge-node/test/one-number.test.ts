/** one number before, in and after a sale, at any hour: people within working time, automatic service always. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { QueueId } from '@seatgrid/core/kernel/ids.ts';
import { newId, type FixtureConfig, type FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { until } from './until.ts';

const number = '+864008000001';
const bye = { kind: 'hang-up', say: [] } as const;
let side: TelephoneSide;
let tenant: FixtureTenant;
let queues: Record<'enquiries' | 'afterSales', QueueId>;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
    const skills = { enquiries: newId<'skill'>(), afterSales: newId<'skill'>() };
    tenant.config.skills = Object.entries(skills).map(([name, id]) => ({ id, name }));
    tenant.config.agents = tenant.config.agents.map((agent, index) => ({
      ...agent,
      skills: [{ skillId: Object.values(skills)[index]!, level: 1 }],
    }));
    const queueOf = (name: keyof typeof skills) =>
      fixture.queue(tenant, { name, requires: [{ skillId: skills[name], level: 1 }] }).id;
    queues = { enquiries: queueOf('enquiries'), afterSales: queueOf('afterSales') };
    const day = service(fixture, 'Welcome', {
      '1': { label: 'Enquiries', next: 'enquiries' },
      '2': { label: 'Orders', next: 'order' },
      '3': { label: 'After-sales', next: 'after-sales' },
    });
    const night = service(fixture, 'We are closed', { '2': { label: 'Orders', next: 'order' } });
    // All the week; the night is made of it below.
    const workingTime = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }];
    numberWith(tenant, number, day, { workingTime, offDuty: night });
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

function service(
  fixture: FixtureConfig,
  welcome: string,
  choices: Record<string, { label: string; next: string }>,
) {
  const flow = fixture.flow(tenant, 'menu', {
    menu: { kind: 'menu', welcome: [], prompt: [{ kind: 'text', text: { en: welcome } }], invalid: [], choices, timeoutMs: 8_000, attempts: 2, otherwise: 'bye' },
    enquiries: { kind: 'enqueue', queueId: queues.enquiries },
    'after-sales': { kind: 'enqueue', queueId: queues.afterSales },
    order: { kind: 'gather', prompt: [{ kind: 'text', text: { en: 'Key in your order number' } }], variable: 'order', length: { kind: 'fixed', digits: 3 }, timeoutMs: 8_000, next: 'told' },
    told: { kind: 'say', text: { en: 'Your order is on its way' }, next: 'bye' },
    bye,
  }, welcome); // prettier-ignore
  return { kind: 'flow', flowId: flow.id } as const;
}

async function byKey(welcome: string, key: string) {
  const call = await side.ring(number);
  await side.untilSaid(call, welcome, 'en');
  call.press(key);
  return call;
}

async function ordersByItself(welcome: string): Promise<void> {
  const call = await byKey(welcome, '2');
  await side.untilSaid(call, 'Key in your order number', 'en');
  call.press('471');
  await side.untilSaid(call, 'Your order is on its way', 'en');
}

test('A-07: one number reaches enquiries, orders and after-sales by day; by night the automatic service answers on it', async () => {
  const [enquiries, afterSales] = [await side.ready(tenant, 0), await side.ready(tenant, 1)];
  const before = await byKey('Welcome', '1');
  await enquiries.answer();
  expect(enquiries.state!.interaction!.queue!.name).toBe('enquiries');
  const after = await byKey('Welcome', '3');
  await afterSales.answer();
  expect(afterSales.state!.interaction!.queue!.name).toBe('afterSales');
  await ordersByItself('Welcome');
  for (const call of [before, after]) call.hangUp();
  await until('both calls to be over', () => side.node.eventsOf('call.ended').length >= 2);

  const rule = tenant.config.rules.find(({ name }) => name === `Rule ${number}`)!;
  Object.assign(rule, { workingTime: neverNow() });
  await side.reconfigure();
  await ordersByItself('We are closed');
}, 120_000);

/** A minute of another day of the week than today and its neighbours. */
function neverNow() {
  const today = new Date().getUTCDay();
  return [{ days: [((today + 3) % 7) + 1], from: '12:00', to: '12:01' }];
}
