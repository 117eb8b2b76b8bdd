/** Alarms of the fleet. */
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { acknowledgeAlarm, findAlarm, listAlarms } from '@seatgrid/adapters/postgres/stores/alarm-store.ts';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import { changePlatform } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { paged } from '../records/record-routes.ts';
import { notFound } from '../refusal.ts';

type Path = Extract<ApiPath, `${string} /api/platform/alarms${string}`>;

export const alarmRoutes: SomeHandlers<Path> = {
  'GET /api/platform/alarms': async ({ centre, query: { limit, before, only } }) =>
    paged(
      limit,
      await inPlatform(centre.database.platform, (trx) =>
        listAlarms(trx, { limit, before, isOpen: only === 'open' }),
      ),
    ),

  'POST /api/platform/alarms/:id/acknowledge': ({ centre, ctx, params: { id } }) =>
    changePlatform(centre, ctx, { noun: 'alarm', verb: 'acknowledge' }, async (trx) => {
      const before = await findAlarm(trx, id);
      if (!before) return notFound;
      assert(ctx.actor.kind === 'user', 'a person acknowledges');
      await acknowledgeAlarm(trx, { id, by: ctx.actor.name, nowMs: centre.clock.nowMs() });
      const value = await findAlarm(trx, id);
      assert(value, 'the alarm just acknowledged');
      return { id, before, after: value, value };
    }),
};
