/**
 * What must not hurt a node: flows, answers and digits that are wrong or hostile. Each is a call: it takes its error branch in time,
 * goes on, and its trace names the place.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ConnectorId, ConnectorSettings } from '@seatgrid/core/connectors/connector.ts';
import type { ExtensionId } from '@seatgrid/core/extensions/extension.ts';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { ConnectorConfig } from '@seatgrid/contracts/nouns/connector.ts';
import { newId } from './fixture-config.ts';
import { FlowCalls } from './flow-calls.ts';
import { OutsidePlaces } from './outside-places.ts';

const calls = new FlowCalls();
let places: OutsidePlaces;

const bye: FlowStep = { kind: 'hang-up', say: [] };
const sorry: FlowStep = { kind: 'say', text: { en: 'Sorry: {errorCode}' }, next: 'bye' };
const keyed: FlowStep = {
  kind: 'gather', prompt: [], variable: 'keyed', length: { kind: 'fixed', digits: 4 }, timeoutMs: 5_000, next: 'bad',
}; // prettier-ignore

/** A number whose calls come to `bad` first, and to `sorry` where it fails. */
const flow = (name: string, bad: FlowStep, more: Readonly<Record<StepKey, FlowStep>> = {}) =>
  calls.flow(name, { bad: { ...bad, onError: 'sorry' } as FlowStep, ...more, sorry, bye });

function connector(settings: ConnectorSettings, password: string | null = null): ConnectorId {
  const id = newId<'connector'>();
  const config = { id, name: id, runsAt: 'node' as const, timeoutMs: 10_000, linesMax: 2, settings };
  calls.tenant.config.connectors.push({
    ...config,
    secrets: { password, clientKey: null },
  } as ConnectorConfig);
  return id;
}

const get = (connectorId: ConnectorId, path: string): FlowStep => ({
  kind: 'http-request', connectorId, method: 'GET', path, values: [], query: [], content: 'none', fields: [], results: [], next: 'bye',
}); // prettier-ignore

function run(source: string): FlowStep {
  const id: ExtensionId = newId<'extension'>();
  const outputs = [{ name: 'tier', type: 'text' as const }];
  calls.tenant.config.extensions.push({
    id, name: 'Tier', description: '', inputs: [], outputs, source, revision: 1,
  }); // prettier-ignore
  return { kind: 'run-extension', extensionId: id, inputs: [], results: [{ field: 'tier', variable: 'tier' }], next: 'bye' };
} // prettier-ignore

beforeAll(async () => {
  places = await OutsidePlaces.open('postgres and web');
  await places.run('postgres', 'create table customer (number text)', `insert into customer values ('1001')`, 'create table note (text text)');
  const { settings, passwords } = places;
  calls.tenant.config.innerHosts = ['127.0.0.1'];
  const bank = connector(settings.postgres, passwords.postgres);
  const web = connector(settings.http);
  const outside = connector({ ...settings.http, baseUrl: 'http://169.254.169.254' });
  const query = (connectorId: ConnectorId): FlowStep => ({ kind: 'query-database', connectorId, statement: 'select 1', values: [], results: [], next: 'bye' });
  flow('leads nowhere', { kind: 'compute', values: [{ variable: 'a', expression: '1' }], next: 'gone' });
  flow('divides by zero', { kind: 'compute', values: [{ variable: 'a', expression: '1 / 0' }], next: 'bye' });
  flow('unreachable database', query(connector({ ...settings.postgres, port: 1 })));
  flow('flood', get(web, '/flood'));
  flow('redirect inside', get(web, '/inside'));
  flow('address inside', get(outside, '/latest/meta-data'));
  flow('endless function', run('function run() {\n  for (;;) {}\n}'));
  flow('deaf function', run('const run = () => "a".repeat(1e6).indexOf("a".repeat(5e5) + "b");'));
  flow('hoarding function', run('function run() {\n  const all = [];\n  for (;;) all.push({ all });\n}'));
  flow('throwing function', run('function run() {\n  throw new Error("no such tier");\n}'));
  flow('recursive function', run('function run() {\n  return run() + 1;\n}'));
  flow('boasting function', run('const run = () => ({ tier: "x".repeat(100_000) });'));
  const { id: round } = calls.fixture.flow(calls.tenant, 'one', {
    one: { kind: 'set', variable: 'a', value: '1', next: 'two' },
    two: { kind: 'set', variable: 'a', value: '2', next: 'one' },
  });
  const waiting = calls.tenant.config.flows.find(({ id }) => id === round)!;
  Object.assign(waiting, { onError: 'sorry', steps: { ...waiting.steps, sorry, bye } });
  calls.flow('goes round', { bad: { kind: 'subflow', flowId: round, next: 'bye' }, bye });
  calls.flow('hostile digits', {
    keyed: { ...keyed, next: 'hostile' } as FlowStep,
    hostile: { kind: 'set', variable: 'keyed', value: `{keyed}'; drop table customer; --`, next: 'bad' },
    bad: {
      kind: 'query-database', connectorId: bank, statement: 'insert into note values (:text)', values: [{ name: 'text', value: '{keyed}' }],
      results: [], next: 'look', onError: 'sorry',
    },
    look: {
      kind: 'query-database', connectorId: bank, statement: 'select number from customer where number = :text', values: [{ name: 'text', value: '{keyed}' }],
      results: [], next: 'bye', onError: 'sorry', onNothing: 'bye',
    },
    sorry,
    bye,
  });
  calls.flow('plain', { hello: { kind: 'say', text: { en: 'Hello' }, next: 'bye' }, bye });
  await calls.open();
}, 240_000); // prettier-ignore
afterEach(() => calls.settled());
afterAll(async () => {
  await calls.close();
  await places?.close();
});

