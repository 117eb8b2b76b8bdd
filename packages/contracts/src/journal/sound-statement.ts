/**
 * What a node signs of the sound of its calls (B-07): for each that ended, a digest of every line's account, the site's networks as
 * the node was told them, and what the link to the centre carried while the call lasted. Several calls of one tenant share a signature.
 * The accounts themselves are the call's `leg.media` events; what is signed here is what they said.
 */
import { z } from 'zod';
import { idOf } from '../nouns/ids.ts';
import { instantSchema } from '../nouns/texts.ts';
import { attestedCallsMax, type EventFacts } from './journal-event.ts';

export const siteNetworksMax = 64;

const count = z.number().int().nonnegative();

export const soundStatementSchema = z.object({
  form: z.literal(1),
  nodeId: idOf<'node'>(),
  tenantId: idOf<'tenant'>(),
  atMs: instantSchema,
  /** Blocks of addresses that are this site. */
  networks: z.array(z.string().max(50)).max(siteNetworksMax),
  calls: z
    .array(
      z.object({
        callId: idOf<'call'>(),
        fromMs: instantSchema,
        toMs: instantSchema,
        /** SHA-256 of each line's account (`lineAccount`), base64url. */
        lines: z.array(z.string().max(60)).max(200),
        /** All the link carried from `fromMs` to `toMs`, both ways and whatever it was about; null where nobody counted. */
        linkOctets: count.nullable(),
      }),
    )
    .min(1)
    .max(attestedCallsMax),
});
export type SoundStatement = z.infer<typeof soundStatementSchema>;

export type LineFacts = Extract<EventFacts, { kind: 'leg.media' }>;

/** The one text of a line's account, whatever order its facts are kept in. A new fact goes behind the last, under a new form. */
export function lineAccount(facts: LineFacts): string {
  const { path } = facts;
  return JSON.stringify([
    facts.callId,
    facts.leg,
    facts.agentId,
    facts.codec,
    facts.packetsIn,
    facts.packetsOut,
    facts.octetsIn ?? null,
    facts.octetsOut ?? null,
    facts.lost,
    facts.concealed,
    facts.jitterMs,
    facts.foreign,
    facts.farLost ?? null,
    facts.roundTripMs ?? null,
    facts.mos ?? null,
    path === undefined
      ? null
      : [
          path.local,
          path.signalled,
          path.places.map(({ at, packetsIn, packetsOut, octetsIn, octetsOut }) => [
            at,
            packetsIn,
            packetsOut,
            octetsIn,
            octetsOut,
          ]),
        ],
  ]);
}
