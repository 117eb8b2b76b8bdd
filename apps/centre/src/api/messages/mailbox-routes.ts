/** Mailboxes: definitions like others, but that a PIN goes in and never comes out, and none is removed that holds messages. */
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  findDefinition,
  insertDefinition,
  listDefinitions,
  retireDefinition,
  updateDefinition,
  type Definition,
} from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import { hasVoiceMessages } from '@seatgrid/adapters/postgres/stores/voice-message-store.ts';
import { mailboxReadSchema, type MailboxRead } from '@seatgrid/contracts/nouns/mailbox.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { refuseDangling, refuseInUse } from '../references.ts';
import { notFound, refused } from '../refusal.ts';
import { pinDigest } from './pin-digest.ts';

export const mailboxRoutes: SomeHandlers<Extract<ApiPath, `${string} /api/mailboxes${string}`>> = {
  'GET /api/mailboxes': async ({ centre, ctx }) => ({
    items: (
      await inTenant(centre.database.tenants, ctx.tenantId, (trx) => listDefinitions(trx, 'mailbox'))
    ).map(asReply),
  }),

  async 'POST /api/mailboxes'({ centre, ctx, body: { pin, ...facts } }) {
    const body = { ...facts, pin: pin ? await pinDigest(pin, centre.random) : null };
    return changeTenant(centre, ctx, { noun: 'mailbox', verb: 'create' }, async (trx) => {
      const fault = await refuseDangling(trx, body);
      if (fault) return fault;
      const id = await insertDefinition(trx, 'mailbox', body);
      return { id, before: null, after: auditOf(body), value: asReply({ id, body }) };
    });
  },

  async 'PUT /api/mailboxes/:id'({ centre, ctx, params: { id }, body: { pin, ...facts } }) {
    const given = pin ? await pinDigest(pin, centre.random) : null;
    return changeTenant(centre, ctx, { noun: 'mailbox', verb: 'update' }, async (trx) => {
      const present = await findDefinition(trx, 'mailbox', id);
      if (!present) return notFound;
      const fault = await refuseDangling(trx, facts);
      if (fault) return fault;
      const body = { ...facts, pin: pin === undefined ? present.body['pin'] : given };
      await updateDefinition(trx, 'mailbox', { id, body });
      // Two PINs look alike in the log, so that one was changed is said.
      const after = { ...auditOf(body), ...(pin ? { pinChanged: true } : {}) };
      return { id, before: auditOf(present.body), after, value: asReply({ id, body }) };
    });
  },

  'DELETE /api/mailboxes/:id': ({ centre, ctx, params: { id } }) =>
    changeTenant(centre, ctx, { noun: 'mailbox', verb: 'delete' }, async (trx) => {
      const present = await findDefinition(trx, 'mailbox', id);
      if (!present) return notFound;
      const users = await refuseInUse(trx, id);
      if (users) return users;
      if (await hasVoiceMessages(trx, id)) return refused('It still holds messages.');
      await retireDefinition(trx, 'mailbox', id);
      return { id, before: auditOf(present.body), after: null, value: undefined };
    }),
};

function asReply({ id, body }: Definition): MailboxRead {
  return mailboxReadSchema.parse({ ...auditOf(body), id });
}

function auditOf({ pin, ...facts }: Record<string, unknown>): Record<string, unknown> {
  return { ...facts, hasPin: pin !== null };
}
