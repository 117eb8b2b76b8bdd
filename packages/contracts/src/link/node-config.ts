/**
 * A node's whole desired state (architecture §2): the centre writes it, numbers it by generation, and pushes it; the node
 * keeps the last good one in its ledger and runs from that. An older generation than the ledger's is refused.
 */
import { z } from 'zod';
import { extensionsMax } from '@seatgrid/core/extensions/limits.ts';
import { plainCallOrder } from '@seatgrid/core/routing/strategy.ts';
import { plainSpeech } from '@seatgrid/core/spoken/speech-settings.ts';
import { calendarSchema } from '../nouns/calendar.ts';
import {
  callerListEntriesMax,
  customerLevelSchema,
  dedicatedAgentSchema,
  numberPatternSchema,
  numberSegmentSchema,
} from '../nouns/caller-lists.ts';
import { faxBoxSchema } from '../nouns/fax.ts';
import { callFlowSchema, inboundRuleSchema, nextStepSchema } from '../nouns/flow.ts';
import { connectorConfigSchema, innerHostsSchema } from '../nouns/connector.ts';
import { extensionSchema } from '../nouns/extension.ts';
import { idOf } from '../nouns/ids.ts';
import { mailboxSchema } from '../nouns/mailbox.ts';
import { numberFormatSchema, outboundRuleSchema } from '../nouns/outbound.ts';
import { recordingUploadSchema } from '../nouns/recording-upload.ts';
import { publicNumbersUseSchema, reservedNumbersMax } from '../nouns/reserved-number.ts';
import { ringGroupSchema } from '../nouns/ring-group.ts';
import { speechSettingsSchema, spokenFileSchema } from '../nouns/speech.ts';
import { tenantSchema } from '../nouns/tenant.ts';
import { e164Schema, instantSchema, nameSchema, toneCountrySchema } from '../nouns/texts.ts';
import { webButtonSchema } from '../nouns/web-button.ts';
import { routePlaceSchema, routePlacesMax } from './route-messages.ts';
import {
  agentSchema,
  callOrderSchema,
  dispositionSchema,
  groupSchema,
  pauseReasonSchema,
  queueSchema,
  skillSchema,
} from '../nouns/workforce.ts';

/**
 * Keys in SDP (RFC 4568): `never` none are taken, `accept` theirs are answered, `offer` they are offered beside plain sound, `require`
 * there is no call without. They keep a secret only where the signalling is enciphered too.
 */
export const srtpUseSchema = z.enum(['never', 'accept', 'offer', 'require']);
export type SrtpUse = z.infer<typeof srtpUseSchema>;

const channelsLimit = 100_000;
// Absent in ledgers written before trunks were split.
const channelShareSchema = z.number().int().min(0).max(channelsLimit).nullable().default(null);

