/** The SIP messages of one call in their order, as its node saw them. Proofs of identity and secret digits are not in it. */
import { z } from 'zod';
import { idOf } from './ids.ts';
import { instantSchema } from './texts.ts';

const protocolSchema = z.enum(['udp', 'tcp', 'tls', 'ws', 'wss']);

export const ladderMessageSchema = z.object({
  atMs: instantSchema,
  /** Seen from the node. */
  direction: z.enum(['in', 'out']),
  protocol: protocolSchema,
  /** The other side. */
  address: z.string(),
  port: z.number().int(),
  /** The party of the call it was with: `caller`, `agent-1`, `outside-2`… */
  leg: z.string(),
  sipCallId: z.string(),
  text: z.string(),
});
export type LadderMessage = z.infer<typeof ladderMessageSchema>;

export const ladderSchema = z.object({
  callId: idOf<'call'>(),
  /** Where the node itself is in it; `ports` by protocol, absent in ladders of before. */
  node: z.object({
    address: z.string(),
    port: z.number().int(),
    ports: z.partialRecord(protocolSchema, z.number().int()).exactOptional(),
  }),
  messages: z.array(ladderMessageSchema),
  /** Messages of the middle, beyond what is kept of one call. */
  leftOut: z.number().int().nonnegative(),
});
export type Ladder = z.infer<typeof ladderSchema>;
