/**
 * Ring groups, and desk phones nobody is signed in at, over two nodes of one centre: who is meant is rung where they are; the first to
 * answer has the caller, and where the other node or the centre is gone those who are left are rung.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import { phonePassword } from './fixture-config.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { agentHz, callerHz, otherAgentHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

let all: CentredNodes;
let [home, other] = [] as unknown as [CentredNode, CentredNode];
const phones: RegisteredPhone[] = [];

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12'], 6, { phonePassword });
  [home, other] = all.nodes as [CentredNode, CentredNode];
  await all.isEverywhere();
}, 120_000);
afterEach(async () => {
  await all.settle();
  for (const phone of phones) if (phone.dialog) phone.hangUp();
  for (const phone of phones) phone.rung.splice(0);
  await until('all calls to be over', () =>
    all.nodes.every(({ process }) => {
      const ended = new Set(process.eventsOf('call.ended').map(({ facts }) => facts.callId));
      return process.eventsOf('call.started').every(({ facts }) => ended.has(facts.callId));
    }),
  );
});
afterAll(async () => {
  for (const phone of phones) await phone.close();
  await all?.close();
}, 60_000);

/** Of the agent with this index, who is signed in nowhere. */
async function phoneAt({ address, process }: CentredNode, index: number): Promise<RegisteredPhone> {
  const extension = String(8001 + index);
  const proxy = { address, port: process.sipPort };
  const own = { extension, domain: 'acme.seatgrid', address: `127.0.0.${30 + index}`, proxy };
  const phone = await RegisteredPhone.open(process, own);
  phones.push(phone);
  expect(await phone.register()).toBe(200);
  return phone;
}

const hears = (party: { listen(durationMs: number): Promise<Int16Array> }, hz: number) =>
  until(`${hz} Hz to be heard`, async () => {
    const heard = whoIsHeard(await party.listen(300));
    return heard.length === 1 && heard[0] === hz;
  });

const outcomesOf = (callId: string) =>
  all.nodes
    .flatMap(({ process }) => process.eventsOf('reservation.ended'))
    .filter(({ facts }) => facts.callId === callId)
    .map(({ facts }) => facts.outcome);

const callAtHome = () => home.process.eventsOf('call.started').at(-1)!.facts.callId;

let here: RegisteredPhone;
let there: RegisteredPhone;
let alsoThere: RegisteredPhone;
beforeEach(async () => {
  if (phones.length > 0) return;
  here = await phoneAt(home, 2);
  there = await phoneAt(other, 3);
  alsoThere = await phoneAt(other, 4);
});

/** The centre hears of a phone, and of who is signed in where, within a second or two. */
const known = (what: string, tried: () => Promise<boolean>) => until(what, tried, 20_000);

/** A caller of the home, as soon as all of them ring. */
async function ringing(number: string, rings: readonly (() => boolean)[]) {
  let call = await all.ring(home, number);
  await known('all positions to ring', async () => {
    const by = Date.now() + 2_500;
    const isSo = await until('all to ring', () => rings.every((isRung) => isRung() || Date.now() > by));
    if (isSo && rings.every((isRung) => isRung())) return true;
    call.hangUp();
    await home.process.event('call.ended', ({ callId }) => callId === callAtHome());
    for (const phone of phones) phone.rung.splice(0);
    call = await all.ring(home, number);
    return false;
  });
  return call;
}

test('F-22: a ring group’s positions of two nodes ring together, at desks and at phones nobody is signed in at; a phone at the other node answers, is heard, and no other shows a missed call', async () => {
  const number = await all.ringGroup([0, 1, 2, 3, 4].map((index) => all.agents[index]!));
  const desks = [await all.ready(home, all.agents[0]!), await all.ready(other, all.agents[1]!)] as const;
  const caller = await ringing(number, [
    ...desks.map((desk) => () => desk.state!.interaction?.state === 'ringing'),
    ...[here, there, alsoThere].map((phone) => () => phone.rung.length > 0),
  ]);
  const { callId } = desks[0].state!.interaction!;
  const why: (string | undefined)[] = [];
  for (const phone of [here, alsoThere]) phone.rung[0]!.onCancelled = (reason) => why.push(reason?.text);
  await there.liftHandset();
  there.rtp.speak(toneOf(otherAgentHz));
  await hears(caller.rtp, otherAgentHz);
  await hears(there.rtp, callerHz);
  await until('the others to stop', () => why.length === 2);
  expect(why).toEqual(['Call completed elsewhere', 'Call completed elsewhere']);
  for (const desk of desks) await desk.untilPresence('ready');
  await until('all rings to be over', () => outcomesOf(callId).length >= 5);
  expect(outcomesOf(callId).sort()).toEqual(['accepted', ...Array<string>(4).fill('withdrawn')]);
  caller.hangUp();
  expect((await home.process.event('call.ended', (facts) => facts.callId === callId)).facts.reason).toMatchObject({ party: 'caller' }); // prettier-ignore
  await until('the phone to be hung up', () => there.dialog === null);
});

