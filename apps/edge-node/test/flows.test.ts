/** D-01, D-02, A-14, A-15, A-16: what a call walks through before anybody answers, and what the record says of it. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import { loudness } from '@seatgrid/testkit/tone-finder.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { FixtureConfig, newId, plainRule, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { TestDesk } from './test-desk.ts';
import { callerHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const say = (en: string) => ({ kind: 'text', text: { en } }) as const;
let node: NodeProcess;
let tenant: FixtureTenant;
let phone: TestPhone;
let outside: TestPhone;
let outsideAnswers = true;
const outsideRung: IncomingInvite[] = [];
const outsideCancelled: number[] = [];
const placed: PhoneCall[] = [];
const numbers = new Map<string, string>();
let rules: { number: string; step: (fixture: FixtureConfig) => NextStep }[] = [];

/** A number whose calls take this step. */
function numberFor(name: string, step: (fixture: FixtureConfig) => NextStep): void {
  const number = `+864008${String(rules.length + 1).padStart(6, '0')}`;
  numbers.set(name, number);
  rules.push({ number, step });
}

function flowOf(start: string, steps: Record<string, FlowStep>): (fixture: FixtureConfig) => NextStep {
  return (fixture) => ({ kind: 'flow', flowId: fixture.flow(tenant, start, steps).id });
}

const bye: FlowStep = { kind: 'hang-up', say: [say('Goodbye')] };

beforeAll(async () => {
  outside = await TestPhone.open({
    address: '127.0.0.4',
    onRung(invite, rtp) {
      outsideRung.push(invite);
      invite.progress(180);
      invite.onCancelled = () => outsideCancelled.push(performance.now());
      if (!outsideAnswers) return;
      invite.accept(rtp.sdp(), { onReinvite: () => rtp.sdp(), onEnded: () => undefined });
      rtp.connect(invite.sdp);
      rtp.speak(toneOf(outsideHz));
    },
  });
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: ['127.0.0.2'], target: { host: '127.0.0.4', port: outside.sipPort } });
  tenant = fixture.tenant({ slug: 'demo', number: '+8640080099999', agents: 1 });
  const queue = fixture.queue(tenant, { entry: [say('Welcome')], announcePositionEveryMs: 5_000 });

  numberFor(
    'gather',
    flowOf('ask', {
      ask: {
        kind: 'gather',
        title: 'Account',
        prompt: [say('Enter your account')],
        variable: 'account',
        length: { kind: 'variable', digitsMax: 10 },
        timeoutMs: 3_000,
        next: 'check',
      },
      check: {
        kind: 'branch',
        variable: 'account',
        cases: [{ test: 'starts-with', value: '77', next: 'known' }],
        otherwise: 'bye',
      },
      known: { kind: 'say', text: { en: 'Thank you {account}' }, next: 'wait' },
      wait: { kind: 'enqueue', queueId: queue.id },
      bye,
    }),
  );
  numberFor(
    'menu',
    flowOf('menu', {
      menu: {
        kind: 'menu',
        welcome: [],
        prompt: [say('Press one')],
        invalid: [say('Wrong key')],
        choices: { '1': { label: 'One', next: 'bye' } },
        timeoutMs: 600,
        attempts: 2,
        otherwise: 'bye',
      },
      bye,
    }),
  );
  numberFor(
    'dial',
    flowOf('dial', {
      dial: {
        kind: 'dial',
        number: '13955556666',
        callerNumber: '+8640080077777',
        ringTimeoutMs: 2_000,
        onFailed: 'bye',
      },
      bye,
    }),
  );
  numberFor(
    'agent',
    flowOf('agent', {
      agent: { kind: 'agent', agentId: tenant.agents[0]!.id, ringTimeoutMs: 5_000, onUnavailable: 'bye' },
      bye,
    }),
  );
  numberFor('hang-up', () => ({ kind: 'hang-up', say: [say('We are closed')] }));
  numberFor('agent rule', () => ({ kind: 'agent', agentId: tenant.agents[0]!.id }));
  for (const { number, step } of rules) {
    const did = { id: newId<'did'>(), number, siteId: null };
    tenant.config.dids.push(did);
    const next = step(fixture) as never;
    tenant.config.rules.push({
      ...plainRule,
      id: newId<'inbound-rule'>(),
      name: number,
      didIds: [did.id],
      onDuty: next,
      offDuty: next,
    });
  }
  node = await NodeProcess.start(fixture);
  phone = await TestPhone.open({ address: '127.0.0.2' });
});

afterEach(async () => {
  for (const call of placed.splice(0)) call.hangUp();
  await settled();
});

afterAll(async () => {
  await phone?.close();
  await outside?.close();
  await node?.close();
});

async function ring(name: string): Promise<PhoneCall> {
  const call = await phone.ring({
    host: nodeAddress,
    port: node.sipPort,
    number: numbers.get(name)!,
    from: '13800138000',
  });
  call.rtp.speak(toneOf(callerHz));
  placed.push(call);
  return call;
}

/** The journal has caught up with what callers saw. */
const settled = () =>
  until(
    'every call to be over',
    () => node.eventsOf('call.started').length === node.eventsOf('call.ended').length,
  );

const lastSteps = () => {
  const steps = node.eventsOf('flow.step');
  const callId = steps.at(-1)?.facts.callId;
  return steps.filter((event) => event.facts.callId === callId).map((event) => event.facts);
};

