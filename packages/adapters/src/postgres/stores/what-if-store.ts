/** Replays that were asked for, and the lists of calls uploaded for them. */
import { sql } from 'kysely';
import type { ListedCall, WhatIf, WhatIfAsked, WhatIfFault, WhatIfResult, WhatIfSummary } from '@seatgrid/contracts/nouns/what-if.ts'; // prettier-ignore
import { jsonb } from '../jsonb.ts';
import type { TenantTrx } from '../scopes.ts';

function query(trx: TenantTrx) {
  return trx
    .selectFrom('what_if')
    .leftJoin('what_if_list', 'what_if_list.id', 'what_if.list_id')
    .select(['what_if.id', 'what_if.asked', 'what_if.state', 'what_if.progress', 'what_if.fault'])
    .select(['what_if.made_by', 'what_if.created_at', 'what_if.ended_at', 'what_if_list.name as list_name']);
}
type Row = Awaited<ReturnType<ReturnType<typeof query>['execute']>>[number];

export async function listWhatIfs(trx: TenantTrx): Promise<WhatIfSummary[]> {
  return (await query(trx).orderBy('what_if.id', 'desc').execute()).map(summaryOf);
}

export async function findWhatIf(trx: TenantTrx, id: string): Promise<WhatIf | undefined> {
  const row = await query(trx).select('what_if.result').where('what_if.id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  return { ...summaryOf(row), asked: row.asked as WhatIfAsked, result: row.result as WhatIfResult | null };
}

export async function insertWhatIf(trx: TenantTrx, asked: WhatIfAsked, madeBy: string): Promise<string> {
  const { id } = await trx
    .insertInto('what_if')
    .values({
      asked: jsonb<unknown>(asked),
      made_by: madeBy,
      fault: null,
      result: null,
      beat_at: null,
      ended_at: null,
    }) // prettier-ignore
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** With its list, where no other goes by it. */
export async function deleteWhatIf(trx: TenantTrx, id: string): Promise<void> {
  const row = await trx.deleteFrom('what_if').where('id', '=', id).returning('list_id').executeTakeFirst();
  if (!row?.list_id) return;
  const other = await trx.selectFrom('what_if').select('id').where('list_id', '=', row.list_id).executeTakeFirst(); // prettier-ignore
  if (!other) await trx.deleteFrom('what_if_list').where('id', '=', row.list_id).execute();
}

/** False: it had ended already. */
export async function cancelWhatIf(trx: TenantTrx, id: string): Promise<boolean> {
  const row = await trx
    .updateTable('what_if')
    .set({ state: 'cancelled', ended_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'running'])
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** One of a tenant's at a time, the oldest; one whose replica has fallen silent is begun anew. */
export async function claimWhatIf(
  trx: TenantTrx,
  { nowMs, silentMs }: { nowMs: number; silentMs: number },
): Promise<{ id: string; asked: WhatIfAsked } | undefined> {
  const open = await trx
    .selectFrom('what_if')
    .select(['id', 'asked', 'state', 'beat_at'])
    .where('state', 'in', ['waiting', 'running'])
    .orderBy('created_at')
    .forUpdate()
    .execute();
  const isWorkedOn = open.some((row) => row.state === 'running' && (row.beat_at?.getTime() ?? 0) > nowMs - silentMs); // prettier-ignore
  const next = open[0];
  if (!next || isWorkedOn) return undefined;
  await trx
    .updateTable('what_if')
    .set({ state: 'running', beat_at: new Date(nowMs), progress: 0 })
    .where('id', '=', next.id)
    .execute();
  return { id: next.id, asked: next.asked as WhatIfAsked };
}

/** False: it is not wanted any more. */
export async function saveProgress(
  trx: TenantTrx,
  { id, progress, nowMs }: { id: string; progress: number; nowMs: number },
): Promise<boolean> {
  const row = await trx
    .updateTable('what_if')
    .set({ progress, beat_at: new Date(nowMs) })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export type WhatIfEnd = { readonly result: WhatIfResult } | { readonly fault: WhatIfFault };

export async function endWhatIf(trx: TenantTrx, id: string, end: WhatIfEnd): Promise<void> {
  await trx
    .updateTable('what_if')
    .set({
      ended_at: sql<Date>`now()`,
      progress: 1,
      ...('result' in end
        ? { state: 'done', result: jsonb<unknown>(end.result) }
        : { state: 'failed', fault: end.fault }),
    })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
}

export async function insertCallList(trx: TenantTrx, name: string, calls: readonly ListedCall[]): Promise<string> {
  const values = { name, calls: jsonb<unknown>(calls) };
  return (await trx.insertInto('what_if_list').values(values).returning('id').executeTakeFirstOrThrow()).id;
} // prettier-ignore

export async function findCallList(trx: TenantTrx, id: string): Promise<ListedCall[] | undefined> {
  const row = await trx.selectFrom('what_if_list').select('calls').where('id', '=', id).executeTakeFirst();
  return row?.calls as ListedCall[] | undefined;
}

/** Uploaded and never replayed. */
export async function deleteIdleLists(trx: TenantTrx, beforeMs: number): Promise<void> {
  await trx
    .deleteFrom('what_if_list')
    .where('created_at', '<', new Date(beforeMs))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('what_if').select('what_if.id').whereRef('what_if.list_id', '=', 'what_if_list.id'))),
    )
    .execute();
} // prettier-ignore

function summaryOf(row: Row): WhatIfSummary {
  const asked = row.asked as WhatIfAsked;
  return {
    id: row.id,
    name: asked.name,
    arrivals: asked.arrivals,
    listName: row.list_name,
    state: row.state as WhatIfSummary['state'],
    progress: row.progress,
    fault: row.fault as WhatIfFault | null,
    madeBy: row.made_by,
    madeAtMs: row.created_at.getTime(),
    endedAtMs: row.ended_at?.getTime() ?? null,
  };
}
