/** Alarms of the fleet, open and past. */
import type { AlarmKind, AlarmSubject } from '@seatgrid/core/fleet/alarm.ts';
import type { Id, NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { PlatformTrx } from '../scopes.ts';

export interface Alarm extends AlarmSubject {
  readonly id: Id<'alarm'>;
  readonly raisedAtMs: number;
  readonly clearedAtMs: number | null;
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: string | null;
}

interface Row {
  readonly id: string;
  readonly node_id: string;
  readonly kind: string;
  readonly raised_at: Date;
  readonly cleared_at: Date | null;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
}

const alarmOf = (row: Row): Alarm => ({
  id: row.id as Id<'alarm'>,
  nodeId: row.node_id as NodeId,
  kind: row.kind as AlarmKind,
  raisedAtMs: row.raised_at.getTime(),
  clearedAtMs: row.cleared_at?.getTime() ?? null,
  acknowledgedAtMs: row.acknowledged_at?.getTime() ?? null,
  acknowledgedBy: row.acknowledged_by,
});

/** Newest first. */
export async function listAlarms(
  trx: PlatformTrx,
  filter: { readonly limit: number; readonly before?: string | undefined; readonly isOpen?: boolean },
): Promise<Alarm[]> {
  let query = trx.selectFrom('alarm').selectAll().orderBy('id', 'desc').limit(filter.limit);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  if (filter.isOpen === true) query = query.where('cleared_at', 'is', null);
  return (await query.execute()).map(alarmOf);
}

export async function findAlarm(trx: PlatformTrx, id: string): Promise<Alarm | undefined> {
  const row = await trx.selectFrom('alarm').selectAll().where('id', '=', id).executeTakeFirst();
  return row && alarmOf(row);
}

export async function listOpenAlarms(trx: PlatformTrx): Promise<AlarmSubject[]> {
  const rows = await trx
    .selectFrom('alarm')
    .select(['node_id', 'kind'])
    .where('cleared_at', 'is', null)
    .execute();
  return rows.map((row) => ({ nodeId: row.node_id as NodeId, kind: row.kind as AlarmKind }));
}

/** One that stands open already stays as it is. True when it is new. */
export async function raiseAlarm(
  trx: PlatformTrx,
  { nodeId, kind }: AlarmSubject,
  nowMs: number,
): Promise<boolean> {
  const raised = await trx
    .insertInto('alarm')
    .values({ node_id: nodeId, kind, raised_at: new Date(nowMs) })
    .onConflict((conflict) =>
      conflict.columns(['node_id', 'kind']).where('cleared_at', 'is', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  return raised !== undefined;
}

/** True when it stood open. */
export async function clearAlarm(
  trx: PlatformTrx,
  { nodeId, kind }: AlarmSubject,
  nowMs: number,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('alarm')
    .set({ cleared_at: new Date(nowMs) })
    .where('node_id', '=', nodeId)
    .where('kind', '=', kind)
    .where('cleared_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Whoever was first stays named. */
export async function acknowledgeAlarm(
  trx: PlatformTrx,
  { id, by, nowMs }: { readonly id: string; readonly by: string; readonly nowMs: number },
): Promise<void> {
  await trx
    .updateTable('alarm')
    .set({ acknowledged_at: new Date(nowMs), acknowledged_by: by })
    .where('id', '=', id)
    .where('acknowledged_at', 'is', null)
    .execute();
}
