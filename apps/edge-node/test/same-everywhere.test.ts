/**
 * B-15: one scene out of areas D and E, played at the node beside the centre, by agents at another node than their caller's, and at a
 * remote node whose centre is gone: what callers hear, what desks show and what is written of the call are the same.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { DeskInteraction } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { QueueId } from '@seatgrid/core/kernel/ids.ts';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import type { TestDesk } from './test-desk.ts';
import { agentHz, otherAgentHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

let all: CentredNodes;
let [beside, remote] = [] as unknown as [CentredNode, CentredNode];
let entry: {
  readonly number: string;
  readonly survey: string;
  readonly mark: string;
  readonly queueId: QueueId;
};
/** Of the scene beside the centre. */
let expected: readonly unknown[] | undefined;

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12'], 2);
  [beside, remote] = all.nodes as [CentredNode, CentredNode];
  entry = await flows();
}, 120_000);
afterEach(() => all.settle());
afterAll(() => all?.close(), 60_000);

async function flows() {
  const { queueId } = await all.queue({ ringTimeoutMs: 3_000 });
  const ask = (variable: string, next: string) =>
    ({ kind: 'gather', prompt: [], variable, length: { kind: 'single' }, timeoutMs: 5_000, next }) as const;
  const survey = await all.flow('Survey', 'ask', {
    ask: ask('survey', 'wait'),
    wait: { kind: 'enqueue', queueId },
  });
  const mark = await all.flow('Mark', 'ask', {
    ask: ask('mark', 'bye'),
    bye: { kind: 'hang-up', say: [] },
  });
  const main = await all.flow('Main', 'language', {
    language: { kind: 'set', variable: 'language', value: 'zh-Hant', next: 'menu' },
    menu: {
      kind: 'menu',
      welcome: [],
      prompt: [],
      choices: { '1': { label: 'Accounts', next: 'account' }, '2': { label: 'Nothing', next: 'bye' } },
      shortcuts: [{ keys: '77', label: 'Straight to fees', next: 'fee' }],
      invalid: [],
      timeoutMs: 5_000,
      attempts: 3,
      otherwise: 'bye',
    },
    account: {
      kind: 'gather',
      prompt: [],
      variable: 'account',
      length: { kind: 'variable', digitsMax: 8 },
      timeoutMs: 5_000,
      next: 'fee',
    },
    fee: {
      kind: 'compute',
      values: [{ variable: 'fee', expression: '(int(account) + 5) * 2' }],
      next: 'dear',
      onError: 'bye',
    },
    dear: {
      kind: 'branch',
      variable: 'fee',
      cases: [{ test: 'equals', value: '700', next: 'wait' }],
      otherwise: 'bye',
    },
    wait: { kind: 'enqueue', queueId },
    bye: { kind: 'hang-up', say: [] },
  });
  const number = await all.number({ kind: 'flow', flowId: main });
  return { number, survey, mark, queueId };
}

/** What is the same wherever it is shown. */
const shown = ({ interaction }: NonNullable<TestDesk['state']>) => {
  const { state, direction, number, calledNumber, path, language, collected, isHeld, isMuted, consultedBy, guidedBy } =
    interaction as DeskInteraction;
  const parties = interaction!.parties.map(({ name, kind, place }) => `${kind} ${name} ${place}`).sort();
  return { state, direction, number, calledNumber, path, language, collected, isHeld, isMuted, consultedBy, guidedBy, parties };
}; // prettier-ignore

async function heard(party: { listen(durationMs: number): Promise<Int16Array> }): Promise<string> {
  let before = '';
  // Whoever has just come in, or gone, is in the air for a moment.
  return until('a steady sound', async () => {
    const now = whoIsHeard(await party.listen(300)).sort().join('+') || 'nobody'; // prettier-ignore
    const isSteady = now === before;
    before = now;
    return isSteady ? now : undefined;
  });
}

