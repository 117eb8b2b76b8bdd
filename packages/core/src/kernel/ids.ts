import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** An identifier that cannot be mistaken for another noun's: a UUIDv7 (RFC 9562 §5.7) with its noun in the type. */
export type Id<Noun extends string> = string & { readonly __noun: Noun };

export type TenantId = Id<'tenant'>;
export type SiteId = Id<'site'>;
export type NodeId = Id<'node'>;
export type UserId = Id<'user'>;
export type AgentId = Id<'agent'>;
export type GroupId = Id<'group'>;
export type RingGroupId = Id<'ring-group'>;
export type QueueId = Id<'queue'>;
export type SkillId = Id<'skill'>;
export type FlowId = Id<'flow'>;
export type PromptId = Id<'prompt'>;
export type DidId = Id<'did'>;
export type TrunkId = Id<'trunk'>;
export type CallId = Id<'call'>;
export type CallbackId = Id<'callback'>;
export type LegId = Id<'leg'>;
export type RecordingId = Id<'recording'>;
export type MailboxId = Id<'mailbox'>;
export type VoiceMessageId = Id<'voice-message'>;
export type FaxBoxId = Id<'fax-box'>;
export type FaxId = Id<'fax'>;
export type EventId = Id<'event'>;
export type ReservationId = Id<'reservation'>;

export interface IdSource {
  next<Noun extends string>(): Id<Noun>;
}

/**
 * UUIDv7 ids that sort by time, and strictly increase within one source: the 12 bits after the version count within a
 * millisecond (RFC 9562 §6.2 method 1).
 */
export function createIdSource(clock: Clock, random: Random): IdSource {
  let lastMs = 0;
  let counter = 0;
  // The id before, a code a character: what differs is written over it, and the text made of it in one go.
  const codes = Array.from('00000000-0000-7000-8000-000000000000', (character) => character.charCodeAt(0));
  return {
    next() {
      const nowMs = clock.nowMs();
      if (nowMs > lastMs) {
        lastMs = nowMs;
        counter = 0;
        writeTime(codes, lastMs);
      } else if (++counter > 0xfff) {
        lastMs += 1;
        counter = 0;
        writeTime(codes, lastMs);
      }
      writeOctet(codes, 16, counter & 0xff);
      codes[15] = hexCodes[counter >> 8]!;
      const tail = random.bytes(8);
      writeOctet(codes, 19, (tail[0]! & 0x3f) | 0x80);
      writeOctet(codes, 21, tail[1]!);
      for (let index = 2; index < 8; index++) writeOctet(codes, 20 + 2 * index, tail[index]!);
      return String.fromCharCode.apply(null, codes) as never;
    },
  };
}

const hexCodes = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Twelve digits, parted behind the eighth. */
function writeTime(codes: number[], ms: number): void {
  const high = Math.floor(ms / 0x10000);
  for (let octet = 0; octet < 4; octet++) writeOctet(codes, 2 * octet, (high >>> (24 - 8 * octet)) & 0xff);
  writeOctet(codes, 9, (ms >>> 8) & 0xff);
  writeOctet(codes, 11, ms & 0xff);
}

function writeOctet(codes: number[], at: number, octet: number): void {
  codes[at] = hexCodes[octet >> 4]!;
  codes[at + 1] = hexCodes[octet & 0xf]!;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** When it was made (RFC 9562 §5.7: the first 48 bits are milliseconds since the epoch). */
export function timeOfId(id: Id<string>): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}
