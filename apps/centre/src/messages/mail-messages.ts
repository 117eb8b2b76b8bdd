/** Whoever a mailbox names is told of its new messages by e-mail, with the sound where the box says so. */
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { findDefinition } from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import { ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import {
  claimMailsDue,
  saveMailed,
  type ClaimedMessage,
} from '@seatgrid/adapters/postgres/stores/voice-message-store.ts';
import { mailboxReadSchema } from '@seatgrid/contracts/nouns/mailbox.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Centre } from '../centre.ts';
import type { Mailed, MailParts } from '../mail/mail-duty.ts';
import { messageMail } from './message-mail.ts';

export const mailedMessages: Mailed<ClaimedMessage> = {
  duty: 'mail',
  noun: 'voice-message',
  claim: claimMailsDue,
  send: mailOne,
  saveSent: saveMailed,
};

async function mailOne(
  centre: Centre,
  { mailer, publicUrl }: MailParts,
  tenantId: TenantId,
  message: ClaimedMessage,
): Promise<void> {
  const { tenant, definition } = await inTenant(centre.database.tenants, tenantId, async (trx) => ({
    tenant: await ownTenant(trx),
    definition: await findDefinition(trx, 'mailbox', message.mailboxId),
  }));
  if (!definition) return;
  const box = mailboxReadSchema.parse({ ...definition.body, hasPin: false, id: definition.id });
  if (box.mailTo.length === 0) return;
  const sound = box.isSoundMailed ? await soundOf(centre, message) : undefined;
  await mailer.send({
    to: box.mailTo,
    ...messageMail({ message, box, tenant, publicUrl }),
    ...(sound ? { attachment: { name: 'message.wav', contentType: 'audio/wav', octets: sound } } : {}),
  });
}

/** A node that is away is waited for: the mail is tried again. */
async function soundOf(centre: Centre, message: ClaimedMessage): Promise<Uint8Array> {
  const { path, octets, sha256 } = message;
  const fetched = await centre.recordings.fetch(message.nodeId as NodeId, {
    path,
    sha256,
    from: 0,
    to: octets,
  });
  if (!fetched.ok) throw new Error(fetched.failure);
  return new Uint8Array(await new Response(fetched.value).arrayBuffer());
}
