/** D-17: busy and idle lines, told to each tenant as its own part of a trunk, out of what the node says now. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ApiInput } from '@seatgrid/contracts/api/client.ts';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { CallId, TrunkId } from '@seatgrid/core/kernel/ids.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, TestLink, type EnrolledNode } from './test-node.ts';

let centre: TestCentre;
let alpha: TestTenant;
let beta: TestTenant;
let node: EnrolledNode;
let link: TestLink;
let shared: TrunkId;
let hidden: TrunkId;

type TrunkBody = ApiInput<'POST /api/platform/trunks'>['body'];

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
  node = await enrolNode(centre, 'hq');
  link = await TestLink.greet(centre, node);
  const staff = await centre.operator();
  const trunk = async (name: string, more: Partial<TrunkBody>) => {
    const body = { nodeId: node.nodeId, name, sources: [], target: null, channelsMax: 30, ...more };
    return (await staff.call('POST /api/platform/trunks', { body })).id;
  };
  shared = await trunk('Shared', {});
  hidden = await trunk('For nobody’s calls out', { tenantIds: [] });
});
afterAll(async () => {
  await link?.close();
  await centre?.stop();
});

const linesOf = async (tenant: TestTenant) => (await tenant.supervisor.call('GET /api/lines')).items;

function floorOf(lines: readonly Floor['calls'][number]['lines'][]): Floor {
  const call = {
    direction: 'inbound',
    fromNumber: '+8613700000000',
    toNumber: '+864001',
    state: 'in-flow',
    startedAtMs: 1,
    sinceMs: 1,
    queueId: null,
    agentId: null,
    path: [],
    step: null,
    inspectors: [],
  } as const;
  const calls = lines.map((held, at) => ({
    ...call,
    path: [],
    inspectors: [],
    callId: `0190aaaa-0000-7000-8000-00000000000${at}` as CallId,
    lines: held,
  }));
  return { atMs: Date.now(), queues: [], agents: [], calls, notices: [] };
}

function beat(inbound: number, outbound: number) {
  const pulse = { trunkId: shared, state: 'up' as const, sinceMs: 1, inbound, outbound };
  const load = { main: 0, media: 0 };
  return {
    kind: 'beat' as const,
    atMs: 1,
    load,
    calls: 0,
    agentsSignedIn: 0,
    journalPending: 0,
    trunks: [pulse],
  };
}

test('a trunk nobody talks on is idle, as far as the tenant’s quota reaches', async () => {
  link.send(beat(0, 0));
  const quota = (await alpha.administrator.call('GET /api/quota')).quotas.concurrentCalls;
  await vi.waitFor(async () =>
    expect(await linesOf(alpha)).toEqual([
      {
        trunkId: shared,
        name: 'Shared',
        nodeId: node.nodeId,
        nodeName: 'hq',
        isStale: false,
        state: 'up',
        busyIn: 0,
        busyOut: 0,
        idle: Math.min(30, quota),
      },
    ]),
  );
});

test('busy lines are the tenant’s own; what others hold of the trunk only makes fewer idle', async () => {
  link.send({
    kind: 'floor',
    tenantId: alpha.tenant.id,
    floor: floorOf([
      [{ trunkId: shared, way: 'in' }],
      [
        { trunkId: shared, way: 'in' },
        { trunkId: shared, way: 'out' },
      ],
    ]),
  });
  link.send(beat(27, 2));
  await vi.waitFor(async () =>
    expect(await linesOf(alpha)).toMatchObject([{ busyIn: 2, busyOut: 1, idle: 1 }]),
  );
  expect(await linesOf(beta)).toMatchObject([{ busyIn: 0, busyOut: 0, idle: 1 }]);
});

test('a trunk that only brings its calls is told as busy, without its name or what else it carries', async () => {
  link.send({ kind: 'floor', tenantId: beta.tenant.id, floor: floorOf([[{ trunkId: hidden, way: 'in' }]]) });
  await vi.waitFor(async () =>
    expect((await linesOf(beta)).find(({ trunkId }) => trunkId === hidden)).toMatchObject({
      name: null,
      busyIn: 1,
      idle: null,
    }),
  );
  expect((await linesOf(alpha)).map(({ trunkId }) => trunkId)).not.toContain(hidden);
});

test('when the node is lost its lines are told as stale, and agents are told of none', async () => {
  expect((await alpha.agent.raw('/api/lines')).status).toBe(404);
  await link.close();
  await vi.waitFor(async () => expect(await linesOf(alpha)).toMatchObject([{ isStale: true }]));
});
