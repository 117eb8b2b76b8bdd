/**
 * The link: one WebSocket opened by the node to `/api/link`, signalling only. JSON text frames, permessage-deflate. The node
 * proves itself with a short-lived EdDSA JWT of its own key in `Authorization: Bearer` (claims: `sub` node id, `aud` `seatgrid-link`).
 * Prompt files and recordings travel by HTTP beside it (`/api/node/…`, same bearer).
 */
import { z } from 'zod';
import { callbackNumberSchema } from '../nouns/callback.ts';
import {
  connectorConfigSchema,
  connectorOutcomeSchema,
  connectorRequestSchema,
  innerHostsSchema,
} from '../nouns/connector.ts';
import { faxActSchema } from '../nouns/fax.ts';
import { idOf } from '../nouns/ids.ts';
import { messageActSchema } from '../nouns/mailbox.ts';
import { instantSchema } from '../nouns/texts.ts';
import { journalEventSchema } from '../journal/journal-event.ts';
import { floorSchema } from '../realtime/floor.ts';
import { linkTrafficSchema } from '../realtime/link-traffic.ts';
import { trunkPulseSchema } from '../realtime/trunk-pulse.ts';
import { matchToCentreSchemas, matchToNodeSchemas } from './match-messages.ts';
import { nodeConfigSchema } from './node-config.ts';
import { routeToCentreSchemas, routeToNodeSchemas } from './route-messages.ts';
import { phoneToCentreSchemas, phoneToNodeSchemas } from './phone-messages.ts';
import { earToCentreSchemas, earToNodeSchemas } from './ear-messages.ts';
import { siteFlowToCentreSchemas, siteFlowToNodeSchemas } from './site-flow-messages.ts';
import { visitToCentreSchemas, visitToNodeSchemas } from './visit-link-messages.ts';
import { shareToCentreSchemas, shareToNodeSchemas } from './share-messages.ts';

/**
 * Within one protocol messages and fields are only added: who does not know one passes it over, says so once, and goes on. What
 * cannot be said that way is another protocol. Each side speaks the older of both, down to the oldest it knows.
 */
export const linkProtocol = 1;
export const linkProtocolOldest = 1;
/**
 * Both sides beat so often; three missed beats end the link (architecture §5). A cut line is to be known within 6 s: what is left
 * over is for looking, and for telling desks and portals. Versions before this one beat every 2 s, which is missed no sooner.
 */
export const linkBeatMs = 1_800;
const linkBeatsMissedMax = 3;
export const linkSilentMs = linkBeatMs * linkBeatsMissedMax;
/** Texts shorter than this go as they are; of longer ones the window is kept, and they shrink by what was said before. */
export const linkCompressedFromOctets = 128;
/** When a link is looked at next, so that it is given up the moment its time is over, not at the beat after; null: now. */
export function nextLinkLookMs(silentMs: number, silentMaxMs = linkSilentMs): number | null {
  return silentMs < silentMaxMs ? Math.min(linkBeatMs, silentMaxMs - silentMs) : null;
}

/** Numbers put on a list at one time. */
export const listedCallbacksMax = 500;
/** B-12: whoever waited at a node that was lost has the old place elsewhere for so long. */
export const keptPlaceMs = 900_000;
/** Of one node's queues, told to the others when it fell silent. */
export const keptPlacesMax = 2_000;

export const nodeToCentreSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hello'),
    protocol: z.number().int(),
    product: z.string(),
    /** Generation in the ledger; 0 when there is none. */
    generation: z.number().int(),
    /** Highest sequence in the journal. */
    sequence: z.number().int(),
    /** Where agents' desks reach this node: `ws://…/desk` or `wss://…/desk`. */
    deskUrl: z.string(),
    /** Where phones and trunks reach it, `host:port`. */
    sipAddress: z.string(),
    /** Whether it has what receives faxes; absent where a node does not say. */
    receivesFaxes: z.boolean().exactOptional(),
  }),
  z.object({
    kind: z.literal('beat'),
    atMs: instantSchema,
    load: z.object({ main: z.number(), media: z.number() }),
    calls: z.number().int(),
    agentsSignedIn: z.number().int(),
    journalPending: z.number().int(),
    /** Sources shut out at present: for guessing by the node, for scans and floods by its box. */
    intruders: z.number().int().nonnegative().exactOptional(),
    trunks: z.array(trunkPulseSchema).max(1_000).exactOptional(),
    /** With the first beat, and then once a minute. */
    traffic: linkTrafficSchema.exactOptional(),
  }),
  /** In order of sequence, oldest unacknowledged first, at most 200. */
  z.object({ kind: z.literal('events'), events: z.array(journalEventSchema).min(1).max(200) }),
  z.object({ kind: z.literal('floor'), tenantId: idOf<'tenant'>(), floor: floorSchema }),
  z.object({ kind: z.literal('config-applied'), generation: z.number().int() }),
  z.object({ kind: z.literal('config-refused'), generation: z.number().int(), why: z.string() }),
  z.object({ kind: z.literal('recording-missing'), requestId: z.string(), why: z.string() }),
  /** A flow asks a connector that runs at the centre; the answer is `connector-outcome`. */
  z.object({
    kind: z.literal('ask-connector'),
    requestId: z.string(),
    tenantId: idOf<'tenant'>(),
    connectorId: idOf<'connector'>(),
    request: connectorRequestSchema,
  }),
  /** Of `try-connector`. */
  z.object({ kind: z.literal('connector-outcome'), requestId: z.string(), outcome: connectorOutcomeSchema }),
  ...matchToCentreSchemas,
  ...routeToCentreSchemas,
  ...siteFlowToCentreSchemas,
  ...phoneToCentreSchemas,
  ...earToCentreSchemas,
  ...shareToCentreSchemas,
  ...visitToCentreSchemas,
]);
export type NodeToCentre = z.infer<typeof nodeToCentreSchema>;

