/** What an outside line says by its sound alone ends the attempt, or the call, with the true cause, and tells the flow which way to go. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Country } from '@seatgrid/media/audio/progress/country-tones.ts';
import { progressTone, type ProgressTone } from '@seatgrid/media/audio/progress/progress-tone.ts';
import { samplesPerMs } from '@seatgrid/media/frame.ts';
import type { Dialog } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { findTones } from '@seatgrid/testkit/tone-finder.ts';
import type { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import { failedDialMs } from '../src/limits.ts';
import { FixtureConfig, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { numberWith } from './telephone-side.ts';
import { callerHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

/** The carrier plays a tone to whoever dials these, and answers only where it says so. */
const lines: Readonly<Record<string, ProgressTone>> = {
  '13900000001': 'busy',
  '13900000002': 'information',
  '13900000003': 'congestion',
  '13900000004': 'ringback',
};
/** Of the carrier's network; the tenant and the node are elsewhere. */
const country: Country = 'us';
const silentNumber = '+864008000008';
const circleNumber = '+864008990001';
const numbers = Object.keys(lines);
let phone: TestPhone;
let carrier: TestPhone;
let second: TestPhone;
let node: NodeProcess;
let tenant: FixtureTenant;
const cancelled: string[] = [];
const secondRung: string[] = [];
const answered: { readonly dialog: Dialog; readonly rtp: TestRtpPeer }[] = [];
const placed: PhoneCall[] = [];

beforeAll(async () => {
  carrier = await TestPhone.open({
    address: '127.0.0.4',
    onRung(invite, rtp) {
      const number = invite.requestUser;
      const tone = lines[number];
      invite.onCancelled = () => cancelled.push(number);
      if (tone) {
        invite.progress(183, rtp.sdp());
        rtp.connect(invite.sdp);
        return rtp.speak(progressTone(tone, country));
      }
      const dialog = invite.accept(rtp.sdp(), { onReinvite: () => rtp.sdp(), onEnded: () => undefined });
      rtp.connect(invite.sdp);
      rtp.speak(toneOf(outsideHz));
      answered.push({ dialog, rtp });
    },
  });
  second = await TestPhone.open({
    address: '127.0.0.5',
    onRung(invite) {
      secondRung.push(invite.requestUser);
      invite.reject(486);
    },
  });
  const fixture = new FixtureConfig();
  fixture.trunk({
    sources: ['127.0.0.2'],
    target: { host: '127.0.0.4', port: carrier.sipPort },
  }).toneCountry = country;
  fixture.trunk({ sources: ['127.0.0.3'], target: { host: '127.0.0.5', port: second.sipPort } });
  tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
  tenant.config.toneCountry = 'gb';
  const silent = fixture.flow(tenant, 'wait', {
    wait: {
      kind: 'gather',
      prompt: [],
      variable: 'key',
      length: { kind: 'single' },
      timeoutMs: 500,
      next: 'bye',
    },
    bye: { kind: 'hang-up', say: [] },
  });
  numberWith(tenant, silentNumber, { kind: 'flow', flowId: silent.id });
  for (const to of [...numbers, '13900000009']) {
    const bye = { kind: 'hang-up', say: [] } as const;
    const flow = fixture.flow(tenant, 'dial', {
      dial: { kind: 'dial', number: to, ringTimeoutMs: 20_000, onFailed: 'why' },
      why: {
        kind: 'branch',
        variable: 'dialResult',
        cases: ['busy', 'unknown-number', 'no-answer'].map((value) => ({
          test: 'equals',
          value,
          next: value,
        })),
        otherwise: 'bye',
      },
      busy: bye,
      'unknown-number': bye,
      'no-answer': bye,
      bye,
    });
    numberWith(tenant, `+86400800${to.slice(-4)}`, { kind: 'flow', flowId: flow.id });
  }
  const poor = fixture.tenant({ slug: 'poor', number: '+864008990000', agents: 1 });
  for (const trunk of fixture.trunks) trunk.tenantIds = [tenant.config.tenant.id];
  const again = { kind: 'dial', number: '13900000009', ringTimeoutMs: 20_000 } as const;
  const circle = fixture.flow(poor, 'one', {
    one: { ...again, onFailed: 'two' },
    two: { ...again, onFailed: 'one' },
  });
  numberWith(poor, circleNumber, { kind: 'flow', flowId: circle.id });
  node = await NodeProcess.start(fixture);
  phone = await TestPhone.open({ address: '127.0.0.2' });
});

afterEach(async () => {
  for (const call of placed.splice(0)) call.hangUp();
  await until(
    'every call to be over',
    () => node.eventsOf('call.started').length === node.eventsOf('call.ended').length,
  );
});

