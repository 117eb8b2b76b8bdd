/** What the centre knows of faxes: told by the journal of the node that has them, never written otherwise but for the mail. */
import type { Selectable } from 'kysely';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import type { Fax } from '@seatgrid/contracts/nouns/fax.ts';
import type { Database } from '../database.ts';
import type { TenantTrx } from '../scopes.ts';

type Facts<Kind extends EventFacts['kind']> = Extract<EventFacts, { kind: Kind }>;

/** Where its pages lie. */
export interface StoredFax {
  readonly id: string;
  readonly nodeId: string;
  readonly faxBoxId: string;
  readonly callId: string;
  readonly fromNumber: string;
  readonly farIdentification: string;
  readonly receivedAtMs: number;
  readonly pages: number;
  readonly ending: Fax['ending'];
  readonly path: string;
  readonly octets: number;
  readonly sha256: string;
}

export async function listFaxes(
  trx: TenantTrx,
  wanted: {
    readonly faxBoxId?: string | undefined;
    readonly limit: number;
    readonly before?: string | undefined;
  },
): Promise<Fax[]> {
  let query = trx
    .selectFrom('fax')
    .innerJoin('fax_box as box', (join) =>
      join.onRef('box.tenant_id', '=', 'fax.tenant_id').onRef('box.id', '=', 'fax.fax_box_id'),
    )
    .selectAll('fax')
    .select('box.name as box_name')
    .where('fax.purged_at', 'is', null)
    .orderBy('fax.id', 'desc')
    .limit(wanted.limit);
  if (wanted.faxBoxId !== undefined) query = query.where('fax.fax_box_id', '=', wanted.faxBoxId);
  if (wanted.before !== undefined) query = query.where('fax.id', '<', wanted.before);
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id as Fax['id'],
    faxBoxId: row.fax_box_id as Fax['faxBoxId'],
    faxBoxName: row.box_name,
    callId: row.call_id as Fax['callId'],
    fromNumber: row.from_number,
    farIdentification: row.far_identification,
    receivedAtMs: row.received_at.getTime(),
    durationMs: row.duration_ms,
    pages: row.pages,
    ending: row.ending as Fax['ending'],
    rowsPerInch: row.rows_per_inch,
    octets: row.octets,
    isRead: row.is_read,
    deletedAtMs: row.deleted_at?.getTime() ?? null,
    mail: row.mailed_at ? 'sent' : row.mail_due_at ? 'waiting' : row.mail_tries > 0 ? 'failed' : 'none',
  }));
}

export async function findFax(trx: TenantTrx, id: string): Promise<StoredFax | undefined> {
  const row = await trx
    .selectFrom('fax')
    .selectAll()
    .where('id', '=', id)
    .where('purged_at', 'is', null)
    .executeTakeFirst();
  return row && storedOf(row);
}

function storedOf(row: Selectable<Database['fax']>): StoredFax {
  return {
    id: row.id,
    nodeId: row.node_id,
    faxBoxId: row.fax_box_id,
    callId: row.call_id,
    fromNumber: row.from_number,
    farIdentification: row.far_identification,
    receivedAtMs: row.received_at.getTime(),
    pages: row.pages,
    ending: row.ending as Fax['ending'],
    path: row.path,
    octets: row.octets,
    sha256: row.sha256,
  };
}

export async function hasFaxes(trx: TenantTrx, faxBoxId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('fax')
    .select('id')
    .where('fax_box_id', '=', faxBoxId)
    .where('deleted_at', 'is', null)
    .where('purged_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** Each is tried again later unless it is said to be sent; after the last try it waits no more. */
export async function claimFaxMailsDue(
  trx: TenantTrx,
  {
    nowMs,
    retryMs,
    triesMax,
  }: { readonly nowMs: number; readonly retryMs: number; readonly triesMax: number },
): Promise<StoredFax[]> {
  const due = await trx
    .selectFrom('fax')
    .selectAll()
    .where('mail_due_at', '<=', new Date(nowMs))
    .where('purged_at', 'is', null)
    .orderBy('mail_due_at')
    .limit(mailsClaimedMax)
    .forUpdate()
    .skipLocked()
    .execute();
  for (const row of due) {
    const tries = row.mail_tries + 1;
    await trx
      .updateTable('fax')
      .set({
        mail_tries: tries,
        mail_due_at: tries >= triesMax ? null : new Date(nowMs + retryMs * 2 ** (tries - 1)),
      })
      .where('id', '=', row.id)
      .execute();
  }
  return due.map(storedOf);
}

const mailsClaimedMax = 20;

export async function saveFaxMailed(trx: TenantTrx, id: string, nowMs: number): Promise<void> {
  await trx
    .updateTable('fax')
    .set({ mailed_at: new Date(nowMs), mail_due_at: null })
    .where('id', '=', id)
    .execute();
}

export async function storeFaxReceived(
  trx: TenantTrx,
  nodeId: string,
  facts: Facts<'fax.received'>,
): Promise<void> {
  const box = await trx
    .selectFrom('fax_box')
    .select('body')
    .where('id', '=', facts.faxBoxId)
    .executeTakeFirst();
  const mailTo = box?.body['mailTo'];
  const isMailed = Array.isArray(mailTo) && mailTo.length > 0;
  await trx
    .insertInto('fax')
    .values({
      id: facts.faxId,
      node_id: nodeId,
      fax_box_id: facts.faxBoxId,
      call_id: facts.callId,
      from_number: facts.fromNumber,
      far_identification: facts.farIdentification,
      received_at: new Date(facts.receivedAtMs),
      duration_ms: facts.durationMs,
      pages: facts.pages,
      ending: facts.ending,
      rows_per_inch: facts.rowsPerInch,
      path: facts.path,
      octets: facts.octets,
      sha256: facts.sha256,
      deleted_at: null,
      purged_at: null,
      mailed_at: null,
      mail_due_at: isMailed ? new Date(facts.receivedAtMs) : null,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing())
    .execute();
}

export async function storeFaxChanged(
  trx: TenantTrx,
  at: Date,
  { faxId, act }: Facts<'fax.changed'>,
): Promise<void> {
  const change = {
    read: { is_read: true },
    unread: { is_read: false },
    deleted: { deleted_at: at },
    restored: { deleted_at: null },
    purged: { purged_at: at },
  }[act];
  await trx.updateTable('fax').set(change).where('id', '=', faxId).execute();
}