test('F-19: positions ring one after another wherever they are: the other node’s declines, a phone there that talks is passed over, and home’s answers', async () => {
  const number = await all.ringGroup(
    [1, 3, 0].map((index) => all.agents[index]!),
    { strategy: 'in-order', ringEachMs: 15_000 },
  );
  const first = await all.ready(other, all.agents[1]!);
  const last = await all.ready(home, all.agents[0]!);
  const direct = await ringing(await all.ringGroup([all.agents[3]!]), [() => there.rung.length > 0]);
  await there.liftHandset();
  await until('home to see that the other node’s is ready', () =>
    last.state!.colleagues.some(
      ({ agentId, state }) => agentId === all.agents[1]!.agentId && state === 'ready',
    ),
  );
  const caller = await all.ring(home, number, '13900000001');
  const { callId } = await first.untilInteraction('ringing', 20_000);
  await first.done({ kind: 'decline', callId });
  await last.answer(20_000);
  last.sound!.speak(toneOf(agentHz));
  await hears(caller.rtp, agentHz);
  await hears(last, callerHz);
  expect(there.rung).toEqual([]);
  direct.hangUp();
});

test('E-10: a desk phone nobody is signed in at is rung at the other node, by an extension dialled from a phone and by an agent who passes a call on', async () => {
  await known('the phone elsewhere to be rung', async () => {
    here.dial('8004');
    await until('an outcome', () => there.rung.length > 0 || here.failedStatus !== null);
    return there.rung.length > 0;
  });
  await there.liftHandset();
  await here.untilTalking();
  here.rtp.speak(toneOf(agentHz));
  there.rtp.speak(toneOf(otherAgentHz));
  await hears(here.rtp, otherAgentHz);
  await hears(there.rtp, agentHz);
  here.hangUp();
  await until('both to be hung up', () => !here.dialog && !there.dialog);

  const { number } = await all.queue();
  const desk = await all.ready(home, all.agents[0]!);
  const caller = await all.ring(home, number);
  const { callId } = await desk.answer(20_000);
  await desk.done({ kind: 'transfer', callId, target: { kind: 'number', number: '8005' } });
  await alsoThere.liftHandset();
  alsoThere.rtp.speak(toneOf(otherAgentHz));
  await hears(caller.rtp, otherAgentHz);
  await hears(alsoThere.rtp, callerHz);
  await desk.untilPresence('ready');
  // No phone of that extension is registered anywhere.
  here.dial('8006');
  expect(await until('the call to fail', () => here.failedStatus, 10_000)).toBe(480);
});

test('while the centre is away a group rings those of its own node alone, and at once', async () => {
  const number = await all.ringGroup([3, 2].map((index) => all.agents[index]!));
  await ringing(
    number,
    [here, there].map((phone) => () => phone.rung.length > 0),
  );
  // The other node dies while both ring: the one at home has the caller.
  await other.process.kill();
  await here.liftHandset();
  here.rtp.speak(toneOf(agentHz));
  const talking = await until('the call to be answered', () =>
    home.process.eventsOf('call.bridged').find(({ facts }) => facts.callId === callAtHome()),
  );
  expect(talking.facts.agentId).toBe(all.agents[2]!.agentId);
  here.hangUp();
  await home.process.event('call.ended', ({ callId }) => callId === talking.facts.callId);

  await all.killCentre();
  const before = home.process.eventsOf('reservation.made').length;
  const caller = await all.ring(home, number);
  await here.liftHandset(3_000);
  here.rtp.speak(toneOf(agentHz));
  await hears(caller.rtp, agentHz);
  await home.process.written();
  expect(home.process.eventsOf('reservation.made').length).toBe(before + 1);
});
