/** What two nodes say to each other by the link, each at its end; the centre between them hands it on, late, or not at all. */
import type { VisitToCentre } from '@seatgrid/contracts/link/visit-link-messages.ts';
import type { VisitWord } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { AgentId, NodeId } from '@seatgrid/core/kernel/ids.ts';
import { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
import { expect, test } from 'vitest';
import { lineAgainMs, lineWordMaxMs, unreachedKeptMs, visitPatienceMs } from '../limits.ts';
import { VisitLines } from './visit-lines.ts';

const [home, host, other] = ['home', 'host', 'other'] as unknown as NodeId[];
const line = { nodeId: host!, token: '0f' };
const paused = { kind: 'recording-paused', agentId: null, isPaused: true } as const;
const wish = { kind: 'consult-turn', agentId: 'ann' as AgentId, isAsking: true } as const;
const served = (agentId: string) => ({ kind: 'served-by', agentId: agentId as AgentId }) as const;
const dataOf = (contract: string): VisitWord => ({
  kind: 'data',
  data: { language: 'en', path: [], variables: {}, collected: { contract } },
});

function world() {
  const clock = new VirtualClock();
  const state = { isThere: true, isDeaf: false, isMute: false };
  const calledOff: string[] = [];
  const ends = new Map<NodeId, VisitLines>();
  const end = (nodeId: NodeId) => {
    const lines = new VisitLines({
      clock,
      isCentreThere: () => state.isThere,
      // As the centre does: to whom it is for, as said by whoever said it.
      tell({ nodeId: to, ...said }: VisitToCentre) {
        const kind = said.kind === 'visit-said' ? 'visit-heard' : 'visit-answer';
        const isLost = state.isDeaf || (state.isMute && kind === 'visit-answer');
        if (!isLost) clock.after(50, () => ends.get(to)?.hear({ ...said, nodeId, kind } as never));
      },
      onCall: () => ({ status: 200, reservedNumber: '+862150000001' }),
      onCallOff: ({ about }) => void calledOff.push(about),
      isAwaited: ({ nodeId: by, token }) => by === home && token === 'awaited',
    });
    ends.set(nodeId, lines);
    return lines;
  };
  const lines = { home: end(home!), host: end(host!), other: end(other!) };
  /** Answers are promised: each turn of the clock lets what was promised come. */
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 50) {
      clock.advance(50);
      await Promise.resolve().then(() => {});
      await new Promise((turn) => setImmediate(turn));
    }
  };
  return { ...lines, state, calledOff, pass };
}

test('a word is heard at the other end as it was said, and answered by its status', async () => {
  const { home: near, host: far, pass } = world();
  const heard: unknown[] = [];
  const answers: number[] = [];
  far.open(
    { nodeId: home!, token: line.token },
    { hear: (text) => (heard.push(JSON.parse(text)), Promise.resolve(202)) },
  );
  const way = near.open(line, { hear: () => 200 });
  way.say(paused, (status) => answers.push(status));
  way.pulse((status) => answers.push(status));
  await pass(200);
  expect(heard).toEqual([paused]);
  expect(answers.toSorted()).toEqual([200, 202]);
});

test('of a visit that is not known, or is with another node, nothing is heard: 481', async () => {
  const { home: near, host: far, other: third, pass } = world();
  const heard: string[] = [];
  const answers: number[] = [];
  const note = (status: number) => answers.push(status);
  const way = near.open(line, { hear: () => 200 });
  way.pulse(note);
  const kept = far.open({ nodeId: home!, token: line.token }, { hear: (text) => (heard.push(text), 200) });
  // Whoever has learnt the token is still not the node it is with.
  third.open(line, { hear: () => 200 }).say(paused, note);
  kept.close();
  await pass(200);
  far.open({ nodeId: home!, token: line.token }, { hear: (text) => (heard.push(text), 200) });
  third.open(line, { hear: () => 200 }).say(paused, note);
  await pass(200);
  expect([answers, heard]).toEqual([[481, 481, 481], []]);
});

test('nothing waits for ever: 503 while the centre is away, 408 where nobody answers', async () => {
  const { home: near, state, pass } = world();
  const answers: [string, number][] = [];
  const way = near.open(line, { hear: () => 200 });
  state.isThere = false;
  way.say(wish, (status) => answers.push(['away', status]));
  await pass(50);
  Object.assign(state, { isThere: true, isDeaf: true });
  way.say(wish, (status) => answers.push(['word', status]));
  way.pulse((status) => answers.push(['pulse', status]));
  await pass(visitPatienceMs);
  expect(answers).toEqual([
    ['away', 503],
    ['pulse', 408],
  ]);
  await pass(lineWordMaxMs - visitPatienceMs);
  expect(answers.at(-1)).toEqual(['word', 408]);
});

