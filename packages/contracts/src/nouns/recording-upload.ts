/** When nodes of a site bring their recordings to the centre. */
import { z } from 'zod';

const timeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const recordingUploadSchema = z.object({
  octetsPerDay: z.number().int().min(100_000).max(1_000_000_000_000),
  fromTime: timeSchema,
  toTime: timeSchema,
  callsMax: z.number().int().min(0).max(1_000),
});
