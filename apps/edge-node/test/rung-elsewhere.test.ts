/** F-22 across nodes: every idle agent rings, wherever they sit; the first to answer has the caller, and the rest stop. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import { agentHz, callerHz, otherAgentHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

let all: CentredNodes;
let [home, siteB, siteC] = [] as unknown as [CentredNode, CentredNode, CentredNode];
let hotline: string;

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12', '127.0.0.13'], 4);
  [home, siteB, siteC] = all.nodes as [CentredNode, CentredNode, CentredNode];
  ({ number: hotline } = await all.queue({ ringing: 'all' }));
}, 120_000);
afterEach(() => all.settle());
afterAll(() => all?.close(), 60_000);

test('F-22: idle agents of three nodes ring together; one elsewhere answers, and the rest stop, at home and elsewhere', async () => {
  const desks = [
    await all.ready(home, all.agents[0]!),
    await all.ready(siteB, all.agents[1]!),
    await all.ready(siteC, all.agents[2]!),
  ] as const;
  const caller = await all.ring(home, hotline);
  for (const desk of desks) await desk.untilInteraction('ringing', 20_000);
  // Whoever comes while it rings rings beside them.
  const late = await all.ready(siteB, all.agents[3]!);
  await late.untilInteraction('ringing', 20_000);
  const [first, second, third] = desks;
  const { callId } = await second.answer();
  second.sound!.speak(toneOf(agentHz));
  for (const desk of [first, third, late]) await desk.untilPresence('ready');
  await caller.rtp.listen(300);
  expect(whoIsHeard(await caller.rtp.listen(400))).toEqual([agentHz]);
  expect(whoIsHeard(await second.listen(400))).toEqual([callerHz]);
  const outcomes = () =>
    all.nodes
      .flatMap(({ process }) => process.eventsOf('reservation.ended'))
      .filter(({ facts }) => facts.callId === callId)
      .map(({ facts }) => facts.outcome);
  await until('all rings to be over', () => outcomes().length === 4);
  expect(outcomes().sort()).toEqual(['accepted', 'withdrawn', 'withdrawn', 'withdrawn']);
});

test('F-22: one elsewhere declines and the others ring on; one at home answers', async () => {
  const own = await all.ready(home, all.agents[0]!);
  const others = [await all.ready(siteB, all.agents[1]!), await all.ready(siteC, all.agents[2]!)] as const;
  const caller = await all.ring(home, hotline);
  const { callId } = await own.untilInteraction('ringing', 20_000);
  for (const desk of others) await desk.untilInteraction('ringing', 20_000);
  await others[0].done({ kind: 'decline', callId });
  await others[0].untilPresence('paused');
  expect(others[1].state!.interaction).toMatchObject({ callId, state: 'ringing' });
  await own.answer();
  own.sound!.speak(toneOf(otherAgentHz));
  await others[1].untilPresence('ready');
  await caller.rtp.listen(300);
  expect(whoIsHeard(await caller.rtp.listen(400))).toEqual([otherAgentHz]);
});
