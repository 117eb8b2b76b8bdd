/** What a node's line to the centre has carried since its process began, as the node counts it. */
import { z } from 'zod';
import { instantSchema } from '../nouns/texts.ts';

const count = z.number().int().nonnegative();
/** Kinds of messages, in each direction. */
export const trafficKindsMax = 200;

const kindTrafficSchema = z.object({ kind: z.string().max(64), messages: count, octets: count });

export const linkTrafficSchema = z.object({
  sinceMs: instantSchema,
  /** When it was read. */
  atMs: instantSchema,
  /** On the wire, compression and framing included. */
  wireOctetsSent: count,
  wireOctetsReceived: count,
  /** Calls that ended meanwhile: by them and the events sent, what a call costs. */
  callsEnded: count,
  /** On the wire. */
  sent: z.array(kindTrafficSchema).max(trafficKindsMax),
  /** Before compression: what arrived together cannot be told apart on the wire. */
  received: z.array(kindTrafficSchema).max(trafficKindsMax),
});
export type LinkTraffic = z.infer<typeof linkTrafficSchema>;
