/**
 * What the node of a supervisor and the node of the agent who is listened to tell each other inside the dialog between them, in INFOs. Whoever
 * reads passes over fields it does not know.
 */
import { z } from 'zod';
import { instantSchema } from '../nouns/texts.ts';
import {
  inspectionSchema,
  supervisionActSchema,
  supervisionEndSchema,
} from '../supervision/supervision-messages.ts';

export const earContentType = 'application/vnd.seatgrid.ear+json';

export const earWordSchema = z.discriminatedUnion('kind', [
  /** The supervisor's node: their browser or phone is there, and listens from now on. */
  z.object({ kind: z.literal('begin') }),
  /** The supervisor's phone holds the line, or has it back. */
  z.object({ kind: z.literal('hold'), isHolding: z.boolean() }),
  /** What the supervisor asks for; the status of the answer says whether it was done. */
  z.object({ kind: z.literal('act'), act: supervisionActSchema }),
  /** The agent's node: how it stands, whole after every change; instants by the clock that `atMs` shows. */
  z.object({
    kind: z.literal('state'),
    atMs: instantSchema,
    inspection: inspectionSchema.nullable(),
    endedWhy: supervisionEndSchema.nullable(),
  }),
]);
export type EarWord = z.infer<typeof earWordSchema>;
