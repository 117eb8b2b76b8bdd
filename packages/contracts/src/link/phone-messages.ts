/**
 * Desk phones nobody is signed in at, on the link: a node tells which are registered there, so that a call of another is brought to them.
 * Told and asked only where the centre says that it finds phones; it keeps nothing of what is asked.
 */
import { z } from 'zod';
import { idOf } from '../nouns/ids.ts';
import { visitPlaceSchema } from './match-messages.ts';

/** Nodes at which one extension is registered that are asked. */
export const phoneNodesMax = 8;

const matchId = z.string().min(1).max(64);
const extensions = z.array(z.string().min(1).max(64)).max(20_000);
const wanted = {
  tenantId: idOf<'tenant'>(),
  matchId,
  callId: idOf<'call'>(),
  queueId: idOf<'queue'>().nullable(),
  agentId: idOf<'agent'>(),
  extension: z.string().min(1).max(64),
  /** Not where it rings or talks: there are others who may take the call. */
  isIdle: z.literal(true).exactOptional(),
};
const asked = {
  ...wanted,
  homeNodeId: idOf<'node'>(),
  /** Who is asked next, where this one refuses. */
  others: z.array(idOf<'node'>()).max(phoneNodesMax),
};

export const phoneToCentreSchemas = [
  z.object({
    kind: z.literal('phones-registered'),
    tenantId: wanted.tenantId,
    /** All there are: whichever is not named is not registered. */
    isWhole: z.boolean(),
    added: extensions,
    gone: extensions,
  }),
  z.object({ kind: z.literal('phone-wanted'), ...wanted }),
  /** Of `phone-asked`. */
  z.object({
    kind: z.literal('phone-kept'),
    tenantId: wanted.tenantId,
    matchId,
    homeNodeId: asked.homeNodeId,
    at: visitPlaceSchema,
  }),
  z.object({ kind: z.literal('phone-refused'), ...asked }),
] as const;

export const phoneToNodeSchemas = [
  z.object({ kind: z.literal('phone-asked'), ...asked }),
  /** Of `phone-wanted`; null: registered nowhere, or not to be rung. */
  z.object({
    kind: z.literal('phone-found'),
    tenantId: wanted.tenantId,
    matchId,
    at: visitPlaceSchema.nullable(),
  }),
] as const;

export type PhoneToCentre = z.infer<(typeof phoneToCentreSchemas)[number]>;
export type PhoneToNode = z.infer<(typeof phoneToNodeSchemas)[number]>;
export type PhonesRegistered = Extract<PhoneToCentre, { kind: 'phones-registered' }>;
