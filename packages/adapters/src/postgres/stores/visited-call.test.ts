/** B-02: a call that one node began and another served is one record, in whatever order the two are heard, and however often. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createIdSource,
  type CallId,
  type NodeId,
  type SiteId,
  type TenantId,
} from '@seatgrid/core/kernel/ids.ts';
import type { EventFacts, JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import { inPlatform, inTenant } from '../scopes.ts';
import { startTestCluster, testClock, testRandom, type TestCluster } from '../test-cluster.ts';
import { findCall } from './call-store.ts';
import { insertNode, insertSite } from './fleet-store.ts';
import { storeTenantEvents } from './intake-store.ts';

const ids = createIdSource(testClock, testRandom);
let cluster: TestCluster;
let tenantId: TenantId;
const nodes = { home: '' as NodeId, host: '' as NodeId };

beforeAll(async () => {
  cluster = await startTestCluster();
  await inPlatform(cluster.database.platform, async (trx) => {
    const limits = { agents_signed_in_max: 1, concurrent_calls_max: 1, flows_max: 1 };
    const words = { slug: 'demo', name: 'demo', locale: 'en', time_zone: 'UTC' };
    const tenant = await trx
      .insertInto('tenant')
      .values({ ...words, ...limits, suspended_reason: null, forced_handling: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    tenantId = tenant.id as TenantId;
    const siteId = (await insertSite(trx, {
      name: 'Somewhere',
      timeZone: 'UTC',
      lineUpKbits: null,
      recordingUpload: null,
      place: null,
      weight: 100,
    })) as SiteId;
    for (const name of ['home', 'host'] as const)
      nodes[name] = (await insertNode(trx, { siteId, name })) as NodeId;
  });
});
afterAll(() => cluster?.stop());

interface Told {
  readonly by: keyof typeof nodes;
  readonly event: JournalEvent;
}

/** What both nodes write of one call, each in its own order. */
function story(callId: CallId): {
  readonly home: Told[];
  readonly host: Told[];
  readonly recordingId: string;
} {
  const agentId = ids.next<'agent'>();
  const queueId = ids.next<'queue'>();
  const recordingId = ids.next<'recording'>();
  const startedAtMs = testClock.nowMs();
  let second = 0;
  const telling = (by: keyof typeof nodes) => {
    let sequence = 0;
    return (facts: EventFacts): Told => {
      const atMs = startedAtMs + 1_000 * ++second;
      return { by, event: { id: ids.next<'event'>(), sequence: ++sequence, atMs, tenantId, facts } };
    };
  };
  const [home, host] = [telling('home'), telling('host')];
  const numbers = { fromNumber: '13800138000', toNumber: '+864008000001' };
  const nobody = { didId: null, trunkId: null, agentId: null, ruleName: null };
  return {
    recordingId,
    home: [
      home({ kind: 'call.started', callId, direction: 'inbound', ...numbers, ...nobody }),
      home({ kind: 'call.answered', callId }),
      home({ kind: 'call.bridged', callId, agentId, queueId }),
      home({
        kind: 'call.ended',
        callId,
        reason: { party: 'caller', code: 'hung-up' },
        startedAtMs,
        answeredAtMs: startedAtMs,
        talkMs: 4_000,
        waitMs: 1_000,
        billableSeconds: 5,
        language: 'en',
        collected: { contract: 'K-9' },
      }),
    ],
    host: [
      host({ kind: 'agent.left-call', callId, agentId, talkMs: 4_000, heldMs: 0, by: 'other' }),
      host({
        kind: 'recording.finished',
        recordingId,
        callId,
        queueId,
        agentIds: [agentId],
        startedAtMs,
        durationMs: 4_000,
        path: 'demo/a.mp3',
        format: 'mp3',
        octets: 1_000,
        sha256: 'a'.repeat(64),
        isRecovered: false,
      }),
      host({ kind: 'interaction.closed', callId, agentId, dispositionId: null, notes: 'noted', wrapMs: 900 }),
    ],
  };
}

/** In turns, beginning with that many of the one. */
function mixed(first: readonly Told[], second: readonly Told[], ahead: number): Told[] {
  const rest = first.slice(ahead);
  const turns = Array.from({ length: Math.max(rest.length, second.length) }, (_, at) => [
    second[at],
    rest[at],
  ]);
  return [...first.slice(0, ahead), ...turns.flat().filter((told) => told !== undefined)];
}

test.each([
  ['the home first', 'home', 9],
  ['the host first', 'host', 9],
  ['in turns, the home first', 'home', 1],
  ['in turns, the host first', 'host', 1],
] as const)('%s, each event twice: the same record', async (_name, first, ahead) => {
  const callId = ids.next<'call'>();
  const told = story(callId);
  const second = first === 'home' ? told.host : told.home;
  for (const { by, event } of mixed(told[first], second, ahead))
    for (const again of [1, 2]) {
      const stored = await inTenant(cluster.database.tenants, tenantId, (trx) =>
        storeTenantEvents(trx, nodes[by], [event]),
      );
      expect(stored).toHaveLength(again === 1 ? 1 : 0);
    }
  const found = await inTenant(cluster.database.tenants, tenantId, (trx) => findCall(trx, callId));
  expect(found).toMatchObject({
    direction: 'inbound',
    fromNumber: '13800138000',
    talkMs: 4_000,
    notes: 'noted',
    collected: { contract: 'K-9' },
  });
  expect(found!.recordingId).toBe(told.recordingId);
  expect(found!.timeline.map(({ facts }) => facts.kind)).toEqual(
    [...told.home, ...told.host]
      .sort((a, b) => a.event.atMs - b.event.atMs)
      .map(({ event }) => event.facts.kind),
  );
});