test('D-04, D-05: digits are collected, * starts over, # ends; they stand on the desk, in the steps and in the record', async () => {
  const desk = await TestDesk.ready(node, tenant);
  const call = await ring('gather');
  await call.until(['talking'], 5_000);
  call.press('12*7712#');
  const interaction = await desk.answer();
  expect(interaction.collected).toEqual({ account: '7712' });
  call.hangUp();
  const ended = await node.event('call.ended', (facts) => facts.callId === interaction.callId);
  expect(ended.facts.collected).toEqual({ account: '7712' });
  expect(lastSteps().map(({ stepKey, outcome, digits }) => [stepKey, outcome, digits])).toEqual([
    ['ask', 'entered', '7712'],
    ['check', 'case 1', null],
    ['known', 'next', null],
    ['wait', 'left', null],
  ]);
  for (const step of lastSteps()) expect(step.enteredAtMs).toBeGreaterThan(1_700_000_000_000);
  await desk.untilPresence('ready');
  await desk.done({ kind: 'sign-out' });
  desk.close();
});

test('a menu nobody answers is said again, and then left; the flow releases the call', async () => {
  const call = await ring('menu');
  await call.until(['ended'], 10_000);
  const ended = await node.event('call.ended', (facts) => facts.reason.code === 'flow-ended');
  expect(ended.facts.reason.party).toBe('platform');
  expect(lastSteps().map(({ stepKey, outcome }) => [stepKey, outcome])).toEqual([
    ['menu', 'timeout'],
    ['bye', 'hang-up'],
  ]);
  expect(loudness(call.rtp.heard())).toBeGreaterThan(0.01);
});

test('D-02: a flow dials with the caller number it was given, and both talk', async () => {
  outsideAnswers = true;
  const call = await ring('dial');
  await call.until(['talking'], 5_000);
  expect(outsideRung.at(-1)!.from.user).toBe('+8640080077777');
  expect(outsideRung.at(-1)!.requestUser).toBe('13955556666');
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(500))).toEqual([outsideHz]);
  call.hangUp();
});

test('D-02: a flow that dials gives up after its seconds and goes on', async () => {
  outsideAnswers = false;
  const beganAtMs = performance.now();
  const call = await ring('dial');
  await call.until(['ended'], 10_000);
  await settled();
  expect(outsideCancelled.at(-1)! - beganAtMs).toBeGreaterThan(1_900);
  expect(outsideCancelled.at(-1)! - beganAtMs).toBeLessThan(6_000);
  expect(lastSteps().map(({ stepKey, outcome }) => [stepKey, outcome])).toEqual([
    ['dial', 'no-answer'],
    ['bye', 'hang-up'],
  ]);
  const dialled = node.eventsOf('leg.dial-ended').at(-1)!;
  expect(dialled.facts.outcome).toBe('no-answer');
});

test('a flow rings one agent; who is not there is passed over', async () => {
  const passed = await ring('agent');
  await passed.until(['ended'], 5_000);
  await settled();
  expect(lastSteps().map(({ stepKey, outcome }) => [stepKey, outcome])).toEqual([
    ['agent', 'unavailable'],
    ['bye', 'hang-up'],
  ]);
  const desk = await TestDesk.ready(node, tenant);
  const call = await ring('agent');
  await desk.answer();
  await call.until(['talking'], 5_000);
  await call.rtp.listen(300);
  call.hangUp();
  await desk.untilPresence('ready');
  await desk.done({ kind: 'sign-out' });
  desk.close();
});

test('A-16: a rule that ends the call says why first', async () => {
  const call = await ring('hang-up');
  await call.until(['ended'], 5_000);
  expect(loudness(call.rtp.heard())).toBeGreaterThan(0.01);
});

test('A-16: a rule that rings an agent leaves the call unanswered, and unbilled, until the agent answers', async () => {
  const absent = await ring('agent rule');
  expect(await absent.until(['failed'], 5_000)).toMatchObject({ status: 480 });
  const desk = await TestDesk.ready(node, tenant);
  const call = await ring('agent rule');
  await desk.untilInteraction('ringing');
  expect(call.state.kind).toBe('ringing');
  const { callId } = await desk.answer();
  await call.until(['talking'], 5_000);
  await desk.done({ kind: 'end', callId });
  const ends = await node.event('call.ended', (facts) => facts.callId === callId);
  expect(ends.facts.billableSeconds).toBeGreaterThanOrEqual(0);
  const unanswered = node.eventsOf('call.ended').find((event) => event.facts.reason.code === 'unreachable')!;
  expect(unanswered.facts).toMatchObject({ answeredAtMs: null, billableSeconds: 0 });
  await desk.done({ kind: 'sign-out' });
  desk.close();
});

test('A-15: forced handling sends every number to one step, at once', async () => {
  tenant.config.forcedHandling = { kind: 'hang-up', say: [] };
  node.fixture.generation++;
  node.writeConfig();
  node.reload();
  await until('the new generation', () => node.stderr.includes(`"generation":${node.fixture.generation}`));
  const call = await ring('menu');
  expect(await call.until(['failed'], 5_000)).toMatchObject({ status: 480 });
  const started = await node.event('call.started', (facts) => facts.ruleName === null);
  expect(started.facts.toNumber).toBe(numbers.get('menu'));
});
