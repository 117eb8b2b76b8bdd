/** What-if: days replayed under other settings are asked for, followed, read and forgotten. */
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { daysWithCalls } from '@seatgrid/adapters/postgres/stores/day-store.ts';
import { listDefinitions } from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import { readTenantConfig } from '@seatgrid/adapters/postgres/stores/tenant-config-store.ts';
import { ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import {
  cancelWhatIf,
  deleteIdleLists,
  deleteWhatIf,
  findCallList,
  findWhatIf,
  insertCallList,
  insertWhatIf,
  listWhatIfs,
} from '@seatgrid/adapters/postgres/stores/what-if-store.ts';
import type { WhatIf, WhatIfSummary } from '@seatgrid/contracts/nouns/what-if.ts';
import { dayMs } from '@seatgrid/core/kernel/duration.ts';
import {
  callListKeptMs,
  callListOctetsMax,
  whatIfDaysTold,
  whatIfsKeptMax,
  whatIfsOpenMax,
} from '../../limits.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { serveOctets } from '../octets.ts';
import { dateStartMs } from '../records/day-start.ts';
import { conflict, malformed, notFound, refusalOf, refused } from '../refusal.ts';
import { writeCsv } from '../routing/read-csv.ts';
import { comparisonTable } from './comparison-table.ts';
import { readCallList } from './read-call-list.ts';

const noun = 'what-if';
const refusedLinesTold = 200;
type Path = Extract<ApiPath, `${string} /api/what-if${string}`>;

export const whatIfRoutes: SomeHandlers<Path> = {
  'GET /api/what-ifs': async ({ centre, ctx }) => ({
    items: await inTenant(centre.database.tenants, ctx.tenantId, listWhatIfs),
  }),

  'GET /api/what-if-days': ({ centre, ctx }) =>
    inTenant(centre.database.tenants, ctx.tenantId, async (trx) => {
      const { timeZone } = await ownTenant(trx);
      const sinceMs = centre.clock.nowMs() - whatIfDaysTold * dayMs;
      return { items: await daysWithCalls(trx, { timeZone, sinceMs }) };
    }),

  'POST /api/what-ifs': ({ centre, ctx, body }) =>
    changeTenant<WhatIfSummary>(centre, ctx, { noun, verb: 'create' }, async (trx) => {
      const { arrivals } = body;
      const kept = await listWhatIfs(trx);
      if (kept.length >= whatIfsKeptMax)
        return refusalOf('quota', `${whatIfsKeptMax} replays are kept; forget some first.`);
      if (kept.filter(({ state }) => state === 'waiting' || state === 'running').length >= whatIfsOpenMax)
        return refusalOf('quota', `${whatIfsOpenMax} replays wait or run already.`);
      const { timeZone } = await ownTenant(trx);
      if (arrivals.date !== null && Number.isNaN(dateStartMs(timeZone, arrivals.date)))
        return malformed([{ path: 'arrivals.date', message: 'is no day' }]);
      if (arrivals.kind === 'list' && !(await findCallList(trx, arrivals.listId)))
        return conflict('arrivals.listId', 'does not exist');
      const id = await insertWhatIf(trx, body, ctx.actor.kind === 'user' ? ctx.actor.name : '');
      const value = summaryOf((await findWhatIf(trx, id))!);
      return { id, before: null, after: { name: body.name, arrivals }, value };
    }),

  'POST /api/what-if-lists': ({ centre, ctx, query: { name }, body }) =>
    changeTenant(centre, ctx, { noun, verb: 'create' }, async (trx) => {
      await deleteIdleLists(trx, centre.clock.nowMs() - callListKeptMs);
      if (body.length > callListOctetsMax) return refusalOf('too-large', 'The list is too large.');
      const { calls, refused: lines } = readCallList(body, await readTenantConfig(trx));
      const listId = calls.length === 0 ? null : await insertCallList(trx, name, calls);
      const value = {
        listId,
        calls: calls.length,
        refusedCount: lines.length,
        refused: lines.slice(0, refusedLinesTold),
      };
      return { id: listId, before: null, after: { name, calls: calls.length }, value };
    }),

  async 'GET /api/what-ifs/:id'({ centre, ctx, params: { id } }) {
    return (await inTenant(centre.database.tenants, ctx.tenantId, (trx) => findWhatIf(trx, id))) ?? notFound;
  },

  async 'GET /api/what-ifs/:id/export'({ centre, ctx, params: { id }, raw }) {
    const table = await inTenant(centre.database.tenants, ctx.tenantId, async (trx) => {
      const whatIf = await findWhatIf(trx, id);
      if (!whatIf?.result) return whatIf && null;
      const queues = await listDefinitions(trx, 'queue');
      const names = new Map(queues.map(({ id: queueId, body }) => [queueId, String(body['name'])]));
      const { timeZone } = await ownTenant(trx);
      return comparisonTable(whatIf, whatIf.result, { queues: names, timeZone });
    });
    if (table === undefined) return notFound;
    if (table === null) return refused('It has no figures yet.');
    return serveOctets(writeCsv(table), 'text/csv; charset=utf-8', raw.headers.get('range'));
  },

  'POST /api/what-ifs/:id/cancel': ({ centre, ctx, params: { id } }) =>
    changeTenant<WhatIfSummary>(centre, ctx, { noun, verb: 'update' }, async (trx) => {
      const before = await findWhatIf(trx, id);
      if (!before) return notFound;
      if (!(await cancelWhatIf(trx, id))) return refused('It has ended already.');
      const value = summaryOf((await findWhatIf(trx, id))!);
      return { id, before: { state: before.state }, after: { state: value.state }, value };
    }),

  'DELETE /api/what-ifs/:id': ({ centre, ctx, params: { id } }) =>
    changeTenant<undefined>(centre, ctx, { noun, verb: 'delete' }, async (trx) => {
      const before = await findWhatIf(trx, id);
      if (!before) return notFound;
      await deleteWhatIf(trx, id);
      return { id, before: { name: before.name }, after: null, value: undefined };
    }),
};

function summaryOf({ asked: _asked, result: _result, ...summary }: WhatIf): WhatIfSummary {
  return summary;
}
