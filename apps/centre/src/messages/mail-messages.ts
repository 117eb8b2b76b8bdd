/**
 * A duty: whoever a mailbox names is told of its new messages by e-mail. Woken by news and by the clock; a message is claimed
 * before it is sent, so that of several replicas one sends it, and what failed is tried again, later and later, and then given up.
 */
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { findDefinition } from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import { listTenants, ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import {
  claimMailsDue,
  saveMailed,
  type ClaimedMessage,
} from '@seatgrid/adapters/postgres/stores/voice-message-store.ts';
import type { Mailer } from '@seatgrid/adapters/mail/smtp-mail.ts';
import { mailboxReadSchema } from '@seatgrid/contracts/nouns/mailbox.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { topic, type Centre, type Changed } from '../centre.ts';
import { mailLookEveryMs, mailRetryMs, mailTriesMax } from '../limits.ts';
import { repeat } from '../repeat.ts';
import { messageMail } from './message-mail.ts';

export interface MailParts {
  readonly mailer: Mailer;
  /** Where people reach the portal; null: the mail does not say. */
  readonly publicUrl: string | null;
}

export async function mailMessages(centre: Centre, parts: MailParts): Promise<() => Promise<void>> {
  let work: Promise<void> = Promise.resolve();
  const look = (tenantIds: () => Promise<readonly TenantId[]>): Promise<void> =>
    (work = work
      .then(async () => {
        for (const tenantId of await tenantIds()) await mailOfTenant(centre, parts, tenantId);
      })
      .catch((error: unknown) => centre.log.error({ err: error }, 'messages could not be mailed')));
  const everyTenant = async () =>
    (await inPlatform(centre.database.platform, listTenants)).map((tenant) => tenant.id);
  const leave = await centre.bus.subscribe(topic.changed, (message) => {
    const { tenantId, noun } = message as unknown as Changed;
    if (noun === 'voice-message' && tenantId !== null) void look(async () => [tenantId]);
  });
  const stop = repeat(centre, { name: 'mail', everyMs: mailLookEveryMs, work: () => look(everyTenant) });
  return async () => {
    stop();
    await leave();
    await work;
    parts.mailer.close();
  };
}

async function mailOfTenant(centre: Centre, parts: MailParts, tenantId: TenantId): Promise<void> {
  const nowMs = centre.clock.nowMs();
  const claimed = await inTenant(centre.database.tenants, tenantId, (trx) =>
    claimMailsDue(trx, { nowMs, retryMs: mailRetryMs, triesMax: mailTriesMax }),
  );
  for (const message of claimed) {
    try {
      await mailOne(centre, parts, tenantId, message);
      await inTenant(centre.database.tenants, tenantId, (trx) => saveMailed(trx, message.id, nowMs));
    } catch (error) {
      centre.log.warn({ err: error, tenantId, messageId: message.id }, 'a message could not be mailed');
    }
  }
}

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