export const centreToNodeSchema = z.discriminatedUnion('kind', [
  /** Answer to hello; the node resends whatever is above `acknowledged`. */
  z.object({
    kind: z.literal('welcome'),
    protocol: z.number().int(),
    acknowledged: z.number().int(),
    atMs: instantSchema,
    /** C-08: it shares tenants' quotas out; one that does not say so leaves each node the whole. */
    sharesQuotas: z.literal(true).exactOptional(),
    /** It brings calls to desk phones at other nodes, and is told where they are registered. */
    findsPhones: z.literal(true).exactOptional(),
  }),
  z.object({ kind: z.literal('beat'), atMs: instantSchema }),
  z.object({ kind: z.literal('config'), config: nodeConfigSchema }),
  z.object({ kind: z.literal('acknowledged'), sequence: z.number().int() }),
  /** POST the octets `[from, to)` of the file to `/api/node/recordings/<requestId>`, with its whole length in `x-file-octets`. */
  z.object({
    kind: z.literal('fetch-recording'),
    requestId: z.string(),
    path: z.string(),
    from: z.number().int(),
    to: z.number().int().nullable(),
    /** Of the whole file: another one is not sent. */
    sha256: z.string().exactOptional(),
  }),
  /** POST a call's ladder, as JSON or as a pcap file, to `/api/node/recordings/<requestId>`; `recording-missing` where there is none. */
  z.object({
    kind: z.literal('fetch-ladder'),
    requestId: z.string(),
    callId: idOf<'call'>(),
    format: z.enum(['json', 'pcap']),
  }),
  /** D-11: somebody at the portal or a desk did this with a message that lies at the node; the journal tells what came of it. */
  z.object({
    kind: z.literal('act-on-message'),
    tenantId: idOf<'tenant'>(),
    messageId: idOf<'voice-message'>(),
    act: messageActSchema.exclude(['purged']),
  }),
  /** F-15: numbers for a queue's list; those it owes already, or may not call, are passed over. */
  z.object({
    kind: z.literal('list-callbacks'),
    tenantId: idOf<'tenant'>(),
    queueId: idOf<'queue'>(),
    numbers: z.array(callbackNumberSchema).min(1).max(listedCallbacksMax),
  }),
  /** Somebody at the portal took it back; one that is being made goes on. */
  z.object({
    kind: z.literal('cancel-callback'),
    tenantId: idOf<'tenant'>(),
    callbackId: idOf<'callback'>(),
  }),
  /** The same of a fax. */
  z.object({
    kind: z.literal('act-on-fax'),
    tenantId: idOf<'tenant'>(),
    faxId: idOf<'fax'>(),
    act: faxActSchema.exclude(['purged']),
  }),
  /** Whether it answers from where this node stands; it need not be in its configuration. */
  z.object({
    kind: z.literal('try-connector'),
    requestId: z.string(),
    tenantId: idOf<'tenant'>(),
    connector: connectorConfigSchema,
    innerHosts: innerHostsSchema,
  }),
  /** Of `ask-connector`. */
  z.object({ kind: z.literal('connector-outcome'), requestId: z.string(), outcome: connectorOutcomeSchema }),
  ...matchToNodeSchemas,
  ...routeToNodeSchemas,
  ...siteFlowToNodeSchemas,
  ...phoneToNodeSchemas,
  ...earToNodeSchemas,
  ...shareToNodeSchemas,
  ...visitToNodeSchemas,
  /** B-12: who waited at a node that fell silent: whoever of them calls here has the old place. Empty: none is kept any more. */
  z.object({
    kind: z.literal('keep-places'),
    nodeId: idOf<'node'>(),
    places: z
      .array(
        z.object({
          tenantId: idOf<'tenant'>(),
          queueId: idOf<'queue'>(),
          number: z.string().min(1).max(64),
          sinceMs: instantSchema,
        }),
      )
      .max(keptPlacesMax),
  }),
  z.object({ kind: z.literal('refused'), why: z.string() }),
  /** An operator wants the node to prove itself by another key: `POST /api/node/key`. */
  z.object({ kind: z.literal('change-key') }),
]);
export type CentreToNode = z.infer<typeof centreToNodeSchema>;

/** JWK, OKP Ed25519; the private half never leaves the node. */
const nodePublicKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().min(40).max(50),
});

/** `POST /api/node/enrol`, without a bearer: the one-time token buys the node its identity. */
export const enrolBodySchema = z.object({
  token: z.string().min(20).max(200),
  publicKey: nodePublicKeySchema,
});
/**
 * `POST /api/node/key`: the node's next key. The centre believes both until the new one is used, be it by saying this again; whoever
 * says it proves by a token of the new key that they hold its private half.
 */
export const nodeKeyBodySchema = z.object({ publicKey: nodePublicKeySchema, proof: z.string().max(2_000) });
export const enrolReplySchema = z.object({ nodeId: idOf<'node'>(), name: z.string() });