afterAll(async () => {
  await phone?.close();
  await carrier?.close();
  await second?.close();
  await node?.close();
});

/** Rings the number whose flow dials `to`. */
async function dial(to: string): Promise<PhoneCall> {
  const number = `+86400800${to.slice(-4)}`;
  const call = await phone.ring({ host: nodeAddress, port: node.sipPort, number, from: '13800138000' });
  call.rtp.speak(toneOf(callerHz));
  placed.push(call);
  return call;
}

const attempts = (to: string) =>
  node
    .eventsOf('leg.dial-ended')
    .filter(({ facts }) => facts.number === to)
    .map(({ facts: { outcome, status, tone } }) => ({ outcome, status, tone }));

/** The steps of the last call, and how each was left. */
const stepsOf = (callId: string) =>
  node
    .eventsOf('flow.step')
    .filter(({ facts }) => facts.callId === callId)
    .map(({ facts }) => facts.stepKey);

const lastEnd = () => node.eventsOf('call.ended').at(-1)!.facts;

test.each([
  ['13900000001', 'busy', { outcome: 'busy', status: 486, tone: 'busy' }],
  ['13900000002', 'unknown-number', { outcome: 'failed', status: 404, tone: 'information' }],
] as const)('D-02: a line that says by its tone that it is %s takes the branch %s', async (to, step, end) => {
  const before = node.eventsOf('call.ended').length;
  await (await dial(to)).until(['ended', 'failed'], 15_000);
  await until('the record', () => node.eventsOf('call.ended').length > before);
  expect(attempts(to)).toEqual([end]);
  expect(stepsOf(lastEnd().callId)).toEqual(['dial', 'why', step]);
  expect(cancelled).toContain(to);
});

test('a tone that says there is no way through is the trunk’s affair: the next one is tried', async () => {
  const before = node.eventsOf('call.ended').length;
  await (await dial('13900000003')).until(['ended', 'failed'], 15_000);
  await until('the record', () => node.eventsOf('call.ended').length > before);
  expect(secondRung).toContain('13900000003');
  expect(attempts('13900000003')).toEqual([
    { outcome: 'failed', status: 503, tone: 'congestion' },
    { outcome: 'busy', status: 486, tone: undefined },
  ]);
  expect(stepsOf(lastEnd().callId)).toEqual(['dial', 'why', 'busy']);
});

test('a line that rings by its tone is waited for', async () => {
  const call = await dial('13900000004');
  await call.rtp.listen(6_500, 20_000);
  expect(call.state.kind).toBe('ringing');
  expect(attempts('13900000004')).toEqual([]);
});

test('whoever hangs up and can say so only by the busy tone ends the call, as by a BYE', async () => {
  const call = await dial('13900000009');
  await call.until(['talking'], 5_000);
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(500))).toEqual([outsideHz]);
  const before = node.eventsOf('call.ended').length;
  answered.at(-1)!.rtp.speak(progressTone('busy', country));
  await until('the record', () => node.eventsOf('call.ended').length > before);
  expect(lastEnd().reason).toEqual({ party: 'trunk', code: 'hung-up', detail: 'busy tone' });
});

test.each([
  ['the carrier’s over which it called', '127.0.0.2', [480, 620]],
  ['the tenant’s, where the carrier’s is not known', '127.0.0.3', [400]],
])('a caller hears the tones of a network it knows: %s', async (_whose, address, tone) => {
  const other = await TestPhone.open({ address });
  try {
    const call = await other.ring({
      host: nodeAddress,
      port: node.sipPort,
      number: silentNumber,
      from: '13800138000',
    });
    await call.until(['ended'], 10_000);
    const heard = call.rtp.heard();
    const beginsAt = heard.findIndex((sample) => Math.abs(sample) > 500);
    const turn = heard.subarray(beginsAt, beginsAt + 200 * samplesPerMs);
    // 450 Hz is the node's own.
    expect(findTones(turn, { frequenciesHz: [400, 450, 480, 620] })).toEqual(tone);
  } finally {
    await other.close();
  }
});

test('a flow that dials again and again where there is no line does not spin', async () => {
  const call = await phone.ring({
    host: nodeAddress,
    port: node.sipPort,
    number: circleNumber,
    from: '13800138000',
  });
  placed.push(call);
  const steps = () => node.eventsOf('flow.step').filter(({ facts }) => facts.stepKind === 'dial');
  const before = steps().length;
  await until('some turns', () => steps().length >= before + 5);
  const turns = steps().slice(before);
  for (const { atMs, facts } of turns)
    expect(atMs - facts.enteredAtMs).toBeGreaterThanOrEqual(failedDialMs - 1);
});
