import { z } from 'zod';
import {
  messageActs,
  type Mailbox,
  type MailboxOwner,
  type PinDigest,
} from '@seatgrid/core/messages/mailbox.ts';
import { speechSchema } from './flow-step.ts';
import { idOf, schemaOf } from './ids.ts';
import { extensionSchema, instantSchema, nameSchema } from './texts.ts';

export const mailboxOwnerSchema = schemaOf<MailboxOwner>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('agent'), agentId: idOf<'agent'>() }),
    z.object({ kind: z.literal('group'), groupId: idOf<'group'>() }),
    z.object({ kind: z.literal('queue'), queueId: idOf<'queue'>() }),
  ]),
);

export const pinDigestSchema = schemaOf<PinDigest>()(
  z.object({ salt: z.base64().max(64), hash: z.base64().max(128) }),
);

export const mailboxSchema = schemaOf<Mailbox>()(
  z.object({
    id: idOf<'mailbox'>(),
    name: nameSchema,
    owner: mailboxOwnerSchema,
    number: extensionSchema.nullable(),
    greeting: speechSchema,
    pin: pinDigestSchema.nullable(),
    messageMaxMs: z.number().int().min(10_000).max(600_000),
    messagesMax: z.number().int().min(1).max(1_000),
    keptDays: z.number().int().min(1).max(3_650).nullable(),
    mailTo: z.array(z.email().max(254)).max(20),
    isSoundMailed: z.boolean(),
  }),
);

/** What people see and write of it: the PIN goes in and never comes out. */
export const mailboxReadSchema = mailboxSchema.omit({ pin: true }).extend({ hasPin: z.boolean() });
export const mailboxWriteSchema = mailboxSchema.omit({ id: true, pin: true }).extend({
  /** Null takes it away; absent leaves it as it is. */
  pin: z
    .string()
    .regex(/^[0-9]{4,10}$/, '4 to 10 digits')
    .nullable()
    .optional(),
});
export type MailboxRead = z.infer<typeof mailboxReadSchema>;

export const messageActSchema = z.enum(messageActs);

export const voiceMessageSchema = z.object({
  id: idOf<'voice-message'>(),
  mailboxId: idOf<'mailbox'>(),
  mailboxName: z.string(),
  callId: idOf<'call'>(),
  fromNumber: z.string(),
  leftAtMs: instantSchema,
  durationMs: z.number().int(),
  isHeard: z.boolean(),
  /** Until it is thrown away it can be taken back. */
  deletedAtMs: instantSchema.nullable(),
  mail: z.enum(['none', 'waiting', 'sent', 'failed']),
});
export type VoiceMessage = z.infer<typeof voiceMessageSchema>;