/** D-01, D-04 to D-07, D-09, D-10, D-20; E-02, E-04 to E-06, E-08, E-10 to E-12, E-15, E-22. */
async function scene(callersAt: CentredNode, agentsAt: CentredNode, tokens: readonly string[]) {
  const saw: unknown[] = [];
  /** Sounds and states come to what they were beside the centre, if not at the first look. */
  const see = async (title: string, look: () => unknown) => {
    const wanted = expected?.[saw.length];
    const isEnough = (seen: unknown) => wanted === undefined || isDeepStrictEqual(seen, wanted);
    const untilMs = Date.now() + 5_000;
    let seen = [title, await look()];
    while (!isEnough(seen) && Date.now() < untilMs) seen = [title, await look()];
    saw.push(seen);
  };
  const [desk, colleague] = [await all.readyWith(agentsAt, tokens[0]!), await all.open(agentsAt, tokens[1]!)];
  const speaking = async (one: TestDesk, hz: number) => {
    await one.answer(20_000);
    one.sound!.speak(toneOf(hz));
  };

  const shortcut = await all.ring(callersAt, entry.number);
  await shortcut.until(['talking'], 5_000);
  shortcut.rtp.sendDigits('77');
  await until('the flow to give up', () => shortcut.state.kind === 'ended', 10_000);
  await see('D-07, D-06: straight to a sum that cannot be done', async () => shortcut.state.kind);

  const call = await all.ring(callersAt, entry.number);
  await call.until(['talking'], 5_000);
  call.rtp.sendDigits('112*345#');
  const { callId } = await desk.untilInteraction('ringing', 20_000);
  await see('E-08, E-15: rung', async () => shown(desk.state!));
  await desk.untilPresence('paused', 10_000);
  await see('E-06: not answered', async () => desk.state!.presence.pauseCause);
  await desk.done({ kind: 'ready' });
  await speaking(desk, agentHz);
  await see('E-04: answered', async () => [shown(desk.state!), await heard(call.rtp), await heard(desk)]);
  await desk.done({ kind: 'mute', callId, isMuted: true });
  await until('the desk to be muted', () => desk.state!.interaction!.isMuted);
  await see('E-11: muted', async () => [await heard(call.rtp), await heard(desk)]);
  await desk.done({ kind: 'mute', callId, isMuted: false });
  await desk.done({ kind: 'hold', callId, isHeld: true });
  await desk.untilInteraction('held');
  await see('E-11: held', async () => [await heard(call.rtp), (await call.rtp.listen(300)).some((sample) => Math.abs(sample) > 100)]);
  await desk.done({ kind: 'hold', callId, isHeld: false });
  await desk.untilInteraction('talking');
  await desk.done({ kind: 'attach', callId, variable: 'contract', value: 'K-9' });
  await see('a transfer to nobody', async () => (await desk.command({ kind: 'transfer', callId, target: { kind: 'number', number: '8009' } })).kind);

  await colleague.done({ kind: 'sign-in', device: 'browser' });
  await see('E-02: signed in', async () => colleague.state!.presence.pauseCause ?? 'told at once');
  const target = { kind: 'agent', agentId: all.agents[1]!.agentId } as const;
  await desk.untilDone({ kind: 'consult', callId, target }, 'the colleague to be known');
  await speaking(colleague, otherAgentHz);
  await until('the colleague to be asked', () => desk.state!.interaction!.consult?.state === 'talking');
  await see('E-12: asked', async () => [shown(desk.state!).state, shown(colleague.state!).consultedBy, await heard(desk), await heard(colleague), await heard(call.rtp)]);
  await desk.done({ kind: 'end-consult', callId, outcome: 'conference' });
  await desk.untilInteraction('conference');
  await see('E-12: all together', async () => [shown(desk.state!).parties, await heard(call.rtp), await heard(desk), await heard(colleague)]);
  const { key } = desk.state!.interaction!.parties.find(({ name }) => name === 'Agent 1')!;
  await desk.done({ kind: 'conference', callId, key, act: 'drop' });
  await desk.untilInteraction('talking');
  await until('the colleague to be out', () => !['reserved', 'talking'].includes(colleague.state!.presence.state));
  await desk.done({ kind: 'guide', callId, flowId: entry.mark as never });
  await until('the desk to be guided', () => desk.state!.interaction!.guidedBy);
  call.rtp.sendDigits('8');
  await until('the flow to be over', () => desk.state!.interaction!.guidedBy === null);
  await see('D-09: guided', async () => [shown(desk.state!).collected, await heard(call.rtp)]);

  await desk.done({ kind: 'not-ready', reasonId: null });
  await colleague.done({ kind: 'ready' });
  await desk.done({ kind: 'transfer', callId, target: { kind: 'flow', flowId: entry.survey as never } });
  await desk.untilPresence('paused');
  call.rtp.sendDigits('6');
  await speaking(colleague, otherAgentHz);
  await see('D-10, E-22: by way of a flow to a colleague', async () => [shown(colleague.state!), await heard(call.rtp), desk.state!.presence.state]);
  await colleague.done({ kind: 'transfer', callId, target: { kind: 'number', number: '8001' } });
  await speaking(desk, agentHz);
  await see('E-10: by extension', async () => [shown(desk.state!).collected, await heard(call.rtp)]);
  await desk.done({ kind: 'end', callId });
  await until('the caller’s line to be closed', () => call.state.kind === 'ended', 10_000);
  const ended = await callersAt.process.event('call.ended', (facts) => facts.callId === callId);
  const { reason, collected, language } = ended.facts;
  await see('D-01: over', async () => ({ reason, collected, language }));
  await see('what is written of it', () => until('both to be written off', () => {
    const kinds = all.nodes.flatMap(({ process }) => process.events())
      .filter(({ facts }) => 'callId' in facts && facts.callId === callId)
      .map(({ facts }) => facts.kind)
      .filter((kind) => kind !== 'agent.presence' && kind !== 'leg.media')
      .sort();
    return kinds.filter((kind) => kind === 'agent.left-call').length === 4 ? kinds : undefined;
  }));
  return saw;
} // prettier-ignore

const tokens = () => Promise.all(all.agents.map(({ token }) => token()));

test('B-15: beside the centre, the scene is as it is', async () => {
  expected = await scene(beside, beside, await tokens());
  expect(expected!.length).toBeGreaterThan(10);
}, 60_000);

test('B-15: agents at another node than the caller’s see, hear and do the same', async () => {
  expect(await scene(remote, beside, await tokens())).toEqual(expected);
}, 60_000);

test('B-15: at a remote node, its centre gone, all is the same', async () => {
  const kept = await tokens();
  await all.killCentre();
  expect(await scene(remote, remote, kept)).toEqual(expected);
}, 60_000);
