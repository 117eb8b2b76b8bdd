/** Whoever a fax box names is told of its new faxes by e-mail, with the pages as PDF where the box says so. */
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { findDefinition } from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import {
  claimFaxMailsDue,
  saveFaxMailed,
  type StoredFax,
} from '@seatgrid/adapters/postgres/stores/fax-store.ts';
import { ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { faxBoxSchema } from '@seatgrid/contracts/nouns/fax.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Centre } from '../centre.ts';
import type { Mailed, MailParts } from '../mail/mail-duty.ts';
import { faxMail } from './fax-mail.ts';
import { faxFileName, fetchFax } from './fetch-fax.ts';

export const mailedFaxes: Mailed<StoredFax> = {
  duty: 'fax-mail',
  noun: 'fax',
  claim: claimFaxMailsDue,
  send: mailOne,
  saveSent: saveFaxMailed,
};

async function mailOne(
  centre: Centre,
  { mailer, publicUrl }: MailParts,
  tenantId: TenantId,
  fax: StoredFax,
): Promise<void> {
  const { tenant, definition } = await inTenant(centre.database.tenants, tenantId, async (trx) => ({
    tenant: await ownTenant(trx),
    definition: await findDefinition(trx, 'fax-box', fax.faxBoxId),
  }));
  if (!definition) return;
  const box = faxBoxSchema.parse({ ...definition.body, id: definition.id });
  if (box.mailTo.length === 0) return;
  await mailer.send({
    to: box.mailTo,
    ...faxMail({ fax, box, tenant, publicUrl }),
    ...(box.isFaxMailed ? { attachment: await pagesOf(centre, fax) } : {}),
  });
}

/** A node that is away is waited for: the mail is tried again. */
async function pagesOf(centre: Centre, fax: StoredFax) {
  const file = await fetchFax(centre, fax, 'pdf');
  if (!file.ok) throw new Error(file.failure);
  return { name: faxFileName(fax, 'pdf'), contentType: 'application/pdf', octets: file.value };
}
