/** Numbers, inbound and outbound rules, queues, skills, dispositions, pause reasons and the tenant's settings. */
import type { z } from 'zod';
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { announcedWaits } from '@seatgrid/adapters/postgres/stores/announced-waits.ts';
import { listDefinitions } from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import { listDids } from '@seatgrid/adapters/postgres/stores/did-store.ts';
import { readTenantConfig } from '@seatgrid/adapters/postgres/stores/tenant-config-store.ts';
import { ownSettings, updateOwnSettings } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { listUsableTrunks } from '@seatgrid/adapters/postgres/stores/trunk-store.ts';
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import type { skillSchema } from '@seatgrid/contracts/nouns/workforce.ts';
import type { Disposition } from '@seatgrid/core/calls/disposition.ts';
import type { InboundRule, InboundRuleId } from '@seatgrid/core/numbers/inbound-rule.ts';
import type { OutboundRule } from '@seatgrid/core/numbers/outbound-rule.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { RingGroup } from '@seatgrid/core/routing/ring-group.ts';
import type { PauseReason } from '@seatgrid/core/workforce/presence.ts';
import { announcedWaitsMs } from '../../limits.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { refuseDangling } from '../references.ts';
import { conflict } from '../refusal.ts';
import { definitionRoutes, type Check } from './definition-routes.ts';
import { tryEntry } from './try-entry.ts';

/** A number stands in one rule of each order at most, an agent in one at all, or the order of rules would decide in silence. */
const standsInOneRule =
  (noun: 'inbound-rule' | 'outbound-rule', field: 'didIds' | 'agentIds'): Check =>
  async (trx, body, id) => {
    const mine = body[field] as readonly string[];
    for (const rule of await listDefinitions(trx, noun)) {
      if (rule.id === id || (noun === 'inbound-rule' && orderOf(rule.body) !== orderOf(body))) continue;
      const theirs = rule.body[field] as readonly string[];
      const index = mine.findIndex((one) => theirs.includes(one));
      const named = `“${String(rule.body['name'])}”`;
      if (index >= 0) return conflict(`${field}.${index}`, `stands in the rule ${named} already`);
      // Rules for whoever no other names: one, for the same reason.
      if (field === 'agentIds' && mine.length === 0 && theirs.length === 0)
        return conflict(field, `the rule ${named} is the one for everybody else`);
    }
    return undefined;
  };

/** Rules written before there was an order have that of a plain one. */
const orderOf = (body: Record<string, unknown>) => body['order'] ?? 100;

// The contract's lists are not read-only, core's are: same content.
type Mutable<Value> = Value extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : Value extends object & { readonly __noun?: never }
    ? { -readonly [Field in keyof Value]: Mutable<Value[Field]> }
    : Value;

const inboundRules = definitionRoutes<Mutable<InboundRule>>(
  'inbound-rule',
  standsInOneRule('inbound-rule', 'didIds'),
);
const outboundRules = definitionRoutes<Mutable<OutboundRule>>(
  'outbound-rule',
  standsInOneRule('outbound-rule', 'agentIds'),
);
const ringGroups = definitionRoutes<Mutable<RingGroup>>('ring-group');
const queues = definitionRoutes<Mutable<Queue>>('queue');
const skills = definitionRoutes<z.infer<typeof skillSchema>>('skill');
const dispositions = definitionRoutes<Mutable<Disposition>>('disposition');
const pauseReasons = definitionRoutes<Mutable<PauseReason>>('pause-reason');

type AnnouncedItem = ApiReply<'GET /api/queues/announced-waits'>['items'][number];

type Path = Extract<
  ApiPath,
  | `${string} /api/inbound-rules${string}`
  | `${string} /api/outbound-rules${string}`
  | 'GET /api/trunks'
  | `${string} /api/queues${string}`
  | `${string} /api/ring-groups${string}`
  | `${string} /api/skills${string}`
  | `${string} /api/dispositions${string}`
  | `${string} /api/pause-reasons${string}`
  | `${string} /api/settings`
  | 'GET /api/dids'
