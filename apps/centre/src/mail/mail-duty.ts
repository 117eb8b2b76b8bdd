/**
 * A duty: people are told by e-mail of what came for them. Woken by news and by the clock; each is claimed before it is sent, so
 * that of several replicas one sends it, and what failed is tried again, later and later, and then given up.
 */
import { inPlatform, inTenant, type TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import { listTenants } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import type { Mailer } from '@seatgrid/adapters/mail/smtp-mail.ts';
import type { Noun } from '@seatgrid/core/context/access.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { topic, type Centre, type Changed } from '../centre.ts';
import { mailLookEveryMs, mailRetryMs, mailTriesMax } from '../limits.ts';
import { repeat } from '../repeat.ts';

export interface MailParts {
  readonly mailer: Mailer;
  /** Where people reach the portal; null: the mail does not say. */
  readonly publicUrl: string | null;
}

/** One kind of thing people are told of. */
export interface Mailed<Due> {
  readonly duty: string;
  readonly noun: Noun;
  claim(
    trx: TenantTrx,
    terms: { readonly nowMs: number; readonly retryMs: number; readonly triesMax: number },
  ): Promise<readonly Due[]>;
  send(centre: Centre, parts: MailParts, tenantId: TenantId, due: Due): Promise<void>;
  saveSent(trx: TenantTrx, id: string, nowMs: number): Promise<void>;
}

export async function mailDuty<Due extends { readonly id: string }>(
  centre: Centre,
  parts: MailParts,
  mailed: Mailed<Due>,
): Promise<() => Promise<void>> {
  let work: Promise<void> = Promise.resolve();
  const look = (tenantIds: () => Promise<readonly TenantId[]>): Promise<void> =>
    (work = work
      .then(async () => {
        for (const tenantId of await tenantIds()) await mailOfTenant(centre, parts, tenantId, mailed);
      })
      .catch((error: unknown) =>
        centre.log.error({ err: error, noun: mailed.noun }, 'mails could not be sent'),
      ));
  const everyTenant = async () =>
    (await inPlatform(centre.database.platform, listTenants)).map((tenant) => tenant.id);
  const leave = await centre.bus.subscribe(topic.changed, (message) => {
    const { tenantId, noun } = message as unknown as Changed;
    if (noun === mailed.noun && tenantId !== null) void look(async () => [tenantId]);
  });
  const stop = repeat(centre, { name: mailed.duty, everyMs: mailLookEveryMs, work: () => look(everyTenant) });
  return async () => {
    stop();
    await leave();
    await work;
  };
}

async function mailOfTenant<Due extends { readonly id: string }>(
  centre: Centre,
  parts: MailParts,
  tenantId: TenantId,
  mailed: Mailed<Due>,
): Promise<void> {
  const nowMs = centre.clock.nowMs();
  const claimed = await inTenant(centre.database.tenants, tenantId, (trx) =>
    mailed.claim(trx, { nowMs, retryMs: mailRetryMs, triesMax: mailTriesMax }),
  );
  for (const due of claimed) {
    try {
      await mailed.send(centre, parts, tenantId, due);
      await inTenant(centre.database.tenants, tenantId, (trx) => mailed.saveSent(trx, due.id, nowMs));
    } catch (error) {
      centre.log.warn({ err: error, tenantId, noun: mailed.noun, id: due.id }, 'a mail could not be sent');
    }
  }
}
