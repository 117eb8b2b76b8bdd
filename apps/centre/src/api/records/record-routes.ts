/** What happened: calls, recordings, presence, refusals, the audit and the quota's use. */
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { listAudit } from '@seatgrid/adapters/postgres/stores/audit-store.ts';
import {
  countRefusals,
  findCall,
  findRecording,
  listCalls,
} from '@seatgrid/adapters/postgres/stores/call-store.ts';
import { listDeskNodes } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { listFlows } from '@seatgrid/adapters/postgres/stores/flow-store.ts';
import { listPresence, listRefusals } from '@seatgrid/adapters/postgres/stores/history-store.ts';
import { overtakersOf } from '@seatgrid/adapters/postgres/stores/overtakers.ts';
import type { StoredPlace } from '@seatgrid/adapters/postgres/stores/recording-place.ts';
import { readShares } from '@seatgrid/adapters/postgres/stores/quota-share-store.ts';
import { ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import type { RecordingPlace } from '@seatgrid/contracts/api/api.ts';
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import type { Centre } from '../../centre.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { notFound } from '../refusal.ts';
import { dayStartMs } from './day-start.ts';
import { withLost } from './lost-calls.ts';
import { nodeShares } from './node-shares.ts';
import { playRecording } from './play-recording.ts';
import { readCallSound } from './read-call-sound.ts';
import { downloadLadder, readLadder } from './read-ladder.ts';

type Path = Extract<
  ApiPath,
  | `${string} /api/calls${string}`
  | `${string} /api/recordings${string}`
  | 'GET /api/presence-log'
  | 'GET /api/refusals'
  | 'GET /api/audit'
  | 'GET /api/quota'
>;

export const recordRoutes: SomeHandlers<Path> = {
  async 'GET /api/calls'({ centre, ctx, query }) {
    const page = await inTenant(centre.database.tenants, ctx.tenantId, (trx) => listCalls(trx, query));
    return { ...page, items: await withLost(centre, page.items) };
  },

  async 'GET /api/calls/:id'({ centre, ctx, params: { id } }) {
    const found = await inTenant(centre.database.tenants, ctx.tenantId, async (trx) => {
      const call = await findCall(trx, id);
      return call && { ...call, overtakers: await overtakersOf(trx, call) };
    });
    if (!found) return notFound;
    const [call] = await withLost(centre, [found]);
    const { entry, answering } = found.places;
    return {
      ...call!,
      recordingPlace: placeToTell(centre, found.recordingPlace),
      places: { entry, answering: [...answering] },
      timeline: [...found.timeline],
    };
  },

  'GET /api/calls/:id/sound': ({ centre, ctx, params: { id } }) => readCallSound(centre, ctx, id),

  'GET /api/calls/:id/ladder': ({ centre, ctx, params: { id } }) => readLadder(centre, ctx, id),

  'GET /api/calls/:id/ladder/pcap': ({ centre, ctx, params: { id } }) => downloadLadder(centre, ctx, id),

  async 'GET /api/recordings/:id/audio'({ centre, ctx, params: { id }, query, raw }) {
    const recording = await inTenant(centre.database.tenants, ctx.tenantId, (trx) => findRecording(trx, id));
    if (!recording) return notFound;
    const { isCopied, ...playable } = recording;
    return playRecording(centre, isCopied ? { ...playable, copyOf: ctx.tenantId } : playable, {
      range: raw.headers.get('range'),
      isDownload: query.download === 'yes',
      aborted: raw.signal,
    });
  },

  'GET /api/presence-log': async ({ centre, ctx, query }) => {
    const entries = await inTenant(centre.database.tenants, ctx.tenantId, (trx) => listPresence(trx, query));
    return paged(query.limit, entries as PresenceItem[]);
  },

  'GET /api/refusals': async ({ centre, ctx, query }) => {
    const entries = await inTenant(centre.database.tenants, ctx.tenantId, (trx) => listRefusals(trx, query));
    return paged(query.limit, entries as RefusalItem[]);
  },

  'GET /api/audit': async ({ centre, ctx, query }) =>
    paged(query.limit, await inTenant(centre.database.tenants, ctx.tenantId, (trx) => listAudit(trx, query))),

  'GET /api/quota': ({ centre, ctx }) =>
    inTenant(centre.database.tenants, ctx.tenantId, async (trx) => {
      const tenant = await ownTenant(trx);
      const sinceMs = dayStartMs(tenant.timeZone, centre.clock.nowMs());
      const flows = (await listFlows(trx)).length;
      const refusedToday = await countRefusals(trx, sinceMs);
      const usage = { ...centre.live.usageOf(tenant.id), flows, refusedToday };
      const shares = nodeShares(centre, await readShares(trx), await listDeskNodes(trx));
      return { quotas: tenant.quotas, usage, shares };
    }),
};

function placeToTell(centre: Centre, place: StoredPlace | null): RecordingPlace | null {
  if (!place) return null;
  const { nodeId, ...told } = place;
  return told.at === 'node' ? { ...told, isHeard: centre.live.isLinkUp(nodeId) } : told;
}

type PresenceItem = ApiReply<'GET /api/presence-log'>['items'][number] & { id: string };
type RefusalItem = ApiReply<'GET /api/refusals'>['items'][number] & { id: string };

/** A page that is not full is the last. */
export function paged<Item extends { readonly id: string }>(
  limit: number,
  items: Item[],
): { items: Item[]; next: string | null } {
  return { items, next: items.length < limit ? null : items.at(-1)!.id };
}
