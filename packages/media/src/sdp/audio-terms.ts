/** The terms two sides come to about one audio stream (RFC 3264): what we bring, and what is agreed. */
import type { CryptoSuite } from './crypto-attribute.ts';
import type { OpusWishes } from './opus-wishes.ts';
import type { SdpDirection } from './parse-sdp.ts';

export type AudioCodec = 'PCMU' | 'PCMA' | 'G722' | 'opus';
/** G.711 first: it is relayed as it comes, whoever is at the other end. Opus last: it costs most. */
export const rtpCodecsDefault: readonly AudioCodec[] = ['PCMA', 'PCMU', 'G722', 'opus'];

/** What we bring to an offer or an answer. */
export interface LocalAudio {
  /** Where we want to be sent to. */
  readonly address: string;
  readonly port: number;
  /** Best first; the two laws of G.711 count as one, and which of them is theirs to say. */
  readonly codecs: readonly AudioCodec[];
  /** What we are willing to do; `sendonly` or `inactive` holds the other side. */
  readonly direction: SdpDirection;
  /** Decimal digits that name the session in the o= line, the same for the life of a dialog. */
  readonly sessionId: string;
  /** Our SDP in force in this dialog, '' before the first: the new one keeps its lines and counts its version on. */
  readonly previousSdp: string;
  readonly srtp: LocalSrtp;
}

/**
 * What becomes of keys in SDP: `never` none are taken, `accept` theirs are answered, `offer` they are offered beside plain sound
 * (RFC 8643), `require` there is no call without.
 */
export type SrtpUse = 'never' | 'accept' | 'offer' | 'require';

export interface LocalSrtp {
  readonly use: SrtpUse;
  /** Our master key for a suite; `theirs` where it answers one of theirs. */
  keyOf(suite: CryptoSuite, theirs?: Uint8Array): Uint8Array;
}

export interface AgreedCrypto {
  readonly suite: CryptoSuite;
  /** Master keys with their salts: ours, and theirs. */
  readonly send: Uint8Array;
  readonly receive: Uint8Array;
}

/** What is agreed, as seen from here. */
export interface AgreedAudio {
  readonly codec: AudioCodec;
  /** Payload types we send, and those we receive: equal unless an answer renumbered ours. */
  readonly sendPayloadType: number;
  readonly receivePayloadType: number;
  /** Undefined where digits do not travel as events. */
  readonly sendDigitPayloadType: number | undefined;
  readonly receiveDigitPayloadType: number | undefined;
  /** The clock of both. */
  readonly digitClockHz: number;
  /** How Opus is to be sent to them. */
  readonly opus: OpusWishes | undefined;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly remoteRtcpPort: number;
  readonly ptimeMs: number;
  /** What we may do: `sendrecv` is a talk. */
  readonly direction: SdpDirection;
  /** The other side sends nothing or hears nothing, of its own will. */
  readonly isHeld: boolean;
  /** Undefined where the stream goes unprotected. */
  readonly crypto: AgreedCrypto | undefined;
}

export interface SdpFailure {
  readonly ok: false;
  readonly reason: 'malformed-sdp' | 'no-common-codec';
  readonly detail: string;
}

/** The other side's `sendonly` is our `recvonly` (RFC 3264 §6.1). */
export function mirrored(direction: SdpDirection): SdpDirection {
  if (direction === 'sendonly') return 'recvonly';
  return direction === 'recvonly' ? 'sendonly' : direction;
}

/** What both allow. */
export function narrowed(a: SdpDirection, b: SdpDirection): SdpDirection {
  const sends = maySend(a) && maySend(b);
  const receives = mayReceive(a) && mayReceive(b);
  if (sends) return receives ? 'sendrecv' : 'sendonly';
  return receives ? 'recvonly' : 'inactive';
}

export function maySend(direction: SdpDirection): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

export function mayReceive(direction: SdpDirection): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}