/** Who we are to the carrier: proves our calls, and registers where the carrier wants that instead of an address. */
export const trunkAccountSchema = z.object({
  username: z.string().regex(/^[^\s"\\@<>]{1,64}$/, 'a user name without spaces, quotes or @'),
  password: z.string().min(1).max(128),
  /** The domain registered in, and shown as ours; '' is the target's host. */
  domain: z.string().max(255),
  /** Challenges of any other realm are not answered; '' answers those of the target whatever they say. */
  realm: z.string().max(255),
  registers: z.boolean(),
  expiresSeconds: z.number().int().min(60).max(86_400),
});
export type TrunkAccount = z.infer<typeof trunkAccountSchema>;

export const trunkConfigSchema = z.object({
  id: idOf<'trunk'>(),
  name: nameSchema,
  /** Sources believed to be this trunk: IPv4 or IPv6 addresses or CIDR blocks. */
  sources: z.array(z.string().min(3).max(64)).max(100),
  /** Where outgoing calls go; null: the trunk only brings calls. */
  target: z
    .object({
      host: z.string().min(1).max(255),
      /** Null: as the domain's SRV records say (RFC 3263). */
      port: z.number().int().min(1).max(65_535).nullable(),
      /** Null: as the domain's NAPTR records say. */
      protocol: z.enum(['udp', 'tcp', 'tls']).nullable(),
    })
    .nullable(),
  account: trunkAccountSchema.nullable().default(null),
  /** Asked by OPTIONS whether it is there; a carrier that does not like that is left in peace. */
  isProbed: z.boolean().default(true),
  /** B-06: it brings calls again where a 302 says (RFC 3261 §8.3), so that they are led to the node that serves them best. */
  followsRedirects: z.boolean().default(false),
  /** Calls in both directions together, and the share of each direction; null: whatever the whole leaves. */
  channelsMax: z.number().int().min(1).max(channelsLimit),
  inboundChannelsMax: channelShareSchema,
  outboundChannelsMax: channelShareSchema,
  srtp: srtpUseSchema.default('accept'),
  /** Of the carrier's network: what its lines sound like, and what its callers are used to hear; null: as the tenant says. */
  toneCountry: toneCountrySchema.nullable().default(null),
  /** Whose outside calls may leave on it; null: every tenant's. Whose calls it brings, the number dialled says. */
  tenantIds: z.array(idOf<'tenant'>()).max(1_000).nullable().default(null),
  /** How the carrier writes numbers; null: both ways as they are. */
  numberFormat: numberFormatSchema.nullable().default(null),
});
export type TrunkConfig = z.infer<typeof trunkConfigSchema>;

export const promptFileSchema = z.object({
  id: idOf<'prompt'>(),
  name: nameSchema,
  kind: z.enum(['prompt', 'music']),
  /** Of the converted file (8 kHz 16-bit mono WAV); the node fetches and keeps files by it. Lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  octets: z.number().int().positive(),
  durationMs: z.number().int().nonnegative(),
});
export type PromptFile = z.infer<typeof promptFileSchema>;

/** What a desk phone proves itself with: HA1 for `username:realm:password` by both algorithms. */
export const phoneSecretSchema = z.object({
  extension: z.string(),
  md5: z.string().regex(/^[0-9a-f]{32}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  srtp: srtpUseSchema.default('accept'),
});
export type PhoneSecret = z.infer<typeof phoneSecretSchema>;

/** What an agent proves to be one with while the centre is away: the digest of the password the centre asks for, argon2id. */
export const agentLoginSchema = z.object({
  agentId: idOf<'agent'>(),
  /** In small letters. */
  email: z.string().max(200),
  passwordHash: z.string().max(200),
});

export const tenantConfigSchema = z.object({
  tenant: tenantSchema,
  /** `siteId`: where this number is the local one (B-08). */
  dids: z.array(
    z.object({ id: idOf<'did'>(), number: e164Schema, siteId: idOf<'site'>().nullable().default(null) }),
  ),
  rules: z.array(inboundRuleSchema),
  calendars: z.array(calendarSchema).default([]),
  /** F-35: refused before they are answered. */
  barredNumbers: z.array(numberPatternSchema).max(callerListEntriesMax).default([]),
  /** F-34 */
  customerLevels: z.array(customerLevelSchema).max(callerListEntriesMax).default([]),
  /** F-36 */
  numberSegments: z.array(numberSegmentSchema).max(callerListEntriesMax).default([]),
  /** F-08 */
  dedicatedAgents: z.array(dedicatedAgentSchema).max(callerListEntriesMax).default([]),
  outboundRules: z.array(outboundRuleSchema).default([]),
  /** Null: the node's own. */
  toneCountry: toneCountrySchema.nullable().default(null),
  /** while set, every call takes this step whatever the rules. */
  forcedHandling: nextStepSchema.nullable(),
  /** Published versions only. */
  flows: z.array(callFlowSchema),
  queues: z.array(queueSchema),
  callOrder: callOrderSchema.default([...plainCallOrder]),
  skills: z.array(skillSchema),
  agents: z.array(agentSchema),
  logins: z.array(agentLoginSchema).default([]),
  groups: z.array(groupSchema).default([]),
  ringGroups: z.array(ringGroupSchema).default([]),
  webButtons: z.array(webButtonSchema).default([]),
  mailboxes: z.array(mailboxSchema).default([]),
  faxBoxes: z.array(faxBoxSchema).default([]),
  connectors: z.array(connectorConfigSchema).default([]),
  extensions: z.array(extensionSchema).max(extensionsMax).default([]),
  /** Inside addresses its connectors may reach all the same. */
  innerHosts: innerHostsSchema.default([]),
  phoneSecrets: z.array(phoneSecretSchema),
  prompts: z.array(promptFileSchema),
  speech: speechSettingsSchema.default(plainSpeech),
  /** Texts the centre has spoken beforehand by the voices chosen. */
  spoken: z.array(spokenFileSchema).default([]),
  /** Hold music where a queue names none; the product's own when empty. */
  music: z.array(idOf<'prompt'>()),
  dispositions: z.array(dispositionSchema),
  pauseReasons: z.array(pauseReasonSchema),
});
export type TenantConfig = z.infer<typeof tenantConfigSchema>;

export const nodeConfigSchema = z.object({
  schema: z.literal(1),
  nodeId: idOf<'node'>(),
  siteId: idOf<'site'>().nullable().default(null),
  generation: z.number().int().positive(),
  issuedAtMs: instantSchema,
  /** Public keys (JWK, Ed25519) the node believes desk tokens by. */
  /** It takes no new calls, and finishes those it has. */
  isDraining: z.boolean().default(false),
  deskTokenKeys: z.array(z.record(z.string(), z.unknown())).min(1),
  /** Null: its recordings stay with it. */
  recordingUpload: recordingUploadSchema.extend({ timeZone: z.string() }).nullable().default(null),
  trunks: z.array(trunkConfigSchema),
  /** Where calls are led that this node cannot take, the nearest first; none where no trunk of it follows redirects. */
  neighbours: z.array(routePlaceSchema).max(routePlacesMax).default([]),
  /** B-06: numbers that carriers bring to this node, of which one is reserved for a call of a node that does not reach it by SIP. */
  reservedNumbers: z.array(e164Schema).max(reservedNumbersMax).default([]),
  publicNumbersUse: publicNumbersUseSchema.default('unreached'),
  tenants: z.array(tenantConfigSchema),
});
export type NodeConfig = z.infer<typeof nodeConfigSchema>;
