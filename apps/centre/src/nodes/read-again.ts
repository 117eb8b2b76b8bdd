/**
 * At its start a centre reads again what one of an earlier version set aside because it did not know the kind. Stored once by the event's
 * id, whichever replica does so; what still makes no sense, or belongs to no tenant, stays where it is.
 */
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  databaseNow,
  forgetSetAside,
  listSetAside,
  type SetAside,
} from '@seatgrid/adapters/postgres/stores/set-aside.ts';
import { listTenants } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { journalEventSchema } from '@seatgrid/contracts/journal/journal-event.ts';
import type { Centre } from '../centre.ts';
import { setAsideReadAtOnce } from '../limits.ts';
import { takeEvents } from './event-intake.ts';

export async function readAgain(centre: Centre): Promise<void> {
  const { platform } = centre.database;
  const atLatest = await inPlatform(platform, databaseNow);
  let tenants: Set<string> | undefined;
  let understood = 0;
  let after: SetAside | null = null;
  for (;;) {
    const from: SetAside | null = after;
    const limit = setAsideReadAtOnce;
    const aside: SetAside[] = await inPlatform(platform, (trx) =>
      listSetAside(trx, { atLatest, after: from, limit }),
    );
    for (const one of aside) {
      const read = journalEventSchema.safeParse(one.raw);
      if (!read.success) continue;
      const { id: eventId, tenantId } = read.data;
      tenants ??= new Set((await inPlatform(platform, listTenants)).map(({ id }) => id));
      if (tenantId !== null && !tenants.has(tenantId)) continue;
      await takeEvents(centre, one.nodeId, [one.raw]);
      await inPlatform(platform, (trx) => forgetSetAside(trx, { ...one, eventId, atLatest }));
      understood += 1;
    }
    after = aside.at(-1) ?? null;
    if (aside.length < limit) break;
  }
  if (understood > 0) centre.log.info({ understood }, 'events that had been set aside were read again');
}
