/** What a desk asks of the centre beside its token: what is known of the customer on the line (E-16). */
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { listEarlierCalls } from '@seatgrid/adapters/postgres/stores/call-store.ts';
import { ownSettings } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import type { SomeHandlers } from '../handler.ts';

export const deskRoutes: SomeHandlers<'POST /api/desk/history'> = {
  'POST /api/desk/history': ({ centre, ctx, body }) =>
    inTenant(centre.database.tenants, ctx.tenantId, async (trx) => {
      const { screenPop } = await ownSettings(trx);
      const { match } = screenPop;
      const key = match.kind === 'number' ? body.fromNumber : (body.collected[match.variable] ?? '');
      const items = await listEarlierCalls(trx, { screenPop, key, exceptCallId: body.exceptCallId });
      return { items, screenPop, key: key === '' ? null : key };
    }),
};
