/** One number inside a tenant means one thing: an agent (by extension or staff ID), or a leader position. */
import type { TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import { listAgents, type AgentFacts } from '@seatgrid/adapters/postgres/stores/agent-store.ts';
import { listDefinitions } from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import { conflict, type Refusal } from '../refusal.ts';

export async function refuseTakenLeaderNumber(
  trx: TenantTrx,
  number: string | null,
  groupId: string | null,
): Promise<Refusal | undefined> {
  if (number === null) return undefined;
  const agent = (await listAgents(trx)).find((one) => one.extension === number || one.staffId === number);
  if (agent) return conflict('leaderNumber', `reaches the agent “${agent.name}” already`);
  const group = (await listDefinitions(trx, 'group')).find(
    ({ id, body }) => id !== groupId && body['leaderNumber'] === number,
  );
  return group && conflict('leaderNumber', `reaches the leader of “${String(group.body['name'])}” already`);
}

export async function refuseLeadersNumber(
  trx: TenantTrx,
  { extension, staffId }: AgentFacts,
): Promise<Refusal | undefined> {
  for (const { body } of await listDefinitions(trx, 'group')) {
    const number = body['leaderNumber'];
    const field = number === extension ? 'extension' : number === staffId ? 'staffId' : null;
    if (field) return conflict(field, `reaches the leader of “${String(body['name'])}” already`);
  }
  return undefined;
}
