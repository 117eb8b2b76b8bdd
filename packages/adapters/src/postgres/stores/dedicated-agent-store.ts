import { sql } from 'kysely';
import type { TenantTrx } from '../scopes.ts';

/** Customers of an agent who leaves are nobody's own any more. */
export async function retireDedicationsTo(trx: TenantTrx, agentId: string): Promise<void> {
  await trx
    .updateTable('dedicated_agent')
    .set({ retired_at: sql<Date>`now()` })
    .where('agent_id', '=', agentId)
    .where('retired_at', 'is', null)
    .execute();
}
