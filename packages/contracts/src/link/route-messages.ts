/**
 * B-06, pre-routing, on the link: before a call over a trunk that follows redirects is taken, its node asks which nodes would serve it
 * better. Nobody waits long for the answer, and none means here.
 */
import { z } from 'zod';
import { idOf } from '../nouns/ids.ts';

const requestId = z.string().min(1).max(64);
/** A flow may lead to so many queues that are looked at. */
export const routeQueuesMax = 50;
export const routePlacesMax = 4;

export const routePlaceSchema = z.object({ nodeId: idOf<'node'>(), sipAddress: z.string().max(255) });
export type RoutePlace = z.infer<typeof routePlaceSchema>;

export const routeToCentreSchemas = [
  z.object({
    kind: z.literal('route-asked'),
    requestId,
    tenantId: idOf<'tenant'>(),
    /** Where it may come to wait; empty: no agent is needed. */
    queueIds: z.array(idOf<'queue'>()).max(routeQueuesMax),
    /** False: it is taken elsewhere, or refused. */
    mayStay: z.boolean(),
  }),
  /** C-12: a number of nobody who is served at the node that asks; it is answered by `route-told` too. */
  z.object({ kind: z.literal('route-number-asked'), requestId, number: z.string().min(1).max(80) }),
] as const;

export const routeToNodeSchemas = [
  /** The best first; none: it stays, or nobody serves it. */
  z.object({
    kind: z.literal('route-told'),
    requestId,
    places: z.array(routePlaceSchema).max(routePlacesMax),
  }),
] as const;

export type RouteAsked = z.infer<(typeof routeToCentreSchemas)[0]>;
export type RouteNumberAsked = z.infer<(typeof routeToCentreSchemas)[1]>;
export type RouteToCentre = z.infer<(typeof routeToCentreSchemas)[number]>;
export type RouteTold = z.infer<(typeof routeToNodeSchemas)[0]>;