function fault() {
  const { callId } = calls.node.eventsOf('call.started').at(-1)!.facts;
  return calls.node.eventsOf('flow.step').find(({ facts }) => facts.callId === callId && facts.fault)?.facts;
}

test.each<[string, string, string | null, RegExp]>([
  ['leads nowhere', 'no-step', null, /^leads to "gone"/],
  ['divides by zero', 'division-by-zero', 'values.0.expression', /division by zero/],
  ['unreachable database', 'unreachable', 'connectorId', /./],
  ['flood', 'too-large', 'connectorId', /./],
  ['redirect inside', 'inner-address', 'connectorId', /169\.254\.169\.254/],
  ['address inside', 'inner-address', 'connectorId', /169\.254\.169\.254/],
  ['endless function', 'endless', 'extensionId', /^Tier(, line 1: took more than|: did not end)/],
  ['deaf function', 'endless', 'extensionId', /^Tier: did not end by itself/],
  ['hoarding function', expect.stringMatching(/^(out-of-memory|endless)$/) as string, 'extensionId', /^Tier/],
  ['throwing function', 'threw', 'extensionId', /^Tier, line 2: Error: no such tier$/],
  ['recursive function', 'too-deep', 'extensionId', /^Tier.*: calls lie deeper/],
  ['boasting function', 'too-large', 'extensionId', /^Tier: run answered with more/],
])('%s: the call goes on at the error branch, and its trace names the place', async (name, code, place, message) => {
  const call = await calls.ring(name);
  await call.until(['ended'], 30_000);
  await calls.settled();
  expect(calls.walked()).toEqual(['bad:error', 'sorry:next', 'bye:hang-up']);
  expect(fault()).toMatchObject({ stepKey: 'bad', fault: { code, place } });
  expect(fault()!.fault!.message).toMatch(message);
}, 60_000); // prettier-ignore

test('a flow that goes round without waiting takes its own error branch, once, and the call goes on', async () => {
  const call = await calls.ring('goes round');
  await call.until(['ended'], 30_000);
  await calls.settled();
  expect(fault()).toMatchObject({ fault: { code: 'endless', message: expect.stringMatching(/^\d+ steps/) } });
  expect(calls.walked().slice(-2)).toEqual(['sorry:next', 'bye:hang-up']);
}, 60_000);

test('SQL in what a caller keys is written and looked up as a value, and does nothing', async () => {
  const call = await calls.ring('hostile digits');
  await call.until(['talking'], 10_000);
  call.press('1001');
  await call.until(['ended'], 30_000);
  await calls.settled();
  expect(calls.walked()).toEqual(['keyed:entered', 'hostile:next', 'bad:answered', 'look:empty', 'bye:hang-up']);
  expect(await places.run('postgres', 'select text from note')).toEqual([{ text: `1001'; drop table customer; --` }]);
  expect(await places.run('postgres', 'select count(*) as n from customer')).toEqual([{ n: '1' }]);
}); // prettier-ignore

test('D-13: while functions of the tenant do not end, other calls are answered, spoken to and let go', async () => {
  const hostile = await Promise.all(Array.from({ length: 3 }, () => calls.ring('deaf function')));
  const plain = await calls.ring('plain');
  await plain.until(['ended'], 30_000);
  // One of the three at a time, each longer than the other call altogether.
  expect(calls.node.eventsOf('call.ended').length).toBeLessThan(calls.node.eventsOf('call.started').length);
  expect(calls.walked()).toEqual(['hello:next', 'bye:hang-up']);
  for (const call of hostile) await call.until(['ended'], 60_000);
}, 120_000);
