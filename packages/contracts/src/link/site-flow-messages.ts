/**
 * B-02, on the link: a flow of one node leads its caller to a flow that runs at another site. The centre keeps nothing of it: it asks the
 * nodes of that site one after the other, and hands back what they say.
 */
import { z } from 'zod';
import { idOf } from '../nouns/ids.ts';
import { visitPlaceSchema } from './match-messages.ts';

/** Nodes of one site that are asked. */
export const siteNodesMax = 16;

const matchId = z.string().min(1).max(64);
const asked = {
  tenantId: idOf<'tenant'>(),
  matchId,
  callId: idOf<'call'>(),
  flowId: idOf<'flow'>(),
  homeNodeId: idOf<'node'>(),
  /** Who is asked next, where this one refuses. */
  others: z.array(idOf<'node'>()).max(siteNodesMax),
};

export const siteFlowToCentreSchemas = [
  z.object({
    kind: z.literal('site-flow-wanted'),
    tenantId: asked.tenantId,
    matchId,
    callId: asked.callId,
    flowId: asked.flowId,
    siteId: idOf<'site'>(),
  }),
  /** Of `site-flow-asked`. */
  z.object({
    kind: z.literal('site-flow-kept'),
    tenantId: asked.tenantId,
    matchId,
    homeNodeId: asked.homeNodeId,
    at: visitPlaceSchema,
  }),
  z.object({ kind: z.literal('site-flow-refused'), ...asked }),
] as const;

export const siteFlowToNodeSchemas = [
  z.object({ kind: z.literal('site-flow-asked'), ...asked }),
  /** Of `site-flow-wanted`; null: no node of the site takes it. */
  z.object({
    kind: z.literal('site-flow-found'),
    tenantId: asked.tenantId,
    matchId,
    at: visitPlaceSchema.nullable(),
  }),
] as const;

export type SiteFlowToCentre = z.infer<(typeof siteFlowToCentreSchemas)[number]>;
export type SiteFlowToNode = z.infer<(typeof siteFlowToNodeSchemas)[number]>;
