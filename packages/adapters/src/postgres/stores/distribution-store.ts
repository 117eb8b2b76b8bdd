/** Who serves which queue of the tenant, and in which order: what a matchmaker goes by. */
import { agentSchema, callOrderSchema, queueSchema } from '@seatgrid/contracts/nouns/workforce.ts';
import type { Distribution } from '@seatgrid/core/routing/acd-machine.ts';
import { siteDistance } from '@seatgrid/core/fleet/site-distance.ts';
import type { TenantTrx } from '../scopes.ts';
import { listAgents } from './agent-store.ts';
import { listDefinitions } from './definition-store.ts';
import { listSitePlaces } from './fleet-store.ts';
import { ownSettings } from './tenant-store.ts';

export async function readDistribution(trx: TenantTrx): Promise<Distribution> {
  const { callOrder } = await ownSettings(trx);
  // Whose login is shut does not work.
  const agents = (await listAgents(trx)).filter((agent) => agent.isActive);
  const queues = await listDefinitions(trx, 'queue');
  return {
    agents: agents.map((agent) => agentSchema.parse(agent)),
    queues: queues.map(({ id, body }) => queueSchema.parse({ ...body, id })),
    callOrder: callOrderSchema.parse(callOrder),
    distance: siteDistance(await listSitePlaces(trx)),
  };
}
