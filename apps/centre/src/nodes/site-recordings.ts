/** What each site recorded in the last weeks, all tenants together, and how much of it lies at the centre. */
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { listNodes, listSites, type Site } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { recordedDays, type RecordedDay } from '@seatgrid/adapters/postgres/stores/recording-copies.ts';
import { listTenants } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { dayMs } from '@seatgrid/core/kernel/duration.ts';
import { localMoment } from '@seatgrid/core/numbers/working-time.ts';
import type { Centre } from '../centre.ts';
import { recordedDaysTold } from '../limits.ts';

type SiteRecordings = ApiReply<'GET /api/platform/site-recordings'>['items'][number];

export async function siteRecordings(centre: Centre): Promise<SiteRecordings[]> {
  const { sites, nodes, tenants } = await inPlatform(centre.database.platform, async (trx) => ({
    sites: await listSites(trx),
    nodes: await listNodes(trx),
    tenants: await listTenants(trx),
  }));
  const byZone = new Map<string, RecordedDay[]>();
  for (const { timeZone } of sites)
    if (!byZone.has(timeZone)) byZone.set(timeZone, await daysOf(centre, tenants, timeZone));
  return sites.map((site) => {
    const own = new Set(nodes.filter(({ siteId }) => siteId === site.id).map(({ id }) => id as string));
    const days = byZone.get(site.timeZone)!.filter(({ nodeId }) => own.has(nodeId));
    return sumOf(site, days, centre.clock.nowMs());
  });
}

async function daysOf(
  centre: Centre,
  tenants: readonly { readonly id: TenantId }[],
  timeZone: string,
): Promise<RecordedDay[]> {
  const sinceMs = centre.clock.nowMs() - recordedDaysTold * dayMs;
  const days: RecordedDay[] = [];
  for (const { id } of tenants)
    days.push(
      ...(await inTenant(centre.database.tenants, id, (trx) => recordedDays(trx, { timeZone, sinceMs }))),
    );
  return days;
}

function sumOf(site: Site, recorded: readonly RecordedDay[], nowMs: number): SiteRecordings {
  const sum = (days: readonly RecordedDay[]) => {
    const of = (figure: Exclude<keyof RecordedDay, 'nodeId' | 'day'>) =>
      days.reduce((total, day) => total + day[figure], 0);
    return {
      recordings: of('recordings'),
      durationMs: of('durationMs'),
      octets: of('octets'),
      copiedOctets: of('copiedOctets'),
      waitingOctets: of('waitingOctets'),
      refused: of('refused'),
    };
  };
  const dates = Array.from(
    { length: recordedDaysTold },
    (_, index) => localMoment(site.timeZone, nowMs - (recordedDaysTold - 1 - index) * dayMs).date,
  );
  return {
    siteId: site.id,
    ...sum(recorded),
    days: dates.map((date) => ({ date, ...sum(recorded.filter(({ day }) => day === date)) })),
  };
}
