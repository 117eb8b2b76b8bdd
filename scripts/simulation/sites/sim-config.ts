/** The configuration of a simulated tenant, whole at every node: two queues, a menu, a number for each service, agents who serve both queues. */
import { nodeConfigSchema, type NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { AgentId, IdSource, NodeId, QueueId, SiteId } from '@seatgrid/core/kernel/ids.ts';
import type { SitePlan } from './site-plan.ts';

export const serviceNumbers = ['+864008000001', '+864008000002'] as const;
export const carrierAddress = '10.9.0.1';

export interface SimSettings {
  readonly agentIds: readonly AgentId[];
  readonly queueIds: readonly [QueueId, QueueId];
  configOf(site: number): NodeConfig;
}

export function settingsOf(plan: SitePlan, ids: IdSource, nowMs: number): SimSettings {
  const tenantId = ids.next<'tenant'>();
  const queueIds = [ids.next<'queue'>(), ids.next<'queue'>()] as const;
  const flowId = ids.next<'flow'>();
  const siteIds = Array.from({ length: plan.sites }, () => ids.next<'site'>());
  const nodeIds = Array.from({ length: plan.sites }, () => ids.next<'node'>());
  const agents = plan.agents.map((_, index) => ({
    id: ids.next<'agent'>(),
    userId: ids.next<'user'>(),
    name: `Agent ${index + 1}`,
    staffId: String(8_001 + index),
    extension: String(1_001 + index),
    locale: 'en',
    kind: 'general',
    groupId: null,
    skills: [],
    isAutoAnswer: false,
  }));
  const dids = serviceNumbers.map((number) => ({ id: ids.next<'did'>(), number, siteId: null }));
  const bye = { kind: 'hang-up', say: [] };
  const queues = queueIds.map((id, index) => ({
    id,
    name: `Queue ${index + 1}`,
    requires: [],
    ringTimeoutMs: 15_000,
    wrapUpMs: index * 5_000,
    waitingMax: plan.announcesWaits ? 200 : 20,
    waitMaxMs: plan.announcesWaits ? 3_600_000 : 120_000,
    ...(plan.announcesWaits && { announceWait: { everyMs: null } }),
    onFull: bye,
    onTimeout: bye,
    entry: [],
    music: [],
    announcePositionEveryMs: null,
    isRecorded: index === 0,
    reach: plan.announcesWaits ?? (index === 1 ? 'strict-order' : 'local-first'),
  }));
  const flow = {
    id: flowId,
    name: 'Menu',
    version: 1,
    start: 'menu',
    steps: {
      menu: {
        kind: 'menu',
        title: 'Menu',
        welcome: [],
        prompt: [{ kind: 'text', text: { en: 'Press 1 or 2' } }],
        choices: { '1': { label: 'One', next: 'one' }, '2': { label: 'Two', next: 'two' } },
        invalid: [],
        timeoutMs: 4_000,
        attempts: 2,
        otherwise: 'two',
      },
      one: { kind: 'enqueue', queueId: queueIds[0] },
      two: { kind: 'enqueue', queueId: queueIds[1] },
    },
  };
  const ruleOf = (index: number, step: object) => ({
    id: ids.next<'inbound-rule'>(),
    name: `Service ${index + 1}`,
    order: 100,
    trunkIds: [],
    callers: [],
    levels: [],
    workingTime: [],
    calendarId: null,
    didIds: [dids[index]!.id],
    onDuty: step,
    offDuty: step,
  });
  const tenant = {
    tenant: {
      id: tenantId,
      slug: 'harbor',
      name: 'Harbor',
      locale: 'en',
      timeZone: 'Asia/Shanghai',
      state: 'active',
      quotas: { agentsSignedIn: 1_000, concurrentCalls: plan.callsMax ?? 1_000, flows: 10 },
    },
    dids,
    rules: [ruleOf(0, { kind: 'queue', queueId: queueIds[0] }), ruleOf(1, { kind: 'flow', flowId })],
    forcedHandling: null,
    flows: [flow],
    queues,
    skills: [],
    agents,
    phoneSecrets: [],
    prompts: [],
    music: [],
    dispositions: [],
    pauseReasons: [],
  };
  const trunk = {
    id: ids.next<'trunk'>(),
    name: 'Carrier',
    sources: [carrierAddress],
    target: null,
    isProbed: false,
    channelsMax: 1_000,
  };
  return {
    agentIds: agents.map(({ id }) => id),
    queueIds,
    configOf: (site) =>
      nodeConfigSchema.parse({
        schema: 1,
        nodeId: nodeIds[site] satisfies NodeId | undefined,
        siteId: siteIds[site] satisfies SiteId | undefined,
        generation: 1,
        issuedAtMs: nowMs,
        deskTokenKeys: [{ kty: 'OKP', crv: 'Ed25519', x: 'simulation' }],
        trunks: [trunk],
        tenants: [tenant],
      }),
  };
}
