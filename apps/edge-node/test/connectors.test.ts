/** Callers whose flows ask the world outside, and the ways it fails them: every row is a real call. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ConnectorId, ConnectorSettings } from '@seatgrid/core/connectors/connector.ts';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { ConnectorConfig } from '@seatgrid/contracts/nouns/connector.ts';
import { newId, plainRule, type FixtureConfig, type FixtureTenant } from './fixture-config.ts';
import { OutsidePlaces } from './outside-places.ts';
import { TelephoneSide } from './telephone-side.ts';

type Steps = Readonly<Record<StepKey, FlowStep>>;

let places: OutsidePlaces;
let side: TelephoneSide;
let tenant: FixtureTenant;
const numbers = new Map<string, string>();

const say = (text: string, next: StepKey = 'bye'): FlowStep => ({ kind: 'say', text: { en: text }, next });
const set = (value: string, next: StepKey): FlowStep => ({ kind: 'set', variable: 'number', value, next });
const keyed = (next: StepKey): FlowStep => ({
  kind: 'gather', prompt: [], variable: 'number', length: { kind: 'fixed', digits: 4 }, timeoutMs: 5_000, next,
}); // prettier-ignore
const sorry = say('We cannot look that up now');
const bye: FlowStep = { kind: 'hang-up', say: [] };
const number = { name: 'number', value: '{number}' };
const ends = { sorry, bye };

function connector(
  settings: ConnectorSettings,
  password: string | null = null,
  timeoutMs = 10_000,
): ConnectorId {
  const id = newId<'connector'>();
  const config = { id, name: id, runsAt: 'node' as const, timeoutMs, linesMax: 2, settings };
  tenant.config.connectors.push({ ...config, secrets: { password, clientKey: null } } as ConnectorConfig);
  return id;
}

/** A number whose calls walk these steps, from the first on. */
function flow(fixture: FixtureConfig, name: string, steps: Steps): void {
  const called = `+864009${String(numbers.size + 1).padStart(6, '0')}`;
  const did = { id: newId<'did'>(), number: called, siteId: null };
  numbers.set(name, called);
  const { id: flowId } = fixture.flow(tenant, Object.keys(steps)[0]!, steps);
  const next = { kind: 'flow', flowId } as const;
  tenant.config.dids.push(did);
  tenant.config.rules.push({
    ...plainRule,
    id: newId<'inbound-rule'>(),
    name,
    didIds: [did.id],
    onDuty: next,
    offDuty: next,
  });
}

