/**
 * A node's events, stored once each and acknowledged only when every one of them is in the database (or set aside with the
 * reason). What cannot be stored for a fault of ours is not acknowledged: the node keeps it and sends it again.
 */
import { isRecord } from '@seatgrid/adapters/postgres/record.ts';
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { advanceAcknowledged } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import {
  storeNodeEvents,
  storeRejectedEvent,
  storeTenantEvents,
} from '@seatgrid/adapters/postgres/stores/intake-store.ts';
import { listTenants } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import {
  journalEventSchema,
  type EventKind,
  type JournalEvent,
} from '@seatgrid/contracts/journal/journal-event.ts';
import type { Noun } from '@seatgrid/core/context/access.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { announce, type Centre } from '../centre.ts';

interface Rejected {
  readonly sequence: number;
  readonly why: string;
  readonly raw: unknown;
}

/** Returns the sequence up to which the node may forget. */
export async function takeEvents(centre: Centre, nodeId: NodeId, raw: readonly unknown[]): Promise<number> {
  const { events, rejected } = sortOut(raw);
  const tenants = await knownTenants(centre, events);
  const byTenant = Map.groupBy(events, (event) => event.tenantId);
  for (const [tenantId, theirs] of byTenant) {
    if (tenantId === null) {
      await inPlatform(centre.database.platform, (trx) => storeNodeEvents(trx, nodeId, theirs));
      continue;
    }
    if (!tenants.has(tenantId)) {
      rejected.push(...theirs.map((event) => rejection(event, 'no such tenant')));
      continue;
    }
    const outcome = await storeForTenant(centre, { nodeId, tenantId, events: theirs });
    rejected.push(...outcome.rejected);
    for (const { facts } of outcome.fresh) centre.counters.events.add([facts.kind]);
    await announceFresh(centre, tenantId, outcome.fresh);
  }
  const acknowledged = Math.max(
    0,
    ...events.map((event) => event.sequence),
    ...rejected.map((one) => one.sequence),
  );
  await inPlatform(centre.database.platform, async (trx) => {
    for (const one of rejected) await storeRejectedEvent(trx, { nodeId, ...one });
    await advanceAcknowledged(trx, nodeId, acknowledged);
  });
  centre.counters.eventsRejected.add([], rejected.length);
  for (const { sequence, why } of rejected)
    centre.log.warn({ nodeId, sequence, why }, 'an event was set aside');
  return acknowledged;
}

function sortOut(raw: readonly unknown[]): { events: JournalEvent[]; rejected: Rejected[] } {
  const events: JournalEvent[] = [];
  const rejected: Rejected[] = [];
  for (const one of raw) {
    const parsed = journalEventSchema.safeParse(one);
    if (parsed.success) events.push(parsed.data);
    else if (isRecord(one) && Number.isSafeInteger(one['sequence']))
      rejected.push({ sequence: Number(one['sequence']), why: reasonOf(parsed.error), raw: one });
  }
  return { events, rejected };
}

function reasonOf({
  issues,
}: {
  readonly issues: readonly { path: PropertyKey[]; message: string }[];
}): string {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message.slice(0, 120)}`).join('; ');
}

function rejection(event: JournalEvent, why: string): Rejected {
  return { sequence: event.sequence, why, raw: event };
}

async function knownTenants(centre: Centre, events: readonly JournalEvent[]): Promise<Set<string>> {
  if (events.every((event) => event.tenantId === null)) return new Set();
  return new Set((await inPlatform(centre.database.platform, listTenants)).map((tenant) => tenant.id));
}

interface Batch {
  readonly nodeId: NodeId;
  readonly tenantId: TenantId;
  readonly events: readonly JournalEvent[];
}

async function storeForTenant(
  centre: Centre,
  { nodeId, tenantId, events }: Batch,
): Promise<{ fresh: JournalEvent[]; rejected: Rejected[] }> {
  try {
    const store = () =>
      inTenant(centre.database.tenants, tenantId, (trx) => storeTenantEvents(trx, nodeId, events));
    return { fresh: await store(), rejected: [] };
  } catch (error) {
    if (!isFaultOfData(error)) throw error;
    if (events.length === 1) return { fresh: [], rejected: [rejection(events[0]!, String(error))] };
  }
  // One of them cannot be stored: find which, and store the others.
  const fresh: JournalEvent[] = [];
  const rejected: Rejected[] = [];
  for (const event of events) {
    const outcome = await storeForTenant(centre, { nodeId, tenantId, events: [event] });
    fresh.push(...outcome.fresh);
    rejected.push(...outcome.rejected);
  }
  return { fresh, rejected };
}

/** SQLSTATE classes 22 (data exception) and 23 (integrity): sending it again would fail again. */
function isFaultOfData(error: unknown): boolean {
  return isRecord(error) && /^2[23]/.test(String(error['code']));
}

const nounOfKind: Partial<Record<EventKind, Noun>> = {
  'call.started': 'call',
  'call.ended': 'call',
  'interaction.closed': 'call',
  'recording.finished': 'recording',
  'voice-message.left': 'voice-message',
  'voice-message.changed': 'voice-message',
  'callback.asked': 'callback',
  'callback.tried': 'callback',
  'callback.ended': 'callback',
  'fax.received': 'fax',
  'fax.changed': 'fax',
  'sound.attested': 'call',
  'call.refused': 'refusal',
  'agent.sign-in-refused': 'refusal',
  'agent.presence': 'presence',
};

async function announceFresh(
  centre: Centre,
  tenantId: TenantId,
  fresh: readonly JournalEvent[],
): Promise<void> {
  const nouns = new Set(fresh.flatMap((event) => nounOfKind[event.facts.kind] ?? []));
  for (const noun of nouns) await announce(centre, { tenantId, noun });
}
