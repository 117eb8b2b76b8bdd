/** Nodes of one centre: one is killed with callers in its queue and comes back (B-12), one is added (B-16). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import { TestDesk } from './test-desk.ts';
import { until } from './until.ts';

const channels = 4;
let all: CentredNodes;
let lost: CentredNode;
let other: CentredNode;
let hotline: string;

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12'], 2, { channels });
  [lost, other] = all.nodes as [CentredNode, CentredNode];
  ({ number: hotline } = await all.queue({ waitMaxMs: 600_000 }));
}, 180_000);
afterAll(() => all?.close());

test('B-12: killed with callers in its queue: noticed and alarmed by itself; who waited and rings another node stands where they stood; the agent works on there', async () => {
  const pass = await all.agents[0]!.pass();
  expect(pass.desks.map(({ nodeName }) => nodeName)).toEqual([lost.address, other.address]);
  const agent = await all.open(lost, pass.token);
  await agent.done({ kind: 'sign-in', device: 'browser' });

  const waiting = await all.ring(lost, hotline, '13800138001');
  await lost.process.event('queue.entered');
  // The mirror of the floor at the centre knows of the caller before the node is killed, and so does the record.
  await until('the floor to show the caller', async () => {
    return (await all.administrator.call('GET /api/quota')).usage.concurrentCalls === 1;
  });
  const recordsOfWaiting = async () =>
    (await all.administrator.call('GET /api/calls', { query: { number: '13800138001' } })).items;
  await until('the record to be begun', async () => (await recordsOfWaiting()).length === 1);
  const killedAtMs = Date.now();
  await lost.process.kill();
  await until('the centre to notice', async () => (await all.healthOf(lost.nodeId)).link === 'down');
  console.log(`noticed after ${Date.now() - killedAtMs} ms`);
  // What nobody hears of is not said to be in progress.
  const [open] = await recordsOfWaiting();
  expect(open).toMatchObject({ endedAtMs: null, nodeId: lost.nodeId });
  expect(Math.abs(open!.lostSinceMs! - killedAtMs)).toBeLessThan(6_000);
  agent.close();
  waiting.hangUp();

  // Somebody who came to the other node in between, and then the one who waited longer.
  const younger = await all.ring(other, hotline, '13800138002');
  await other.process.event('queue.entered', ({ callId }) => callId !== undefined);
  const again = await all.ring(other, hotline, '13800138001');
  const entered = await other.process.event('queue.entered', ({ keptSinceMs }) => keptSinceMs !== undefined);
  expect(entered.facts.keptSinceMs).toBeLessThan(killedAtMs);

  // The agent's own pass opens a desk at the other node.
  const offered = await all.agents[0]!.pass();
  expect(offered.desks.map(({ nodeName }) => nodeName)).toEqual([other.address]);
  const moved = await TestDesk.openWith(offered.desks[0]!.deskUrl, pass.token);
  await until('the first state', () => moved.state);
  await moved.done({ kind: 'sign-in', device: 'browser' });
  await moved.done({ kind: 'ready' });
  const rung = await moved.untilInteraction('ringing');
  expect(rung.number).toBe('13800138001');

  const alarm = await until('the alarm', async () =>
    (await all.platform.call('GET /api/platform/alarms', { query: { only: 'open' } })).items.find(
      ({ kind, nodeId }) => kind === 'link-down' && nodeId === lost.nodeId,
    ),
  );
  console.log(`alarmed after ${alarm.raisedAtMs - killedAtMs} ms`);
  for (const call of [younger, again]) call.hangUp();
  moved.close();
}, 60_000);

test('B-12: it comes back by itself: its open call is closed as the platform’s fault, once, and it serves again', async () => {
  const startedAtMs = Date.now();
  await lost.process.boot();
  console.log(`serving again after ${Date.now() - startedAtMs} ms`);
  await until('the link', async () => (await all.healthOf(lost.nodeId)).link === 'up');
  const record = await until('the record to be closed', async () => {
    const { items } = await all.administrator.call('GET /api/calls', { query: { number: '13800138001' } });
    const found = items.filter(({ nodeId }) => nodeId === lost.nodeId);
    return found.length > 0 && found[0]!.endReason && found;
  });
  expect(record.map(({ endReason }) => endReason)).toMatchObject([
    { party: 'platform', code: 'node-restarted' },
  ]);
  expect(record.map(({ lostSinceMs }) => lostSinceMs)).toEqual([null]);
  const call = await all.ring(lost, hotline, '13800138003');
  await call.until(['talking'], 10_000);
  call.hangUp();
}, 60_000);

test('B-16: with every line of a node taken, another node is added: the next callers are served there, and nobody before them noticed', async () => {
  const before = [];
  for (let index = 0; index < channels; index++)
    before.push(await all.ring(other, hotline, `1380013810${index}`));
  for (const call of before) await call.until(['talking'], 10_000);
  const refused = await all.ring(other, hotline, '13800138110');
  await refused.until(['failed'], 15_000);

  const added = await all.addNode('127.0.0.13');
  await all.isEverywhere();
  const heard = before.map(({ rtp }) => rtp.packets.length);
  const more = [];
  for (let index = 0; index < channels; index++)
    more.push(await all.ring(added, hotline, `1380013812${index}`));
  for (const call of more) await call.until(['talking'], 10_000);
  for (const [index, call] of before.entries()) {
    expect(call.state.kind).toBe('talking');
    await until('sound to go on', () => call.rtp.packets.length > heard[index]! + 10);
  }
  const usage = await until('the centre to count them all', async () => {
    const { usage: found } = await all.administrator.call('GET /api/quota');
    return found.concurrentCalls === 2 * channels && found;
  });
  expect(usage.concurrentCalls).toBe(2 * channels);
  for (const call of [...before, ...more]) call.hangUp();
}, 90_000);
