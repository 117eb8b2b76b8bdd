/** The matchmaker of a running centre, between nodes that are driven by hand: by one replica, and by two of which one dies. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '@seatgrid/adapters/postgres/embedded-postgres.ts';
import {
  hasRedisServer,
  startRedisTestServer,
  type RedisTestServer,
} from '@seatgrid/adapters/redis/redis-test-server.ts';
import { linkBeatMs } from '@seatgrid/contracts/link/link-messages.ts';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { AgentId, CallId, QueueId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { realClock } from '../src/runtime/real-clock.ts';
import { realRandom } from '../src/runtime/real-random.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { enrolNode, ids, TestLink, type EnrolledNode } from './test-node.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';

const isRedisHere = hasRedisServer();
if (!isRedisHere)
  console.warn('SKIPPED: two replicas, because redis-server is not installed (apt install redis-server)');

let folder: string;
let postgres: EmbeddedPostgres | undefined;
let redis: RedisTestServer | undefined;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  if (!isRedisHere) return;
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-matches-'));
  postgres = await startEmbeddedPostgres({ dataFolder: folder, clock: realClock, random: realRandom });
  redis = await startRedisTestServer();
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  await redis?.stop();
  await postgres?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

async function startedCentre(environment: Record<string, string> = {}): Promise<TestCentre> {
  const centre = await startTestCentre(environment);
  closing.push(() => centre.stop());
  return centre;
}

/** One node with its link, and what it has to say of one tenant. */
class Side {
  link: TestLink;
  readonly node: EnrolledNode;
  readonly #tenant: TestTenant;
  readonly tenantId: TenantId;
  readonly at;
  cancelBeat: () => void = () => {};

  private constructor(link: TestLink, node: EnrolledNode, tenant: TestTenant) {
    this.link = link;
    this.node = node;
    this.#tenant = tenant;
    this.tenantId = tenant.tenant.id as TenantId;
    this.at = { nodeId: node.nodeId, uri: 'sip:visit@127.0.0.1', token: 'once', fingerprint: null };
  }

  static async open(centre: TestCentre, node: EnrolledNode, tenant: TestTenant): Promise<Side> {
    const side = new Side(await TestLink.greet(centre, node), node, tenant);
    side.#beat();
    return side;
  }

  #beat(): void {
    const { socket } = this.link;
    if (socket.readyState === socket.OPEN)
      this.link.send({
        kind: 'beat',
        atMs: realClock.nowMs(),
        load: { main: 0, media: 0 },
        calls: 0,
        agentsSignedIn: 0,
        journalPending: 0,
      });
    this.cancelBeat = realClock.after(linkBeatMs, () => this.#beat());
  }

  close(): Promise<void> {
    this.cancelBeat();
    return this.link.close();
  }

  get agentId(): AgentId {
    return this.#tenant.agentId as AgentId;
  }

  floor(what: { readonly calls?: readonly CallId[]; readonly isStaffed?: boolean }): void {
    const agents: Floor['agents'] = what.isStaffed
      ? [{ agentId: this.agentId, state: 'ready', sinceMs: 1, pauseReasonId: null, pauseCause: null, device: 'phone', callId: null, monitoredAtMs: null, figures: { callsAnswered: 0, answeringMs: 0, notReadyCount: 0, notReadyMs: 0, breakCount: 0, breakMs: 0, outgoingCount: 0, outgoingMs: 0, wrapMs: 0 } }]
      : []; // prettier-ignore
    const calls: Floor['calls'] = (what.calls ?? []).map((callId) => ({ callId, direction: 'inbound', fromNumber: '1', toNumber: '2', state: 'queued', startedAtMs: 1, sinceMs: 1, queueId: null, agentId: null, path: [], step: null, lines: [], inspectors: [] })); // prettier-ignore
    const floor = { atMs: realClock.nowMs(), queues: [], agents, calls, notices: [] };
    this.link.send({ kind: 'floor', tenantId: this.tenantId, floor });
  }

  wants(...callIds: CallId[]): void {
    const queueId = this.#tenant.ids['queues'] as QueueId;
    const added = callIds.map((callId, index) => ({ callId, queueId, sinceMs: 1_000 + index }));
    const { tenantId } = this;
    this.link.send({ kind: 'calls-wanting', tenantId, isWhole: false, added, gone: [] });
  }

  isFree(): void {
    const added = [{ agentId: this.agentId, sinceMs: 1_000 }];
    const { tenantId } = this;
    this.link.send({ kind: 'agents-free', tenantId, siteId: null, isWhole: false, added, gone: [] });
  }
}

