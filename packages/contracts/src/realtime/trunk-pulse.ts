/** How a trunk stands at its node now: whether its far side answers, and how many calls it carries. */
import { z } from 'zod';
import { idOf } from '../nouns/ids.ts';
import { instantSchema } from '../nouns/texts.ts';

export const trunkPulseSchema = z.object({
  trunkId: idOf<'trunk'>(),
  state: z.enum(['unknown', 'up', 'down']),
  sinceMs: instantSchema,
  inbound: z.number().int(),
  outbound: z.number().int(),
  /** Absent where the trunk does not register. */
  registration: z.enum(['registering', 'registered', 'failed']).exactOptional(),
});
export type TrunkPulse = z.infer<typeof trunkPulseSchema>;
