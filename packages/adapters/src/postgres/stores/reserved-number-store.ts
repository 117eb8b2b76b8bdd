/** Public numbers of no tenant, each of one node: by them other nodes bring calls to it that do not reach it by SIP. */
import type { PublicNumbersUse } from '@seatgrid/contracts/nouns/reserved-number.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { PlatformTrx } from '../scopes.ts';

export interface ReservedNumber {
  readonly nodeId: NodeId;
  readonly number: string;
}

export async function listReservedNumbers(trx: PlatformTrx): Promise<ReservedNumber[]> {
  const rows = await trx.selectFrom('reserved_number').selectAll().orderBy('number').execute();
  return rows.map((row) => ({ nodeId: row.node_id as NodeId, number: row.number }));
}

/** All there are of that node. */
export async function setReservedNumbers(
  trx: PlatformTrx,
  { nodeId, use, numbers }: { nodeId: NodeId; use: PublicNumbersUse; numbers: readonly string[] },
): Promise<void> {
  await trx.updateTable('node').set({ public_numbers_use: use }).where('id', '=', nodeId).execute();
  await trx.deleteFrom('reserved_number').where('node_id', '=', nodeId).execute();
  if (numbers.length === 0) return;
  const rows = [...new Set(numbers)].map((number) => ({ number, node_id: nodeId }));
  await trx.insertInto('reserved_number').values(rows).execute();
}
