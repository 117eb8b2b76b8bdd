/**
 * Whether a call's sound left its site, and what proves it: what the node signed, the accounts it signed for, and the judgement of
 * both. `proof` stands alone: exported, it is judged anew by whoever holds the node's public key.
 */
import { z } from 'zod';
import { mediaPathSchema } from '../journal/journal-event.ts';
import { idOf } from './ids.ts';

const count = z.number().int().nonnegative();

/** As `leg.media`, the call named once. */
export const soundLineSchema = z.object({
  leg: z.string().max(40),
  agentId: idOf<'agent'>().nullable(),
  codec: z.string().max(20),
  packetsIn: count,
  packetsOut: count,
  lost: count,
  concealed: count,
  jitterMs: z.number().nonnegative(),
  foreign: count,
  farLost: count.exactOptional(),
  roundTripMs: z.number().nonnegative().exactOptional(),
  mos: z.number().exactOptional(),
  octetsIn: count.exactOptional(),
  octetsOut: count.exactOptional(),
  path: mediaPathSchema.exactOptional(),
});

export const callProofSchema = z.object({
  kind: z.literal('seatgrid-call-proof'),
  form: z.literal(1),
  callId: idOf<'call'>(),
  lines: z.array(soundLineSchema).max(200),
  statements: z
    .array(
      z.object({
        jws: z.string().max(65_536),
        /** The node's, as its centre knew it; JWK, OKP Ed25519. */
        publicKey: z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().max(60) }),
      }),
    )
    .max(50),
});
export type CallProof = z.infer<typeof callProofSchema>;

/**
 * What is wrong with a proof: a signature that is not by that key; a statement of another call; a line that is not as it was signed
 * for, one that was signed for and is not there; keys that differ from the one that is trusted.
 */
export const proofFaults = ['signature', 'other-call', 'line-altered', 'line-missing', 'key'] as const;

export const soundJudgementSchema = z.object({
  /** `unsigned`: nothing was signed, as by a node alone, one that died, or a call that goes on. */
  proof: z.enum(['holds', 'unsigned', 'broken']),
  faults: z.array(z.object({ fault: z.enum(proofFaults), leg: z.string().nullable() })),
  /** What the lines say; worth as much as the proof. */
  whereabouts: z.enum(['stayed', 'left', 'unknown']),
  networks: z.array(z.string()),
  outside: z.array(z.object({ leg: z.string(), at: z.string(), packetsIn: count, packetsOut: count })),
  untold: z.array(z.string()),
  /** Sound of all lines, both ways, and all the link to the centre carried meanwhile; null where nobody counted. */
  soundOctets: count,
  linkOctets: count.nullable(),
  /** RFC 7638 thumbprints of the keys that signed. */
  keys: z.array(z.string()),
});
export type SoundJudgement = z.infer<typeof soundJudgementSchema>;

export const callSoundSchema = z.object({ proof: callProofSchema, judgement: soundJudgementSchema });