>;

export const routingRoutes: SomeHandlers<Path> = {
  'GET /api/dids': ({ centre, ctx }) =>
    inTenant(centre.database.tenants, ctx.tenantId, async (trx) => {
      const rules = await listDefinitions(trx, 'inbound-rule');
      const ruleOf = (didId: string) =>
        (rules.find((rule) => (rule.body['didIds'] as string[]).includes(didId))?.id ??
          null) as InboundRuleId | null;
      return { items: (await listDids(trx)).map((did) => ({ ...did, ruleId: ruleOf(did.id) })) };
    }),

  'GET /api/inbound-rules': inboundRules.list,
  'POST /api/inbound-rules': inboundRules.create,
  'PUT /api/inbound-rules/:id': inboundRules.update,
  'DELETE /api/inbound-rules/:id': inboundRules.remove,

  'POST /api/inbound-rules/try': async ({ centre, ctx, body }) =>
    tryEntry(await inTenant(centre.database.tenants, ctx.tenantId, readTenantConfig), body),

  'GET /api/trunks': async ({ centre, ctx }) => ({
    items: (await inTenant(centre.database.tenants, ctx.tenantId, listUsableTrunks)).map(
      ({ id, name, nodeId, nodeName }) => ({ id, name, nodeId, nodeName }),
    ),
  }),

  'GET /api/outbound-rules': outboundRules.list,
  'POST /api/outbound-rules': outboundRules.create,
  'PUT /api/outbound-rules/:id': outboundRules.update,
  'DELETE /api/outbound-rules/:id': outboundRules.remove,

  'GET /api/ring-groups': ringGroups.list,
  'POST /api/ring-groups': ringGroups.create,
  'PUT /api/ring-groups/:id': ringGroups.update,
  'DELETE /api/ring-groups/:id': ringGroups.remove,

  'GET /api/queues': queues.list,
  'GET /api/queues/announced-waits': async ({ centre, ctx }) => {
    const sinceMs = centre.clock.nowMs() - announcedWaitsMs;
    const items = await inTenant(centre.database.tenants, ctx.tenantId, (trx) =>
      announcedWaits(trx, sinceMs),
    );
    return { items: items as AnnouncedItem[] };
  },
  'POST /api/queues': queues.create,
  'PUT /api/queues/:id': queues.update,
  'DELETE /api/queues/:id': queues.remove,

  'GET /api/skills': skills.list,
  'POST /api/skills': skills.create,
  'PUT /api/skills/:id': skills.update,
  'DELETE /api/skills/:id': skills.remove,

  'GET /api/dispositions': dispositions.list,
  'POST /api/dispositions': dispositions.create,
  'PUT /api/dispositions/:id': dispositions.update,
  'DELETE /api/dispositions/:id': dispositions.remove,

  'GET /api/pause-reasons': pauseReasons.list,
  'POST /api/pause-reasons': pauseReasons.create,
  'PUT /api/pause-reasons/:id': pauseReasons.update,
  'DELETE /api/pause-reasons/:id': pauseReasons.remove,

  'GET /api/settings': async ({ centre, ctx }) =>
    asContract(await inTenant(centre.database.tenants, ctx.tenantId, ownSettings)),

  'PUT /api/settings': ({ centre, ctx, body }) =>
    changeTenant(centre, ctx, { noun: 'tenant-settings', verb: 'update' }, async (trx) => {
      const fault = await refuseDangling(trx, body);
      if (fault) return fault;
      const before = await ownSettings(trx);
      await updateOwnSettings(trx, body);
      return { id: null, before, after: body, value: asContract(await ownSettings(trx)) };
    }),
};

function asContract<Value>(value: Value): Mutable<Value> {
  return value as Mutable<Value>;
}
