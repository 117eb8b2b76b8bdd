/** What the centre knows of messages: told by the journal of the node that has them, never written otherwise but for the mail. */
import type { Selectable } from 'kysely';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import type { VoiceMessage } from '@seatgrid/contracts/nouns/mailbox.ts';
import type { Database } from '../database.ts';
import type { TenantTrx } from '../scopes.ts';

type Facts<Kind extends EventFacts['kind']> = Extract<EventFacts, { kind: Kind }>;

/** Where its sound lies. */
export interface StoredMessage {
  readonly id: string;
  readonly nodeId: string;
  readonly mailboxId: string;
  readonly callId: string;
  readonly fromNumber: string;
  readonly leftAtMs: number;
  readonly durationMs: number;
  readonly path: string;
  readonly octets: number;
  readonly sha256: string;
}

export async function listVoiceMessages(
  trx: TenantTrx,
  wanted: {
    readonly mailboxIds?: readonly string[];
    readonly limit: number;
    readonly before?: string | undefined;
  },
): Promise<VoiceMessage[]> {
  if (wanted.mailboxIds?.length === 0) return [];
  let query = trx
    .selectFrom('voice_message as message')
    .innerJoin('mailbox as box', (join) =>
      join.onRef('box.tenant_id', '=', 'message.tenant_id').onRef('box.id', '=', 'message.mailbox_id'),
    )
    .selectAll('message')
    .select('box.name as box_name')
    .where('message.purged_at', 'is', null)
    .orderBy('message.id', 'desc')
    .limit(wanted.limit);
  if (wanted.mailboxIds) query = query.where('message.mailbox_id', 'in', [...wanted.mailboxIds]);
  if (wanted.before !== undefined) query = query.where('message.id', '<', wanted.before);
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id as VoiceMessage['id'],
    mailboxId: row.mailbox_id as VoiceMessage['mailboxId'],
    mailboxName: row.box_name,
    callId: row.call_id as VoiceMessage['callId'],
    fromNumber: row.from_number,
    leftAtMs: row.left_at.getTime(),
    durationMs: row.duration_ms,
    isHeard: row.is_heard,
    deletedAtMs: row.deleted_at?.getTime() ?? null,
    mail: row.mailed_at ? 'sent' : row.mail_due_at ? 'waiting' : row.mail_tries > 0 ? 'failed' : 'none',
  }));
}

export async function findVoiceMessage(trx: TenantTrx, id: string): Promise<StoredMessage | undefined> {
  const row = await trx
    .selectFrom('voice_message')
    .selectAll()
    .where('id', '=', id)
    .where('purged_at', 'is', null)
    .executeTakeFirst();
  return row && storedOf(row);
}

function storedOf(row: Selectable<Database['voice_message']>): StoredMessage {
  return {
    id: row.id,
    nodeId: row.node_id,
    mailboxId: row.mailbox_id,
    callId: row.call_id,
    fromNumber: row.from_number,
    leftAtMs: row.left_at.getTime(),
    durationMs: row.duration_ms,
    path: row.path,
    octets: row.octets,
    sha256: row.sha256,
  };
}

export async function hasVoiceMessages(trx: TenantTrx, mailboxId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('voice_message')
    .select('id')
    .where('mailbox_id', '=', mailboxId)
    .where('deleted_at', 'is', null)
    .where('purged_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

export interface ClaimedMessage extends StoredMessage {
  readonly mailTries: number;
}

/** Each is tried again later unless it is said to be sent; after the last try it waits no more. */
export async function claimMailsDue(
  trx: TenantTrx,
  {
    nowMs,
    retryMs,
    triesMax,
  }: { readonly nowMs: number; readonly retryMs: number; readonly triesMax: number },
): Promise<ClaimedMessage[]> {
  const due = await trx
    .selectFrom('voice_message')
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
      .updateTable('voice_message')
      .set({
        mail_tries: tries,
        mail_due_at: tries >= triesMax ? null : new Date(nowMs + retryMs * 2 ** (tries - 1)),
      })
      .where('id', '=', row.id)
      .execute();
  }
  return due.map((row) => ({ ...storedOf(row), mailTries: row.mail_tries + 1 }));
}

const mailsClaimedMax = 20;

export async function saveMailed(trx: TenantTrx, id: string, nowMs: number): Promise<void> {
  await trx
    .updateTable('voice_message')
    .set({ mailed_at: new Date(nowMs), mail_due_at: null })
    .where('id', '=', id)
    .execute();
}

export async function storeMessageLeft(
  trx: TenantTrx,
  nodeId: string,
  facts: Facts<'voice-message.left'>,
): Promise<void> {
  const box = await trx
    .selectFrom('mailbox')
    .select('body')
    .where('id', '=', facts.mailboxId)
    .executeTakeFirst();
  const mailTo = box?.body['mailTo'];
  const isMailed = Array.isArray(mailTo) && mailTo.length > 0;
  await trx
    .insertInto('voice_message')
    .values({
      id: facts.messageId,
      node_id: nodeId,
      mailbox_id: facts.mailboxId,
      call_id: facts.callId,
      from_number: facts.fromNumber,
      left_at: new Date(facts.leftAtMs),
      duration_ms: facts.durationMs,
      path: facts.path,
      octets: facts.octets,
      sha256: facts.sha256,
      deleted_at: null,
      purged_at: null,
      mailed_at: null,
      mail_due_at: isMailed ? new Date(facts.leftAtMs) : null,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing())
    .execute();
}

export async function storeMessageChanged(
  trx: TenantTrx,
  at: Date,
  { messageId, act }: Facts<'voice-message.changed'>,
): Promise<void> {
  const change = {
    heard: { is_heard: true },
    unheard: { is_heard: false },
    deleted: { deleted_at: at },
    restored: { deleted_at: null },
    purged: { purged_at: at },
  }[act];
  await trx.updateTable('voice_message').set(change).where('id', '=', messageId).execute();
}
