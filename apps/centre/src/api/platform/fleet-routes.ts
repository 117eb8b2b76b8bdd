/** Sites and nodes. */
import { createHash } from 'node:crypto';
import { inPlatform, type PlatformTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  deleteNode,
  deleteSite,
  findNode,
  insertEnrolment,
  insertNode,
  insertSite,
  listNodes,
  listSites,
  renameNode,
  revokeNode,
  updateSite,
  wantNodeKey,
} from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import { randomHex } from '@seatgrid/core/kernel/random.ts';
import { enrolmentTokenMs } from '../../limits.ts';
import { nodeReply } from '../../nodes/node-health.ts';
import { siteRecordings } from '../../nodes/site-recordings.ts';
import { changePlatform } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { topic } from '../../centre.ts';
import { notFound, refused, Refusal } from '../refusal.ts';
import type { nodeStateRoutes } from './node-state-routes.ts';
import type { publicNumberRoutes } from './public-number-routes.ts';

type Path = Exclude<
  Extract<
    ApiPath,
    | `${string} /api/platform/site${string}`
    | `${string} /api/platform/nodes${string}`
    | 'GET /api/platform/link-traffic'
  >,
  keyof typeof nodeStateRoutes | keyof typeof publicNumberRoutes
>;

export const fleetRoutes: SomeHandlers<Path> = {
  'GET /api/platform/sites': async ({ centre }) => ({
    items: await inPlatform(centre.database.platform, listSites),
  }),

  'GET /api/platform/site-recordings': async ({ centre }) => ({ items: await siteRecordings(centre) }),

  'POST /api/platform/sites': ({ centre, ctx, body }) =>
    changePlatform(centre, ctx, { noun: 'site', verb: 'create' }, async (trx) => {
      const id = await insertSite(trx, body);
      return { id, before: null, after: body, value: await siteOf(trx, id) };
    }),

  'PUT /api/platform/sites/:id': ({ centre, ctx, params: { id }, body }) =>
    changePlatform(centre, ctx, { noun: 'site', verb: 'update' }, async (trx) => {
      const before = (await listSites(trx)).find((site) => site.id === id);
      if (!before) return notFound;
      await updateSite(trx, { id: before.id, ...body });
      return { id, before, after: { ...before, ...body }, value: await siteOf(trx, id) };
    }),

  'DELETE /api/platform/sites/:id': ({ centre, ctx, params: { id } }) =>
    changePlatform(centre, ctx, { noun: 'site', verb: 'delete' }, async (trx) => {
      const before = (await listSites(trx)).find((site) => site.id === id);
      if (!before) return notFound;
      await deleteSite(trx, id);
      return { id, before, after: null, value: undefined };
    }),

  'GET /api/platform/nodes': async ({ centre }) => ({
    items: (await inPlatform(centre.database.platform, listNodes)).map((node) => nodeReply(centre, node)),
  }),

  'GET /api/platform/link-traffic': async ({ centre: { database, live } }) => ({
    items: (await inPlatform(database.platform, listNodes)).map(({ id: nodeId, name }) => ({
      nodeId,
      name,
      isLinkUp: live.isLinkUp(nodeId),
      traffic: live.pulseOf(nodeId)?.traffic ?? null,
    })),
  }),

  'POST /api/platform/nodes': ({ centre, ctx, body }) =>
    changePlatform(centre, ctx, { noun: 'node', verb: 'create' }, async (trx) => {
      const id = await insertNode(trx, body);
      const node = await findNode(trx, id);
      assert(node, 'the node just written');
      return { id, before: null, after: body, value: nodeReply(centre, node) };
    }),

  'PUT /api/platform/nodes/:id': ({ centre, ctx, params: { id }, body: { name } }) =>
    changePlatform(centre, ctx, { noun: 'node', verb: 'update' }, async (trx) => {
      const node = await findNode(trx, id);
      if (!node) return notFound;
      await renameNode(trx, id, name);
      return {
        id,
        before: { name: node.name },
        after: { name },
        value: nodeReply(centre, { ...node, name }),
      };
    }),

  'POST /api/platform/nodes/:id/enrolment-token': ({ centre, ctx, params: { id } }) =>
    changePlatform(centre, ctx, { noun: 'node', verb: 'enrol' }, async (trx) => {
      const node = await findNode(trx, id);
      if (!node) return notFound;
      const token = randomHex(centre.random, 24);
      const expiresAtMs = centre.clock.nowMs() + enrolmentTokenMs;
      const tokenSha256 = createHash('sha256').update(token).digest('hex');
      await insertEnrolment(trx, { nodeId: id, tokenSha256, expiresAtMs });
      return { id, before: null, after: { expiresAtMs }, value: { token, expiresAtMs } };
    }),

  async 'POST /api/platform/nodes/:id/key-change'({ centre, ctx, params: { id } }) {
    const changed = await changePlatform(centre, ctx, { noun: 'node', verb: 'key-wanted' }, async (trx) => {
      const node = await findNode(trx, id);
      if (!node) return notFound;
      if (!node.publicKey) return refused('This node is not enrolled: it has no key to change.');
      await wantNodeKey(trx, id, centre.clock.nowMs());
      const value = nodeReply(centre, { ...node, isKeyWanted: true });
      return { id, before: null, after: null, value };
    });
    // One that is not linked hears of it when it is.
    if (!(changed instanceof Refusal)) centre.tellNode(changed.id, { kind: 'change-key' });
    return changed;
  },

  async 'POST /api/platform/nodes/:id/revocation'({ centre, ctx, params: { id } }) {
    const revoked = await changePlatform(centre, ctx, { noun: 'node', verb: 'revoke' }, async (trx) => {
      const node = await findNode(trx, id);
      if (!node) return notFound;
      const nowMs = centre.clock.nowMs();
      await revokeNode(trx, id, nowMs);
      const none = { publicKey: null, nextPublicKey: null, keySinceMs: null, isKeyWanted: false };
      const value = nodeReply(centre, { ...node, ...none, revokedAtMs: nowMs });
      return { id, before: { publicKey: node.publicKey }, after: { publicKey: null }, value };
    });
    if (!(revoked instanceof Refusal)) await centre.bus.publish(topic.revoked, { nodeId: revoked.id });
    return revoked;
  },

  'DELETE /api/platform/nodes/:id': ({ centre, ctx, params: { id } }) =>
    changePlatform(centre, ctx, { noun: 'node', verb: 'delete' }, async (trx) => {
      const node = await findNode(trx, id);
      if (!node) return notFound;
      await deleteNode(trx, id);
      return { id, before: { name: node.name, siteId: node.siteId }, after: null, value: undefined };
    }),
};

async function siteOf(trx: PlatformTrx, id: string) {
  const site = (await listSites(trx)).find((one) => one.id === id);
  assert(site, 'the site just written');
  return site;
}
