import { inTenant, type TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import { listAgents } from '@seatgrid/adapters/postgres/stores/agent-store.ts';
import { listDefinitions } from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import {
  findFlow,
  insertFlow,
  listFlows,
  listPublishedFlows,
  publishFlow,
  restoreFlow,
  retireFlow,
  saveFlowDraft,
  type FlowDraft,
  type StoredFlow,
} from '@seatgrid/adapters/postgres/stores/flow-store.ts';
import { listServingSites } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { flowTraffic } from '@seatgrid/adapters/postgres/stores/flow-traffic.ts';
import { findFlowVersion, listFlowVersions } from '@seatgrid/adapters/postgres/stores/flow-versions.ts';
import { listPrompts } from '@seatgrid/adapters/postgres/stores/prompt-store.ts';
import { ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { CelExpressions } from '@seatgrid/contracts/expressions/cel-expressions.ts';
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import { bodyOf, type FlowBody } from '@seatgrid/core/flows/call-flow.ts';
import { checkFlow, type FlowFault } from '@seatgrid/core/flows/check-flow.ts';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import { startOfDayMs } from '@seatgrid/core/numbers/working-time.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { listExtensions } from './extension-routes.ts';
import { refuseInUse } from '../references.ts';
import { malformed, notFound, Refusal, refusalOf } from '../refusal.ts';

type FlowReply = ApiReply<'GET /api/flows/:id'>;
type VersionReply = ApiReply<'GET /api/flows/:id/versions/:version'>;
/** The contract's lists are not read-only, core's are: same content. */
const asReply = (flow: StoredFlow) => flow as unknown as FlowReply;

export const flowRoutes: SomeHandlers<
  Extract<ApiPath, `${string} /api/flows${string}` | `${string} /api/sites` | `${string} /api/desk/sites`>
> = {
  'GET /api/sites': async ({ centre, ctx }) => ({
    items: await inTenant(centre.database.tenants, ctx.tenantId, listServingSites),
  }),

  'GET /api/desk/sites': async ({ centre, ctx }) => ({
    items: await inTenant(centre.database.tenants, ctx.tenantId, listServingSites),
  }),

  'GET /api/flows': async ({ centre, ctx }) => ({
    items: (await inTenant(centre.database.tenants, ctx.tenantId, listFlows)).map(asReply),
  }),

  async 'GET /api/flows/:id'({ centre, ctx, params: { id } }) {
    const flow = await inTenant(centre.database.tenants, ctx.tenantId, (trx) => findFlow(trx, id));
    return flow ? asReply(flow) : notFound;
  },

  async 'GET /api/flows/:id/traffic'({ centre, ctx, params: { id } }) {
    return inTenant(centre.database.tenants, ctx.tenantId, async (trx) => {
      if (!(await findFlow(trx, id))) return notFound;
      const { timeZone } = await ownTenant(trx);
      const sinceMs = startOfDayMs(timeZone, centre.clock.nowMs());
      return { sinceMs, items: await flowTraffic(trx, id, sinceMs) };
    });
  },

  'GET /api/flows/:id/versions': ({ centre, ctx, params: { id } }) =>
    inTenant(centre.database.tenants, ctx.tenantId, async (trx) =>
      (await findFlow(trx, id)) ? { items: await listFlowVersions(trx, id) } : notFound,
    ),

  'GET /api/flows/:id/versions/:version': ({ centre, ctx, params: { id, version } }) =>
    inTenant(centre.database.tenants, ctx.tenantId, async (trx) => {
      const found = (await findFlow(trx, id)) && (await findFlowVersion(trx, { flowId: id, version }));
      return found ? (found as unknown as VersionReply) : notFound;
    }),

  'POST /api/flows/check': async ({ centre, ctx, body }) => ({
    items: await inTenant(centre.database.tenants, ctx.tenantId, (trx) => faultsOf(trx, body)),
  }),

  'POST /api/flows': ({ centre, ctx, body }) =>
    changeTenant(centre, ctx, { noun: 'flow', verb: 'create' }, async (trx) => {
      const { quotas } = await ownTenant(trx);
      if ((await listFlows(trx)).length >= quotas.flows)
        return refusalOf('quota', `This call centre may have ${quotas.flows} flows, and has them.`);
      const faults = await faultsOf(trx, body);
      if (faults.length > 0) return refusalOfFaults(faults);
      const id = await insertFlow(trx, body);
      return { id, before: null, after: body, value: asReply(await present(trx, id)) };
    }),

  'PUT /api/flows/:id': ({ centre, ctx, params: { id }, body }) =>
    changeTenant(centre, ctx, { noun: 'flow', verb: 'update' }, async (trx) => {
      const before = await findFlow(trx, id);
      if (!before) return notFound;
      const faults = await faultsOf(trx, body);
      if (faults.length > 0) return refusalOfFaults(faults);
      await saveFlowDraft(trx, id, body);
      return { id, before: draftOf(before), after: body, value: asReply(await present(trx, id)) };
    }),

  async 'POST /api/flows/:id/publish'({ centre, ctx, params: { id } }) {
    const draft = await inTenant(centre.database.tenants, ctx.tenantId, (trx) => findFlow(trx, id));
    if (draft) await centre.speech.before(ctx.tenantId, draft);
    return changeTenant(centre, ctx, { noun: 'flow', verb: 'publish' }, async (trx) => {
      const flow = await findFlow(trx, id);
      if (!flow) return notFound;
      // What a draft named when it was saved may be gone since.
      const faults = await faultsOf(trx, flow);
      if (faults.length > 0) return refusalOfFaults(faults);
      assert(ctx.actor.kind === 'user', 'people publish');
      await publishFlow(trx, flow, ctx.actor.name);
      const published = await present(trx, id);
      return {
        id,
        before: { version: flow.version },
        after: { version: published.version },
        value: asReply(published),
      };
    });
  },

  'POST /api/flows/:id/versions/:version/restore': ({ centre, ctx, params: { id, version } }) =>
    changeTenant(centre, ctx, { noun: 'flow', verb: 'publish' }, async (trx) => {
      const flow = await findFlow(trx, id);
      const earlier = flow && (await findFlowVersion(trx, { flowId: id, version }));
      if (!flow || !earlier) return notFound;
      // What it named when it was published may be gone since.
      const faults = await faultsOf(trx, earlier);
      if (faults.length > 0) return refusalOfFaults(faults);
      assert(ctx.actor.kind === 'user', 'people publish');
      await restoreFlow(trx, flow, earlier, ctx.actor.name);
      const published = await present(trx, id);
      return {
        id,
        before: { version: flow.version },
        after: { version: published.version, contentOf: version },
        value: asReply(published),
      };
    }),

  'DELETE /api/flows/:id': ({ centre, ctx, params: { id } }) =>
    changeTenant(centre, ctx, { noun: 'flow', verb: 'delete' }, async (trx) => {
      const flow = await findFlow(trx, id);
      if (!flow) return notFound;
      const users = await refuseInUse(trx, id);
      if (users) return users;
      await retireFlow(trx, id);
      return { id, before: draftOf(flow), after: null, value: undefined };
    }),
};

const expressions = new CelExpressions();

async function faultsOf(trx: TenantTrx, flow: FlowBody): Promise<FlowFault[]> {
  const prompts = new Set<string>((await listPrompts(trx)).map((one) => one.id));
  const queues = new Set((await listDefinitions(trx, 'queue')).map((one) => one.id));
  const connectors = new Set((await listDefinitions(trx, 'connector')).map((one) => one.id));
  const extensions = new Map((await listExtensions(trx)).map((one) => [one.id as string, one]));
  const agents = new Set<string>((await listAgents(trx)).map((one) => one.id));
  const flows = new Set<string>((await listPublishedFlows(trx)).map((one) => one.id));
  const sites = new Set<string>((await listServingSites(trx)).map((one) => one.id));
  const faxBoxes = new Set((await listDefinitions(trx, 'fax-box')).map((one) => one.id));
  const mailboxes = new Set((await listDefinitions(trx, 'mailbox')).map((one) => one.id));
  const ringGroups = new Set((await listDefinitions(trx, 'ring-group')).map((one) => one.id));
  const calendars = new Set((await listDefinitions(trx, 'calendar')).map((one) => one.id));
  return checkFlow(flow, {
    hasPrompt: (id) => prompts.has(id),
    hasQueue: (id) => queues.has(id),
    hasAgent: (id) => agents.has(id),
    hasFlow: (id) => flows.has(id),
    hasSite: (id) => sites.has(id),
    hasMailbox: (id) => mailboxes.has(id),
    hasRingGroup: (id) => ringGroups.has(id),
    hasCalendar: (id) => calendars.has(id),
    hasFaxBox: (id) => faxBoxes.has(id),
    expressions,
    hasConnector: (id) => connectors.has(id),
    extension: (id) => extensions.get(id),
  });
}

function refusalOfFaults(faults: readonly FlowFault[]): Refusal {
  return malformed(
    faults.map(({ step, field, message }) => ({
      path: step === null ? (field ?? '') : ['steps', step, ...(field === null ? [] : [field])].join('.'),
      message,
    })),
    'The flow has faults.',
  );
}

function draftOf(flow: StoredFlow): FlowDraft {
  return { name: flow.name, ...bodyOf(flow) };
}

async function present(trx: TenantTrx, id: string): Promise<StoredFlow> {
  const flow = await findFlow(trx, id);
  assert(flow, 'the flow just written');
  return flow;
}
