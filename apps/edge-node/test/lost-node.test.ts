/** Nodes of one centre: one is killed with callers in its queue and comes back (B-12), one is added (B-16). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CallCentre, type LinkedNode } from './call-centre.ts';
import { TestDesk } from './test-desk.ts';
import { until } from './until.ts';

const channels = 4;
let whole: CallCentre;
let lost: LinkedNode;
let other: LinkedNode;

beforeAll(async () => {
  whole = await CallCentre.start({ nodes: 2, agents: 2, channels });
  [lost, other] = whole.nodes as [LinkedNode, LinkedNode];
}, 180_000);
afterAll(() => whole?.close());

test('B-12: killed with callers in its queue: noticed and alarmed by itself; who waited and rings another node stands where they stood; the agent works on there', async () => {
  const agent = await whole.desk(lost, 0, { isReady: false });
  const pass = await whole.deskPass(0);
  expect(pass.desks.map(({ nodeName }) => nodeName)).toEqual([lost.name, other.name]);

  const waiting = await whole.ring(lost, '13800138001');
  await lost.process.event('queue.entered');
  // The mirror of the floor at the centre knows of the caller before the node is killed, and so does the record.
  await until('the floor to show the caller', async () => {
    return (await whole.tenant.call('GET /api/quota')).usage.concurrentCalls === 1;
  });
  const recordsOfWaiting = async () =>
    (await whole.tenant.call('GET /api/calls', { query: { number: '13800138001' } })).items;
  await until('the record to be begun', async () => (await recordsOfWaiting()).length === 1);
  const killedAtMs = Date.now();
  await lost.process.kill();
  await until('the centre to notice', async () => (await whole.healthOf(lost)).link === 'down', 6_000);
  console.log(`noticed after ${Date.now() - killedAtMs} ms`);
  // What nobody hears of is not said to be in progress.
  const [open] = await recordsOfWaiting();
  expect(open).toMatchObject({ endedAtMs: null, nodeId: lost.id });
  expect(Math.abs(open!.lostSinceMs! - killedAtMs)).toBeLessThan(6_000);
  agent.close();
  waiting.hangUp();

  // Somebody who came to the other node in between, and then the one who waited longer.
  const younger = await whole.ring(other, '13800138002');
  await other.process.event('queue.entered', ({ callId }) => callId !== undefined);
  const again = await whole.ring(other, '13800138001');
  const entered = await other.process.event('queue.entered', ({ keptSinceMs }) => keptSinceMs !== undefined);
  expect(entered.facts.keptSinceMs).toBeLessThan(killedAtMs);

  // The agent's own pass opens a desk at the other node.
  const offered = await whole.deskPass(0);
  expect(offered.desks.map(({ nodeName }) => nodeName)).toEqual([other.name]);
  const moved = await TestDesk.openWith(offered.desks[0]!.deskUrl, pass.token);
  await until('the first state', () => moved.state);
  await moved.done({ kind: 'sign-in', device: 'browser' });
  await moved.done({ kind: 'ready' });
  const rung = await moved.untilInteraction('ringing');
  expect(rung.number).toBe('13800138001');

  const alarm = await until('the alarm', async () =>
    (await whole.platform.call('GET /api/platform/alarms', { query: { only: 'open' } })).items.find(
      ({ kind, nodeId }) => kind === 'link-down' && nodeId === lost.id,
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
  await until('the link', async () => (await whole.healthOf(lost)).link === 'up');
  const record = await until('the record to be closed', async () => {
    const { items } = await whole.tenant.call('GET /api/calls', { query: { number: '13800138001' } });
    const found = items.filter(({ nodeId }) => nodeId === lost.id);
    return found.length > 0 && found[0]!.endReason && found;
  });
  expect(record.map(({ endReason }) => endReason)).toMatchObject([
    { party: 'platform', code: 'node-restarted' },
  ]);
  expect(record.map(({ lostSinceMs }) => lostSinceMs)).toEqual([null]);
  const call = await whole.ring(lost, '13800138003');
  await call.until(['talking'], 10_000);
  call.hangUp();
}, 60_000);

test('B-16: with every line of a node taken, another node is added: the next callers are served there, and nobody before them noticed', async () => {
  const before = [];
  for (let index = 0; index < channels; index++) before.push(await whole.ring(other, `1380013810${index}`));
  for (const call of before) await call.until(['talking'], 10_000);
  const refused = await whole.ring(other, '13800138110');
  await refused.until(['failed'], 15_000);

  const added = await whole.addNode('Node 3');
  const heard = before.map(({ rtp }) => rtp.packets.length);
  const more = [];
  for (let index = 0; index < channels; index++) more.push(await whole.ring(added, `1380013812${index}`));
  for (const call of more) await call.until(['talking'], 10_000);
  for (const [index, call] of before.entries()) {
    expect(call.state.kind).toBe('talking');
    await until('sound to go on', () => call.rtp.packets.length > heard[index]! + 10);
  }
  const usage = await until('the centre to count them all', async () => {
    const { usage: found } = await whole.tenant.call('GET /api/quota');
    return found.concurrentCalls === 2 * channels && found;
  });
  expect(usage.concurrentCalls).toBe(2 * channels);
  for (const call of [...before, ...more]) call.hangUp();
}, 90_000);
