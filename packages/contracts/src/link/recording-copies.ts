/** What a node and its centre say of recordings that are brought to the centre, over HTTP beside the link. */
import { z } from 'zod';
import { idOf } from '../nouns/ids.ts';

export const wantedCopySchema = z.object({
  tenantId: idOf<'tenant'>(),
  recordingId: idOf<'recording'>(),
  path: z.string(),
  octets: z.number().int(),
  sha256: z.string(),
  /** So much is there already. */
  from: z.number().int(),
});
export type WantedCopy = z.infer<typeof wantedCopySchema>;

/** How much of it is there now. */
export const copiedSchema = z.object({ from: z.number().int() });

export const copyParamsSchema = wantedCopySchema.pick({ tenantId: true, recordingId: true });