async function sidesOf(centres: readonly [TestCentre, TestCentre], slug: string) {
  const tenant = await makeTenant(centres[0], slug);
  const [a, b] = [await enrolNode(centres[0], `${slug} A`), await enrolNode(centres[0], `${slug} B`)];
  const home = await Side.open(centres[0], a, tenant);
  const host = await Side.open(centres[1], b, tenant);
  closing.push(
    () => home.close(),
    () => host.close(),
  );
  return { home, host };
}

/** Until both were told that the tenant lives at both. */
async function spread({ home, host }: { home: Side; host: Side }, callId: CallId): Promise<void> {
  host.floor({ isStaffed: true });
  home.floor({ calls: [callId] });
  for (const { link } of [home, host]) await link.hear('match-spread', ({ isFresh }) => isFresh);
}

test('a call of one node and an agent of another are brought together by two answers, and by none where the caller is gone', async () => {
  const centre = await startedCentre();
  const { home, host } = await sidesOf([centre, centre], 'one');
  const [first, second] = [ids.next<'call'>(), ids.next<'call'>()];
  await spread({ home, host }, first);
  // The node of the calls learns that somebody serves the queue, elsewhere.
  const told = await home.link.hear('match-spread', ({ staffedElsewhere }) => staffedElsewhere.length > 0);
  expect(told).toMatchObject({ isFresh: false });

  home.wants(first, second);
  host.isFree();
  const { kind, ...reserve } = await host.link.hear('match-reserve');
  expect([kind, reserve]).toEqual([
    'match-reserve',
    expect.objectContaining({ callId: first, agentId: host.agentId, homeNodeId: home.node.nodeId }),
  ]);
  const { tenantId, matchId } = reserve;
  host.link.send({ kind: 'match-reserved', tenantId, matchId, at: host.at });
  expect(await home.link.hear('match-claim')).toMatchObject({ matchId, callId: first, at: host.at });
  home.link.send({ kind: 'match-given-away', tenantId, matchId });
  expect(await host.link.hear('match-release')).toMatchObject({ matchId });

  host.isFree();
  const next = await host.link.hear('match-reserve');
  expect(next.callId).toBe(second);
  // What it was asked is lost with its link; back again, it is asked for all there is, and the call goes on.
  await host.link.close();
  host.link = await TestLink.greet(centre, host.node);
  expect(await host.link.hear('match-spread')).toMatchObject({ isSpread: true, isFresh: true });
  // With the host the tenant was at one node only: the home tells anew too.
  await home.link.hear('match-spread', ({ isSpread, isFresh }) => isSpread && isFresh);
  home.wants(second);
  host.isFree();
  const again = await host.link.hear('match-reserve');
  expect([again.callId, again.matchId === next.matchId]).toEqual([second, false]);
}, 60_000);

test('a tenant that lives at one node, or has nobody to serve, costs no message', async () => {
  const centre = await startedCentre();
  const { home, host } = await sidesOf([centre, centre], 'alone');
  home.floor({ calls: [ids.next<'call'>()] });
  host.floor({ calls: [ids.next<'call'>()] });
  await vi.waitFor(() => expect(centre.running.centre.live.floorsOf(home.tenantId)).toHaveLength(2), 5_000);
  // It would have been told before anything that is told later.
  host.floor({ isStaffed: true });
  await home.link.hear('match-spread');
  for (const { link } of [home, host])
    expect(link.heard.filter(({ kind }) => kind.startsWith('match')).length).toBeLessThan(2);
}, 60_000);

test.runIf(isRedisHere)(
  'links that end at two replicas are matched by one of them; when it dies the other asks the nodes and goes on within seconds',
  async () => {
    const shared = { DATABASE_URL: postgres!.ownerUrl, REDIS_URL: redis!.url, SESSION_KEY: '5e'.repeat(32) };
    const first = await startTestCentre(shared);
    const second = await startedCentre(shared);
    const { home, host } = await sidesOf([second, second], 'two');
    // The elder has no link of its own.
    const callId = ids.next<'call'>();
    await spread({ home, host }, callId);
    home.wants(callId);
    host.isFree();
    const { matchId, tenantId } = await host.link.hear('match-reserve');
    await first.stop();
    const goneAtMs = realClock.nowMs();
    // Told anew by the other, with whole pictures.
    for (const { link } of [home, host]) await link.hear('match-spread', ({ isFresh }) => isFresh);
    expect(realClock.nowMs() - goneAtMs).toBeLessThan(8_000);
    host.link.send({ kind: 'match-reserved', tenantId, matchId, at: host.at });
    expect(await host.link.hear('match-release')).toMatchObject({ matchId });
    home.wants(callId);
    host.isFree();
    expect((await host.link.hear('match-reserve')).callId).toBe(callId);
  },
  60_000,
);
