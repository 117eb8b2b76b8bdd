/** Calls a queue owes: how it offers them, and how each stands. */
import { z } from 'zod';
import {
  callbackEnds,
  callbackOrigins,
  type CallbackSettings,
  type Duty,
} from '@seatgrid/core/routing/callback.ts';
import { idOf, schemaOf } from './ids.ts';
import { durationSchema, instantSchema } from './texts.ts';

export const callbackSettingsSchema = schemaOf<CallbackSettings>()(
  z.object({
    offerAfterMs: durationSchema.min(5_000).nullable(),
    mayKeyNumber: z.boolean(),
    attemptsMax: z.number().int().min(1).max(20),
    pauseMs: durationSchema.min(1_000).max(86_400_000),
    ringTimeoutMs: durationSchema.min(5_000).max(120_000),
    pendingMax: z.number().int().min(1).max(1_000),
  }),
);

export const dutySchema = schemaOf<Duty>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('inbound') }),
    z.object({
      kind: z.literal('mixed'),
      idleAgentsMin: z.number().int().min(1).max(1_000),
      idleMs: durationSchema.max(3_600_000),
    }),
    z.object({ kind: z.literal('outbound') }),
  ]),
);

/** As it may be dialled: of a list, and of what a caller keys. */
export const callbackNumberSchema = z.string().regex(/^\+?[0-9]{3,20}$/, 'a phone number');
export const callbackOriginSchema = z.enum(callbackOrigins);
export const callbackEndSchema = z.enum(callbackEnds);

/** One row of the portal's table. */
export const callbackSchema = z.object({
  id: idOf<'callback'>(),
  queueId: idOf<'queue'>(),
  number: z.string(),
  origin: callbackOriginSchema,
  /** The call it was asked for in. */
  callId: idOf<'call'>().nullable(),
  sinceMs: instantSchema,
  attempts: z.number().int(),
  /** Null: not before its turn. */
  nextAtMs: instantSchema.nullable(),
  lastCallId: idOf<'call'>().nullable(),
  endedAtMs: instantSchema.nullable(),
  end: callbackEndSchema.nullable(),
});
export type CallbackRow = z.infer<typeof callbackSchema>;
