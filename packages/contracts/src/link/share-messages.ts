/**
 * C-08 on the link: what a node holds of its tenants' quotas, and what it is told to hold. Both may be said again at any time: a word is
 * known by its number, and what is lowered counts as held until the node has said that it is not.
 */
import { z } from 'zod';
import type { Shared } from '@seatgrid/core/tenancy/quota-shares.ts';
import { idOf, schemaOf } from '../nouns/ids.ts';

const countSchema = z.number().int().min(0).max(1_000_000);
export const sharedSchema = schemaOf<Shared>()(
  z.object({ agentsSignedIn: countSchema, concurrentCalls: countSchema }),
);
const tenantId = idOf<'tenant'>();
/** Of the last word heard; 0: none yet. */
const number = z.number().int().nonnegative();
/** More are told in another message. */
export const sharesToldMax = 1_000;

export const shareToCentreSchemas = [
  z.object({
    kind: z.literal('quota-held'),
    shares: z
      .array(z.object({ tenantId, number, held: sharedSchema, used: sharedSchema }))
      .min(1)
      .max(sharesToldMax),
  }),
] as const;

export const shareToNodeSchemas = [
  z.object({
    kind: z.literal('quota-share'),
    tenantId,
    number,
    told: sharedSchema,
    /** What the node is believed to hold: where that is wrong, it says so. */
    held: sharedSchema,
  }),
] as const;

export type QuotaHeld = z.infer<(typeof shareToCentreSchemas)[0]>;
export type QuotaShare = z.infer<(typeof shareToNodeSchemas)[0]>;
