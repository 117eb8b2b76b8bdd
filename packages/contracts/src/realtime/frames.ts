/** What the centre sends to portals over `/api/realtime`. Every frame is whole: a reader keeps the newest of each kind. */
import { z } from 'zod';
import { nouns } from '@seatgrid/core/context/access.ts';
import { idOf } from '../nouns/ids.ts';
import { instantSchema } from '../nouns/texts.ts';
import { floorSchema } from './floor.ts';
import { trunkPulseSchema } from './trunk-pulse.ts';

/** A page that hears nothing for three of these marks what it shows as stale, within 6 s of a line cut. Desks beat their node as often. */
export const liveBeatMs = 1_800;

/** One node's picture of the floor; `isStale` when its link is down: shown as of `floor.atMs`, never as live. */
export const floorFrameSchema = z.object({
  kind: z.literal('floor'),
  nodeId: idOf<'node'>(),
  nodeName: z.string(),
  isStale: z.boolean(),
  floor: floorSchema,
});

export const nodeHealthSchema = z.object({
  nodeId: idOf<'node'>(),
  name: z.string(),
  link: z.enum(['never-enrolled', 'revoked', 'up', 'down']),
  /** Last heard. */
  heardAtMs: instantSchema.nullable(),
  /** What the node runs, and what it should run. */
  generation: z.number().int(),
  generationWanted: z.number().int(),
  product: z.string().nullable(),
  calls: z.number().int(),
  agentsSignedIn: z.number().int(),
  /** Event-loop utilisation 0..1: main thread, busiest media worker. */
  load: z.object({ main: z.number(), media: z.number() }),
  journalPending: z.number().int(),
  /** Sources it, or its box, shuts out at present. */
  intruders: z.number().int(),
  trunks: z.array(trunkPulseSchema),
});
export type NodeHealth = z.infer<typeof nodeHealthSchema>;

export const realtimeFrameSchema = z.discriminatedUnion('kind', [
  floorFrameSchema,
  /** To platform operators. */
  z.object({ kind: z.literal('nodes'), nodes: z.array(nodeHealthSchema) }),
  /** Something of this noun changed; lists that show it fetch again. */
  z.object({ kind: z.literal('changed'), noun: z.enum(nouns) }),
  /** Every `liveBeatMs`. */
  z.object({ kind: z.literal('beat'), atMs: instantSchema }),
]);
export type RealtimeFrame = z.infer<typeof realtimeFrameSchema>;
