/** Calls that queues owe, as the portal sees them: listed from the record, put on a list and taken back by leave of the node that keeps them. */
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { listCallbacks, nodeOfCallback } from '@seatgrid/adapters/postgres/stores/callback-store.ts';
import { listDeskNodes } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import type { CallbackId, NodeId } from '@seatgrid/core/kernel/ids.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { paged } from '../records/record-routes.ts';
import { refuseDangling } from '../references.ts';
import { notFound, refusalOf } from '../refusal.ts';

type Path = Extract<ApiPath, `${string} /api/callbacks${string}`>;

const away = refusalOf('unavailable', 'The node that keeps them is not linked at the moment.', 5);

export const callbackRoutes: SomeHandlers<Path> = {
  'GET /api/callbacks': async ({ centre, ctx, query: { limit, before, ended } }) =>
    paged(
      limit,
      await inTenant(centre.database.tenants, ctx.tenantId, (trx) =>
        listCallbacks(trx, { limit, before, isOwed: ended !== 'yes' }),
      ),
    ),

  'POST /api/callbacks': ({ centre, ctx, body }) =>
    changeTenant(centre, ctx, { noun: 'callback', verb: 'create' }, async (trx) => {
      const fault = await refuseDangling(trx, body);
      if (fault) return fault;
      const { queueId, numbers } = body;
      const list = { kind: 'list-callbacks', tenantId: ctx.tenantId, queueId, numbers } as const;
      // Every node serves every tenant: one of those that are there keeps them.
      const isTold = (await listDeskNodes(trx)).some(
        ({ id, isServing }) => isServing && centre.tellNode(id, list),
      );
      return isTold
        ? { id: queueId, before: null, after: { numbers: numbers.length }, value: undefined }
        : away;
    }),

  'DELETE /api/callbacks/:id': ({ centre, ctx, params: { id } }) =>
    changeTenant(centre, ctx, { noun: 'callback', verb: 'delete' }, async (trx) => {
      const nodeId = await nodeOfCallback(trx, id);
      if (nodeId === undefined) return notFound;
      const callbackId = id as CallbackId;
      const isTold = centre.tellNode(nodeId as NodeId, {
        kind: 'cancel-callback',
        tenantId: ctx.tenantId,
        callbackId,
      });
      return isTold ? { id, before: null, after: null, value: undefined } : away;
    }),
};