function flows(fixture: FixtureConfig): void {
  const { settings, passwords } = places;
  tenant = fixture.tenant({ slug: 'demo', number: '+8640080099999', agents: 1 });
  tenant.config.innerHosts = ['127.0.0.1'];
  const queueId = fixture.queue(tenant).id;
  const customers = connector(settings.postgres, passwords.postgres);
  const nowhere = connector({ ...settings.postgres, port: 1 });
  const web = connector(settings.http);
  const lookUp = (connectorId: ConnectorId, next: StepKey): FlowStep => ({
    kind: 'query-database',
    connectorId,
    statement: 'select name, balance, department from customer where number = :number',
    values: [number],
    results: ['name', 'balance', 'department'].map((one) => ({ field: one, variable: one })),
    next,
    onError: 'sorry',
    onNothing: 'unknown',
  });
  const byDepartment: FlowStep = {
    kind: 'branch', variable: 'department', cases: [{ test: 'equals', value: 'vip', next: 'vip' }], otherwise: 'others',
  }; // prettier-ignore
  const routes = {
    vip: say('You are in good hands'),
    others: say('Please wait for your turn'),
    unknown: say('Nobody has this number'),
  };
  flow(fixture, 'balance', {
    number: keyed('look'),
    look: lookUp(customers, 'tell'),
    tell: say('Your balance is {balance}', 'queue'),
    queue: { kind: 'enqueue', queueId },
    unknown: routes.unknown,
    ...ends,
  });
  flow(fixture, 'hostile digits', {
    number: set(`1001'; drop table customer; --`, 'write'),
    write: {
      kind: 'query-database', connectorId: customers, statement: 'insert into note values (:number)', values: [number],
      results: [{ field: 'changed', variable: 'changed' }], next: 'look', onError: 'sorry',
    },
    look: lookUp(customers, 'tell'),
    tell: say('Your balance is {balance}'),
    unknown: routes.unknown,
    ...ends,
  }); // prettier-ignore
  flow(fixture, 'route', {
    number: keyed('look'),
    look: lookUp(customers, 'way'),
    way: byDepartment,
    ...routes,
    ...ends,
  });
  flow(fixture, 'route by default', {
    look: { ...lookUp(nowhere, 'way'), onError: 'way' } as FlowStep,
    way: byDepartment,
    ...routes,
    ...ends,
  });
  const get = (path: string): FlowStep => ({
    kind: 'http-request', connectorId: web, method: 'GET', path, values: [number], query: [], content: 'none', fields: [],
    results: [{ field: 'tariff.name', variable: 'tariff' }, { field: 'path', variable: 'path' }], next: 'tell', onError: 'sorry',
  }); // prettier-ignore
  const tariff = say('Your tariff is {tariff}');
  flow(fixture, 'web service', {
    number: keyed('ask'),
    ask: get('/customers/:number'),
    tell: tariff,
    ...ends,
  });
  flow(fixture, 'flood', { number: set('1', 'ask'), ask: get('/flood'), tell: tariff, ...ends });
  flow(fixture, 'inside', { number: set('1', 'ask'), ask: get('/inside'), tell: tariff, ...ends });
  flow(fixture, 'nowhere', { look: lookUp(nowhere, 'sorry'), unknown: routes.unknown, ...ends });
  flow(fixture, 'soap', {
    ask: {
      kind: 'soap-request', connectorId: connector(settings.soap), operation: 'GetPoints', action: '', fields: [],
      results: [{ field: 'Points', variable: 'points' }], next: 'tell', onError: 'sorry',
    },
    tell: say('You have {points} points'),
    ...ends,
  }); // prettier-ignore
  flow(fixture, 'socket', {
    number: keyed('ask'),
    ask: {
      kind: 'socket-request', connectorId: connector(settings.socket), message: 'BAL {number}',
      results: [{ field: 'parts.2', variable: 'balance' }], next: 'tell', onError: 'sorry',
    },
    tell: say('Your balance is {balance}'),
    ...ends,
  }); // prettier-ignore
  flow(fixture, 'procedure', {
    number: keyed('pay'),
    pay: {
      kind: 'call-procedure', connectorId: connector(settings.mysql, passwords.mysql), procedure: 'bank.pay',
      parameters: [{ name: 'wanted', value: '{number}', way: 'in' }, { name: 'left_over', value: '', way: 'out' }],
      results: [{ field: 'left_over', variable: 'left' }], next: 'tell', onError: 'sorry',
    },
    tell: say('There is {left} left'),
    ...ends,
  }); // prettier-ignore
  flow(fixture, 'middleware', {
    number: keyed('ask'),
    ask: {
      kind: 'message-request', connectorId: connector(settings.amqp, passwords.amqp), message: '{"number":"{number}"}', answer: 'awaited',
      results: [{ field: 'owes', variable: 'owes' }], next: 'tell', onError: 'sorry',
    },
    tell: say('You owe {owes}'),
    ...ends,
  }); // prettier-ignore
}

beforeAll(async () => {
  places = await OutsidePlaces.open();
  await places.run(
    'postgres',
    'create table customer (number text primary key, name text, balance numeric(10,2), department text)',
    `insert into customer values ('1001', 'Lin', 1284.50, 'vip'), ('1002', 'Chen', 3.00, 'standard')`,
    'create table note (text text)',
  );
  if (places.hasMariadb)
    await places.run(
      'mysql',
      'create database bank',
      'create table bank.account (number varchar(8), balance decimal(10,2))',
      `insert into bank.account values ('1001', 20.00)`,
      `create procedure bank.pay(wanted varchar(8), out left_over decimal(10,2))
       begin update bank.account set balance = balance - 5 where number = wanted; select balance into left_over from bank.account where number = wanted; end`,
    );
  side = await TelephoneSide.start(flows);
}, 240_000);
afterEach(() => side.settle());
afterAll(async () => {
  await side.close();
  await places.close();
});

