/**
 * B-05, H-17 to H-21, on the link: a supervisor at one node takes part in a call of an agent of another. The centre keeps nothing of it: it
 * says which node has the agent, and hands what the supervisor was given to prove who they are to that node, which judges it.
 */
import { z } from 'zod';
import { idOf } from '../nouns/ids.ts';
import { supervisionRefusalCodes } from '../supervision/supervision-messages.ts';
import { visitPlaceSchema } from './match-messages.ts';

const asked = {
  tenantId: idOf<'tenant'>(),
  matchId: z.string().min(1).max(64),
  agentId: idOf<'agent'>(),
  act: z.enum(['listen', 'release']),
  /** A supervision token, as young as one that opens a socket. */
  token: z.string().max(4_000),
};
const earNodeId = idOf<'node'>();

const earOutcomeSchema = z.discriminatedUnion('kind', [
  /** There the supervisor's node dials, once. */
  z.object({ kind: z.literal('kept'), at: visitPlaceSchema }),
  z.object({ kind: z.literal('released') }),
  z.object({
    kind: z.literal('refused'),
    code: z.enum(supervisionRefusalCodes),
    detail: z.string().max(200),
  }),
]);
export type EarOutcome = z.infer<typeof earOutcomeSchema>;

const outcome = { tenantId: asked.tenantId, matchId: asked.matchId, outcome: earOutcomeSchema };

export const earToCentreSchemas = [
  z.object({ kind: z.literal('ear-wanted'), ...asked }),
  /** Of `ear-asked`. */
  z.object({ kind: z.literal('ear-answered'), earNodeId, ...outcome }),
] as const;

export const earToNodeSchemas = [
  z.object({ kind: z.literal('ear-asked'), earNodeId, ...asked }),
  /** Of `ear-wanted`. */
  z.object({ kind: z.literal('ear-told'), ...outcome }),
] as const;

export type EarToCentre = z.infer<(typeof earToCentreSchemas)[number]>;
export type EarToNode = z.infer<(typeof earToNodeSchemas)[number]>;
