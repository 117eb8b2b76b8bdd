/** Callers whose flows ask the world outside, and the ways it fails them: every row is a real call. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ConnectorId, ConnectorSettings } from '@seatgrid/core/connectors/connector.ts';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { ConnectorConfig } from '@seatgrid/contracts/nouns/connector.ts';
import type { PromptId } from '@seatgrid/core/kernel/ids.ts';
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import { findTones } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { newId, plainRule, type FixtureConfig, type FixtureTenant } from './fixture-config.ts';
import { OutsidePlaces } from './outside-places.ts';
import { layPrompts, promptFile, TelephoneSide, type PromptFileAtHand } from './telephone-side.ts';

type Steps = Readonly<Record<StepKey, FlowStep>>;

let places: OutsidePlaces;
let side: TelephoneSide;
let tenant: FixtureTenant;
const numbers = new Map<string, string>();
/** The chosen prompts, each a tone: of the vip, of everybody else. */
const promptsHz = [480, 620] as const;
let prompts: PromptFileAtHand[];

const say = (text: string, next: StepKey = 'bye'): FlowStep => ({ kind: 'say', text: { en: text }, next });
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
  const played = (promptId: PromptId): FlowStep => ({ kind: 'play', prompts: [promptId], next: 'ask' });
  prompts = promptsHz.map((frequencyHz) =>
    promptFile(tenant, writeWav(makeTone({ frequencyHz, durationMs: 800 }), 8_000), 800),
  );
  flow(fixture, 'seven acts', {
    number: keyed('look'),
    look: lookUp(customers, 'write'),
    write: {
      kind: 'query-database',
      connectorId: customers,
      statement: 'insert into visit values (:number)',
      values: [number],
      results: [],
      next: 'way',
      onError: 'sorry',
    },
    way: {
      kind: 'branch',
      variable: 'department',
      cases: [{ test: 'equals', value: 'vip', next: 'golden' }],
      otherwise: 'plain',
    },
    golden: played(prompts[0]!.id),
    plain: played(prompts[1]!.id),
    ask: { ...get('/customers/:number'), next: 'go' } as FlowStep,
    go: { kind: 'go-to-rule', rule: '{department}', onMissing: 'sorry' },
    unknown: routes.unknown,
    ...ends,
  });
  flow(fixture, 'vip', { tell: say('{name}, your tariff is {tariff}'), bye });
  flow(fixture, 'standard', { tell: say('{name}, the standard desk will help you'), bye });
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
    'create table visit (number text)',
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
  layPrompts(side.node, prompts);
  await side.reconfigure();
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

test.each([
  ['1001', 'golden', 0, 'Lin, your tariff is gold'],
  ['1002', 'plain', 1, 'Chen, the standard desk will help you'],
] as const)('D-22: a flow of all seven acts routes caller %s by what was looked up', async (digits, prompt, tone, text) => {
  const call = await ring('seven acts', digits);
  await call.until(['ended'], 60_000);
  const samples = call.rtp.heard();
  const stretches = Array.from({ length: Math.floor(samples.length / 2_000) }, (_, at) => samples.subarray(at * 2_000, (at + 1) * 2_000));
  const heard = new Set(stretches.flatMap((one) => findTones(one, { frequenciesHz: [...promptsHz], amplitudeMin: 0.15 })));
  expect([...heard], walked().join(', ')).toEqual([promptsHz[tone]]);
  expect(await side.wasSaid(call, text, 'en'), walked().join(', ')).toBe(true);
  await side.settle();
  const way = tone === 0 ? 'way:case 1' : 'way:otherwise';
  expect(walked()).toEqual(['number:entered', 'look:answered', 'write:answered', way, `${prompt}:next`, 'ask:answered', 'go:left', 'tell:next', 'bye:hang-up']);
  expect(await places.run('postgres', `select number from visit where number = '${digits}'`)).toEqual([{ number: digits }]);
}); // prettier-ignore

test('F-12: where the database cannot be reached, the route has its default', async () => {
  expect(await hears('route by default', '', 'Please wait for your turn')).toEqual([
    'look:error',
    'way:otherwise',
    'others:next',
    'bye:hang-up',
  ]);
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
