/**
 * B-06, translation routing, on the link: two nodes that do not reach each other by SIP serve one call over the public network. The sound
 * goes by a number reserved for it; what else a visit says (`contracts/visit`) goes by the centre, which keeps nothing of it and hands it
 * to the other node. A visit is known by the token of its place, which nobody else was told.
 */
import { z } from 'zod';
import { idOf } from '../nouns/ids.ts';
import { e164Schema } from '../nouns/texts.ts';

/** What a call knows, written as text once more. */
export const visitTextCharsMax = 100_000;

const nodeId = idOf<'node'>();
const token = z.string().min(1).max(200);
/** Counted by whoever says it; the answer has it. A word said again, since it may not have arrived, has the number it had. */
const number = z.number().int().nonnegative();

const said = {
  token,
  number,
  /**
   * `call`: begins it, with what is known of the call; the answer names the number to dial. `word`: one of the visit's. `pulse`: whether
   * the visit is still known. `withdrawn`: nobody will dial, or nobody
   * has; `not-carried`: the number could not be reached.
   */
  about: z.enum(['call', 'word', 'pulse', 'withdrawn', 'not-carried']),
  text: z.string().max(visitTextCharsMax),
  /** Of a call: the number that will be shown as the caller's. */
  shownNumber: e164Schema.exactOptional(),
};
const answered = {
  token,
  number,
  /** As SIP has it: 200 is done, 481 that nothing is known of such a visit, 503 that there is no number left. */
  status: z.number().int().min(100).max(699),
  /** Of a call: what is to be dialled, good for a few seconds. */
  reservedNumber: e164Schema.exactOptional(),
};

export const visitToCentreSchemas = [
  /** `nodeId`: whom it is for. */
  z.object({ kind: z.literal('visit-said'), nodeId, ...said }),
  z.object({ kind: z.literal('visit-answered'), nodeId, ...answered }),
] as const;

export const visitToNodeSchemas = [
  /** `nodeId`: who has said it. */
  z.object({ kind: z.literal('visit-heard'), nodeId, ...said }),
  z.object({ kind: z.literal('visit-answer'), nodeId, ...answered }),
] as const;

export type VisitToCentre = z.infer<(typeof visitToCentreSchemas)[number]>;
export type VisitToNode = z.infer<(typeof visitToNodeSchemas)[number]>;
export type VisitSaid = z.infer<(typeof visitToCentreSchemas)[0]>;
export type VisitHeard = z.infer<(typeof visitToNodeSchemas)[0]>;
export type VisitAnswer = z.infer<(typeof visitToNodeSchemas)[1]>;
