/** Fax boxes, and faxes as the portal sees them: listed from the record, fetched from the node, and done with by its leave. */
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  findFax,
  hasFaxes,
  listFaxes,
  type StoredFax,
} from '@seatgrid/adapters/postgres/stores/fax-store.ts';
import { listNodes } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import type { faxBoxSchema } from '@seatgrid/contracts/nouns/fax.ts';
import type { TenantContext } from '@seatgrid/core/context/op-context.ts';
import type { FaxId, NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { z } from 'zod';
import type { Centre } from '../../centre.ts';
import { faxFileName, fetchFax } from '../../faxes/fetch-fax.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { paged } from '../records/record-routes.ts';
import { notFound, refusalOf, refused } from '../refusal.ts';
import { definitionRoutes } from '../routing/definition-routes.ts';

type Path = Extract<ApiPath, `${string} /api/fax-boxes${string}` | `${string} /api/faxes${string}`>;

const boxes = definitionRoutes<z.infer<typeof faxBoxSchema>>('fax-box');
const contentTypes = { pdf: 'application/pdf', tiff: 'image/tiff' } as const;

export const faxRoutes: SomeHandlers<Path> = {
  async 'GET /api/fax-boxes'(asked) {
    const { items } = await boxes.list(asked);
    const nodes = await inPlatform(asked.centre.database.platform, listNodes);
    return {
      items,
      nodesWithout: nodes.filter(({ receivesFaxes }) => receivesFaxes === false).map(({ name }) => name),
    };
  },
  'POST /api/fax-boxes': boxes.create,
  'PUT /api/fax-boxes/:id': boxes.update,
  async 'DELETE /api/fax-boxes/:id'(asked) {
    const { centre, ctx, params } = asked;
    const isFull = await inTenant(centre.database.tenants, ctx.tenantId, (trx) => hasFaxes(trx, params.id));
    return isFull ? refused('It still holds faxes.') : boxes.remove(asked);
  },

  'GET /api/faxes': async ({ centre, ctx, query: { faxBoxId, limit, before } }) =>
    paged(
      limit,
      await inTenant(centre.database.tenants, ctx.tenantId, (trx) =>
        listFaxes(trx, { faxBoxId, limit, before }),
      ),
    ),

  async 'GET /api/faxes/:id/file'({ centre, ctx, params: { id }, query: { format } }) {
    const fax = await find(centre, ctx, id);
    if (!fax) return notFound;
    const file = await fetchFax(centre, fax, format);
    if (!file.ok) return refusalOf('unavailable', file.failure, 5);
    return new Response(Uint8Array.from(file.value), {
      headers: {
        'content-type': contentTypes[format],
        'content-disposition': `inline; filename="${faxFileName(fax, format)}"`,
      },
    });
  },

  async 'POST /api/faxes/:id/act'({ centre, ctx, params: { id }, body: { act } }) {
    const fax = await find(centre, ctx, id);
    if (!fax) return notFound;
    const tell = () =>
      centre.tellNode(fax.nodeId as NodeId, {
        kind: 'act-on-fax',
        tenantId: ctx.tenantId,
        faxId: fax.id as FaxId,
        act,
      });
    const away = refusalOf('unavailable', 'The node that keeps this fax is not linked at the moment.', 5);
    if (act === 'read' || act === 'unread') return tell() ? undefined : away;
    return changeTenant(centre, ctx, { noun: 'fax', verb: act }, async () =>
      tell() ? { id: fax.id, before: null, after: null, value: undefined } : away,
    );
  },
};

function find(centre: Centre, ctx: TenantContext, id: string): Promise<StoredFax | undefined> {
  return inTenant(centre.database.tenants, ctx.tenantId, (trx) => findFax(trx, id));
}