/** The steps of the call begun last, each as `key:outcome`. */
function walked(): string[] {
  const { callId } = side.node.eventsOf('call.started').at(-1)!.facts;
  return side.node
    .eventsOf('flow.step')
    .filter(({ facts }) => facts.callId === callId)
    .map(({ facts }) => `${facts.stepKey}:${facts.outcome}`);
}

async function ring(name: string, digits = '') {
  const call = await side.ring(numbers.get(name)!);
  if (digits !== '') {
    await call.until(['talking'], 10_000);
    call.press(digits);
  }
  return call;
}

/** Rings, keys, hears, and is let go. */
async function hears(name: string, digits: string, text: string): Promise<string[]> {
  const call = await ring(name, digits);
  await call.until(['ended'], 60_000);
  expect(await side.wasSaid(call, text, 'en'), `“${text}” after ${walked().join(', ')}`).toBe(true);
  await side.settle();
  return walked();
}

test('D-25: a caller keys a number, hears the balance that stands in the database, and the agent sees the same record', async () => {
  const desk = await side.ready(tenant);
  const call = await ring('balance', '1001');
  const interaction = await desk.answer();
  expect(await side.wasSaid(call, 'Your balance is 1284.50', 'en')).toBe(true);
  const record = { number: '1001', name: 'Lin', balance: '1284.50', department: 'vip' };
  expect(interaction.collected).toEqual(record);
  call.hangUp();
  await side.settle();
  expect(side.node.eventsOf('call.ended').at(-1)!.facts.collected).toEqual(record);
  expect(walked().slice(0, 3)).toEqual(['number:entered', 'look:answered', 'tell:next']);
});

test('a number that stands nowhere takes the way of its own', async () => {
  expect(await hears('balance', '9999', 'Nobody has this number')).toContain('look:empty');
});

test('D-22: a looked-up value decides where a caller goes', async () => {
  await hears('route', '1001', 'You are in good hands');
  await hears('route', '1002', 'Please wait for your turn');
});

test('F-12: where the database cannot be reached, the route has its default', async () => {
  expect(await hears('route by default', '', 'Please wait for your turn')).toEqual([
    'look:error',
    'way:otherwise',
    'others:next',
    'bye:hang-up',
  ]);
});

test('SQL in what a caller says is written and looked up as a value, and does nothing', async () => {
  await hears('hostile digits', '', 'Nobody has this number');
  expect(await places.run('postgres', 'select text from note')).toEqual([
    { text: `1001'; drop table customer; --` },
  ]);
  expect(await places.run('postgres', 'select count(*) as n from customer')).toEqual([{ n: '2' }]);
});

test('D-12: a procedure of another kind of database writes, and says what is left', async ({ skip }) => {
  if (!places.hasMariadb) return skip('MariaDB is not on this machine');
  await hears('procedure', '1001', 'There is 15.00 left');
  expect(await places.run('mysql', 'select balance from bank.account')).toEqual([{ balance: '15.00' }]);
});

test('D-24: a web service is asked below its address, and its answer is spoken', async () => {
  await hears('web service', '1001', 'Your tariff is gold');
});

test('a SOAP service is asked, and its answer is spoken', async () => {
  await hears('soap', '', 'You have 350 points');
});

test('D-14: a socket is asked by caller after caller, and its answer is spoken', async () => {
  await hears('socket', '1001', 'Your balance is 7.25');
  await hears('socket', '1002', 'Your balance is 7.25');
});

test('D-15: a service behind message middleware is asked, and its record is spoken', async ({ skip }) => {
  if (!places.hasRabbitmq) return skip('RabbitMQ is not on this machine');
  await hears('middleware', '1001', 'You owe 1001.50');
});

test.each([
  ['a database where nobody listens', 'nowhere', 'look:error'],
  ['ten megabytes from a web service', 'flood', 'ask:error'],
  ['a redirect to an inner address', 'inside', 'ask:error'],
])('after %s the call goes on, and the trace names the place', async (_what, name, place) => {
  expect(await hears(name, '', 'We cannot look that up now')).toContain(place);
});