/** Both ends of one visit, and what the host's has heard. */
function visit() {
  const all = world();
  const heard: { readonly kind: string }[] = [];
  all.host.open(
    { nodeId: home!, token: line.token },
    { hear: (text) => (heard.push(JSON.parse(text)), 200) },
  );
  return { ...all, heard, way: all.home.open(line, { hear: () => 200 }) };
}

test('B-06: what is said while the centre is away is said when it is back, in order; of what is told whole the newest, of wishes nothing', async () => {
  const { home: near, state, pass, heard, way } = visit();
  state.isThere = false;
  way.say(served('ann'));
  way.say(dataOf('K-8'));
  way.say(served('bob'));
  way.say(dataOf('K-9'));
  way.say(wish);
  await pass(lineWordMaxMs);
  expect(heard).toEqual([]);
  state.isThere = true;
  near.linkUp();
  await pass(1_000);
  expect(heard).toEqual([served('ann'), served('bob'), dataOf('K-9')]);
});

test('B-06: a word whose answer was lost is said again and heard once; what came after it waits for it', async () => {
  const { home: near, state, pass, heard, way } = visit();
  state.isMute = true;
  way.say(served('ann'));
  way.say(served('bob'));
  await pass(1_000);
  expect(heard).toEqual([served('ann')]);
  state.isMute = false;
  // Said into a line that was dead already.
  near.linkUp();
  await pass(1_000);
  expect(heard).toEqual([served('ann'), served('bob')]);
});

test('B-06: of a word the other node was not there to hear nothing is lost: it is said again without a change of our own link', async () => {
  const { state, pass, heard, way } = visit();
  state.isDeaf = true;
  way.say(served('ann'));
  await pass(lineWordMaxMs);
  state.isDeaf = false;
  await pass(lineAgainMs + 200);
  expect(heard).toEqual([served('ann')]);
});

test('B-06: the end of a visit is the last that is said of it, and what waited goes before', async () => {
  const { state, pass, heard, way } = visit();
  const answers: number[] = [];
  const ended = { kind: 'ended', reason: { party: 'agent', code: 'hung-up' }, comesBack: false } as const;
  state.isThere = false;
  way.say(dataOf('K-9'));
  state.isThere = true;
  way.say(wish, (status) => answers.push(status));
  way.say(ended, (status) => answers.push(status));
  await pass(200);
  expect(heard.map(({ kind }) => kind)).toEqual(['data', 'ended']);
  expect(answers.toSorted()).toEqual([200, 481]);
});

test('B-06: a call that is still to come by a number is known, to the node it comes from', async () => {
  const { home: near, host: far, other: third, pass } = world();
  far.open({ nodeId: home!, token: line.token }, { hear: () => 200 });
  const answers: number[] = [];
  for (const lines of [near, third])
    for (const token of ['awaited', line.token, 'unknown'])
      lines.pulse({ nodeId: host!, token }, (status) => answers.push(status));
  await pass(200);
  expect(answers).toEqual([200, 200, 481, 481, 481, 481]);
});

test('B-06: a number is asked for with what is known of the call; either end takes it back', async () => {
  const { home: near, host: far, calledOff, pass } = world();
  const told: unknown[] = [];
  const call = { text: '{}', shownNumber: '+864008001000' };
  const hear = { onAnswer: (answer: object) => void told.push(answer), onCallOff: () => void told.push('called off') };
  near.bring(line, call, hear);
  await pass(200);
  expect(told).toMatchObject([{ status: 200, reservedNumber: '+862150000001' }]);
  far.callOff({ nodeId: home!, token: line.token }, 'withdrawn');
  await pass(200);
  expect(told.at(-1)).toBe('called off');
  near.callOff(line, 'not-carried');
  await pass(200);
  // Where somebody has come by the number all the same, it was not the home's call.
  const came: string[] = [];
  far.open({ nodeId: home!, token: line.token }, { hear: () => 200, onCallOff: (about) => void came.push(about) });
  near.callOff(line, 'not-carried');
  await pass(200);
  expect([calledOff, came]).toEqual([['not-carried'], ['not-carried']]);
}); // prettier-ignore

test('B-06: that a node was not reached by SIP is remembered for a while', async () => {
  const { home: near, pass } = world();
  near.notReached(host!);
  expect([near.isUnreached(host!), near.isUnreached(other!)]).toEqual([true, false]);
  await pass(unreachedKeptMs);
  expect(near.isUnreached(host!)).toBe(false);
});
