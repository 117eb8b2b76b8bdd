/** D-08: a flow brings several parties into one call, and each is let in, kept out and hung up by its name; by what each hears. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { loudness } from '@seatgrid/testkit/tone-finder.ts';
import type { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith, type OutsideLeg } from './telephone-side.ts';
import { agentHz, callerHz, otherAgentHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const number = '+864008000001';
const expertNumber = '13911110001';
const managerNumber = '13911110002';
const expertHz = outsideHz;
const managerHz = otherAgentHz;
let side: TelephoneSide;
let tenant: FixtureTenant;

const invite = (party: string, to: string, isLetIn: boolean, next: string): FlowStep => ({
  kind: 'invite-party',
  party,
  number: to,
  ringTimeoutMs: 5_000,
  isLetIn,
  next,
  onFailed: 'bye',
});
const change = (party: string, act: 'let-in' | 'keep-out' | 'drop'): FlowStep => ({
  kind: 'change-party',
  party,
  act,
  next: 'talk',
});

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
    const queue = fixture.queue(tenant);
    const flow = fixture.flow(tenant, 'expert', {
      expert: invite('Expert', expertNumber, true, 'manager'),
      manager: invite('Manager', managerNumber, false, 'talk'),
      talk: {
        kind: 'confer',
        choices: Object.fromEntries(
          ['admit', 'aside', 'back', 'drop', 'queue'].map((next, index) => [
            String(index + 1),
            { label: next, next },
          ]),
        ),
        lastsMs: 60_000,
        next: 'bye',
      },
      admit: change('Manager', 'let-in'),
      aside: change('Expert', 'keep-out'),
      back: change('Expert', 'let-in'),
      drop: change('Expert', 'drop'),
      queue: { kind: 'enqueue', queueId: queue.id },
      bye: { kind: 'hang-up', say: [] },
    });
    numberWith(tenant, number, { kind: 'flow', flowId: flow.id });
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

/** The caller with the expert, and the manager outside the door. */
async function conference() {
  const before = stepsAt('manager');
  const caller = await side.ring(number);
  const expert = await answered(expertNumber);
  const manager = await answered(managerNumber);
  manager.rtp.speak(toneOf(managerHz));
  await until('the manager to be in the call', () => stepsAt('manager') > before);
  const { callId } = side.node.eventsOf('flow.step').at(-1)!.facts;
  return { caller, expert, manager, callId };
}

const answered = (of: string): Promise<OutsideLeg> =>
  until(`${of} to answer`, () => side.outsideLegs.find((leg) => leg.number === of));

/** Who is heard once things have settled: a moment is thrown away first. */
async function heardBy({ rtp }: { readonly rtp: TestRtpPeer }): Promise<number[]> {
  await rtp.listen(300);
  return whoIsHeard(await rtp.listen(500));
}

async function expectMusic(party: { readonly rtp: TestRtpPeer }): Promise<void> {
  expect(await heardBy(party)).toEqual([]);
  expect(loudness(await party.rtp.listen(300))).toBeGreaterThan(0.005);
}

/** The caller's key has had its effect. */
async function press(caller: PhoneCall, key: string, step: string): Promise<void> {
  const before = stepsAt(step);
  caller.press(key);
  await until(`the step ${step}`, () => stepsAt(step) > before);
}

const stepsAt = (step: string) =>
  side.node.eventsOf('flow.step').filter(({ facts }) => facts.stepKey === step).length;

test('D-08: a three-party flow admits, excludes and drops one named party while the others continue', async () => {
  const { caller, expert, manager, callId } = await conference();
  expect(expert.from).toBe(number);
  await expectMusic(manager);
  expect(await heardBy(caller)).toEqual([expertHz]);
  expect(await heardBy(expert)).toEqual([callerHz]);

  await press(caller, '1', 'admit');
  expect(await heardBy(caller)).toEqual([managerHz, expertHz]);
  expect(await heardBy(expert)).toEqual([callerHz, managerHz]);
  expect(await heardBy(manager)).toEqual([callerHz, expertHz]);

  await press(caller, '2', 'aside');
  await expectMusic(expert);
  expect(await heardBy(caller)).toEqual([managerHz]);
  expect(await heardBy(manager)).toEqual([callerHz]);
  await press(caller, '3', 'back');
  expect(await heardBy(caller)).toEqual([managerHz, expertHz]);

  const before = side.outsideEnded;
  await press(caller, '4', 'drop');
  await until('the expert to be free', () => side.outsideEnded === before + 1);
  expect(await heardBy(caller)).toEqual([managerHz]);
  expect(await heardBy(manager)).toEqual([callerHz]);
  const changes = side.node
    .eventsOf('conference.changed')
    .map(({ facts }) => [facts.callId, facts.agentId, facts.party, facts.act]);
  expect(changes).toEqual([
    [callId, null, 'Manager', 'let-in'],
    [callId, null, 'Expert', 'keep-out'],
    [callId, null, 'Expert', 'let-in'],
    [callId, null, 'Expert', 'drop'],
  ]);

  manager.dialog.bye();
  await caller.until(['ended'], 5_000);
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'platform', code: 'flow-ended' });
  expect(ended.facts.talkMs).toBeGreaterThan(3_000);
});

test('a party that hangs up leaves the others together; with the caller all go', async () => {
  const { caller, expert, manager, callId } = await conference();
  await press(caller, '1', 'admit');
  const before = side.outsideEnded;
  expert.dialog.bye();
  expect(await heardBy(caller)).toEqual([managerHz]);
  expect(await heardBy(manager)).toEqual([callerHz]);
  expect(side.node.eventsOf('call.ended').some(({ facts }) => facts.callId === callId)).toBe(false);
  caller.hangUp();
  await until('the manager to be free', () => side.outsideEnded > before);
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'caller', code: 'hung-up' });
});

test('handed on to a queue, the caller goes alone: the parties are hung up, and an agent has the call', async () => {
  const agent = await side.ready(tenant);
  const { caller, callId } = await conference();
  const before = side.outsideEnded;
  await press(caller, '5', 'talk');
  expect((await agent.answer()).callId).toBe(callId);
  agent.sound!.speak(toneOf(agentHz));
  await until('the parties to be free', () => side.outsideEnded === before + 2);
  expect(await heardBy(caller)).toEqual([agentHz]);
});
