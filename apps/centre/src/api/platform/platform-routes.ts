/** Numbers of all tenants, platform staff, the platform's audit and refusals, and the centre itself. */
import { hashPassword } from '@seatgrid/adapters/password/password.ts';
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { listAudit } from '@seatgrid/adapters/postgres/stores/audit-store.ts';
import {
  deleteDid,
  insertDid,
  listAllDids,
  updateDid,
} from '@seatgrid/adapters/postgres/stores/did-store.ts';
import { databaseFacts, listNodes } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { listRefusals } from '@seatgrid/adapters/postgres/stores/history-store.ts';
import {
  countActiveOperators,
  deleteOperator,
  findOperator,
  insertOperator,
  listOperators,
  updateOperator,
} from '@seatgrid/adapters/postgres/stores/operator-store.ts';
import { listReservedNumbers } from '@seatgrid/adapters/postgres/stores/reserved-number-store.ts';
import { revokeSessionsOf } from '@seatgrid/adapters/postgres/stores/session-store.ts';
import { setUserPassword } from '@seatgrid/adapters/postgres/stores/user-store.ts';
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import { changePlatform } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { paged } from '../records/record-routes.ts';
import { conflict, notFound, refused } from '../refusal.ts';

type Path = Extract<
  ApiPath,
  | `${string} /api/platform/dids${string}`
  | `${string} /api/platform/operators${string}`
  | 'GET /api/platform/audit'
  | 'GET /api/platform/refusals'
  | 'GET /api/platform/system'
>;

export const platformRoutes: SomeHandlers<Path> = {
  'GET /api/platform/dids': async ({ centre }) => ({
    items: await inPlatform(centre.database.platform, listAllDids),
  }),

  'POST /api/platform/dids': ({ centre, ctx, body }) =>
    changePlatform(centre, ctx, { noun: 'did', verb: 'create' }, async (trx) => {
      const reserved = await listReservedNumbers(trx);
      if (reserved.some(({ number }) => number === body.number))
        return conflict('number', 'This number is reserved for calls between nodes.');
      const did = await insertDid(trx, body);
      return { id: did.id, before: null, after: body, value: did, tenantId: body.tenantId };
    }),

  'PUT /api/platform/dids/:id': ({ centre, ctx, params: { id }, body }) =>
    changePlatform(centre, ctx, { noun: 'did', verb: 'update' }, async (trx) => {
      const before = (await listAllDids(trx)).find((one) => one.id === id);
      if (!before) return notFound;
      await updateDid(trx, { id: before.id, ...body });
      const { tenantId, ...did } = { ...before, ...body };
      return { id, before, after: { ...did, tenantId }, value: did, tenantId };
    }),

  'DELETE /api/platform/dids/:id': ({ centre, ctx, params: { id } }) =>
    changePlatform(centre, ctx, { noun: 'did', verb: 'delete' }, async (trx) => {
      const did = (await listAllDids(trx)).find((one) => one.id === id);
      if (!did) return notFound;
      await deleteDid(trx, id);
      return { id, before: did, after: null, value: undefined, tenantId: did.tenantId };
    }),

  'GET /api/platform/operators': async ({ centre }) => ({
    items: await inPlatform(centre.database.platform, listOperators),
  }),

  async 'POST /api/platform/operators'({ centre, ctx, body: { password, ...body } }) {
    const passwordHash = await hashPassword(password);
    return changePlatform(centre, ctx, { noun: 'operator', verb: 'create' }, async (trx) => {
      const operator = await insertOperator(trx, { ...body, passwordHash });
      return { id: operator.id, before: null, after: operator, value: operator };
    });
  },

  async 'PUT /api/platform/operators/:id'({ centre, ctx, params: { id }, body: { password, ...body } }) {
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    return changePlatform(centre, ctx, { noun: 'operator', verb: 'update' }, async (trx) => {
      const before = await findOperator(trx, id);
      if (!before) return notFound;
      await updateOperator(trx, { id: before.id, ...body });
      if ((await countActiveOperators(trx)) === 0) return refused('The last operator cannot be shut out.');
      if (passwordHash !== undefined) await setUserPassword(trx, id, passwordHash);
      if (passwordHash !== undefined || !body.isActive) await revokeSessionsOf(trx, id);
      const after = { ...before, ...body };
      return { id, before, after, value: after };
    });
  },

  'DELETE /api/platform/operators/:id': ({ centre, ctx, params: { id } }) =>
    changePlatform(centre, ctx, { noun: 'operator', verb: 'delete' }, async (trx) => {
      const operator = await findOperator(trx, id);
      if (!operator) return notFound;
      await revokeSessionsOf(trx, id);
      await deleteOperator(trx, id);
      if ((await countActiveOperators(trx)) === 0) return refused('The last operator cannot be removed.');
      return { id, before: operator, after: null, value: undefined };
    }),

  'GET /api/platform/audit': async ({ centre, query }) => {
    const entries = await inPlatform(centre.database.platform, (trx) => listAudit(trx, query));
    return paged(query.limit, entries as AuditItem[]);
  },

  'GET /api/platform/refusals': async ({ centre, query }) => {
    const entries = await inPlatform(centre.database.platform, (trx) => listRefusals(trx, query));
    return paged(query.limit, entries as unknown as RefusalItem[]);
  },

  async 'GET /api/platform/system'({ centre }) {
    const { database, nodes } = await inPlatform(centre.database.platform, async (trx) => ({
      database: await databaseFacts(trx),
      nodes: (await listNodes(trx)).filter((node) => node.publicKey !== null),
    }));
    const nodesUp = nodes.filter((node) => centre.live.isLinkUp(node.id)).length;
    const { product, startedAtMs, bus } = centre.facts;
    return {
      product,
      startedAtMs,
      database: { kind: centre.facts.database, ...database },
      bus,
      nodesUp,
      nodesDown: nodes.length - nodesUp,
    };
  },
};

type AuditItem = ApiReply<'GET /api/platform/audit'>['items'][number];
type RefusalItem = ApiReply<'GET /api/platform/refusals'>['items'][number] & { id: string };
