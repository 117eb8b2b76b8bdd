/**
 * The face of the media engine: calls whose legs hear each other by a matrix, prompts, digits and recordings. It knows
 * sound and packets; it knows nothing of SIP dialogs, queues or tenants. `apps/edge-node` calls it from the main thread;
 * the work is done in media workers, processes that own their sockets. Times are milliseconds since the Unix epoch.
 */
import type { DatagramKind } from '../datagrams/datagrams.ts';
import type { Country } from '../audio/progress/country-tones.ts';
import type { ProgressTone } from '../audio/progress/progress-tone.ts';
import type { AudioCodec } from '../sdp/audio-terms.ts';
import type { BrowserCodec } from '../webrtc/browser-codecs.ts';
import type { RecognisedTone } from '../audio/progress/tone-recogniser.ts';

export interface MediaEngineOptions {
  /** Worker processes; each carries whole calls. */
  readonly workers: number;
  /** Local address the RTP sockets bind to, and the one written into SDP when it differs. */
  readonly bindAddress: string;
  readonly advertisedAddress?: string;
  /** The same for the other family of IP, on the same ports; absent where the node has but one. */
  readonly secondAddress?: { readonly bindAddress: string; readonly advertisedAddress?: string };
  /** Inclusive UDP port range for RTP; even ports carry RTP, the odd one above RTCP. */
  readonly ports: { readonly from: number; readonly to: number };
  /** UDP ports for WebRTC, one for each worker, which carries all its browsers on it. */
  readonly webrtcPorts: { readonly from: number; readonly to: number };
  /** Codecs that RTP legs offer and accept where a leg names none, best first; `rtpCodecsDefault` by default. */
  readonly rtpCodecs?: readonly AudioCodec[];
  /** The same of browsers; `browserCodecsDefault` by default. */
  readonly browserCodecs?: readonly BrowserCodec[];
  /** Whose call progress tones are played, and listened for, where no other country is named. */
  readonly toneCountry?: Country;
  /** A leg from which nothing comes for this long is reported silent; `legSilentMs` by default. */
  readonly silenceMs?: number;
  /** `best` by default. */
  readonly datagrams?: DatagramChoice;
  readonly listener: MediaEngineListener;
}

/** Which sockets a worker uses: the best that the machine has, or those of Node (decision 0056). */
export type DatagramChoice = 'best' | 'plain';

export interface MediaEngineListener {
  /** A worker died: every call it carried has lost its sound. `callKeys` as given to `openCall`. */
  onWorkerLost(lost: { readonly callKeys: readonly string[]; readonly cause: string }): void;
}

export interface MediaEngine {
  /** Picks the least loaded worker; refuses with `no-ports` or `overloaded`, never throws. */
  openCall(callKey: string, listener: MediaCallListener): MediaCall | MediaRefusal;
  /** Share of a core [0..1] the loop of each worker used over the last second, and ports free. For admission control. */
  load(): {
    readonly workers: readonly number[];
    readonly portsFree: number;
    /** Share [0..1] of all ports that legs have, or had a moment ago. */
    readonly portsUsed: number;
    /** For the operator's eye: process ids, in the order of `workers`. */
    readonly pids: readonly number[];
    /** Which sockets each worker found. */
    readonly datagrams: readonly DatagramKind[];
  };
  close(): Promise<void>;
}

export interface MediaRefusal {
  readonly kind: 'refused';
  readonly reason: 'no-ports' | 'overloaded' | 'no-common-codec' | 'malformed-sdp' | 'closed';
  readonly detail: string;
}

/** All the sound of one call: its legs live in one worker. */
export interface MediaCall {
  readonly kind: 'call';
  /** A leg over RTP. Synchronous: the local port is reserved at once. */
  openRtpLeg(options: RtpLegOptions): RtpLeg | MediaRefusal;
  /** A leg to a browser (ICE, DTLS-SRTP): we answer its offer. */
  openWebrtcLeg(offerSdp: string, options: WebrtcLegOptions): Promise<WebrtcLeg | MediaRefusal>;
  /** Who hears whom from now on: one row a listener; legs not named keep their row. A leg hears nothing until told. */
  setHears(rows: readonly HearsRow[]): void;
  /** Plays the parts one after another to one leg, over whatever it hears (which is silenced meanwhile unless `mixed`). */
  play(leg: LegKey, play: PlayRequest): PlayHandle;
  /** A tone of the country's, or silence, to one leg until stopped or replaced by `play`. */
  tone(leg: LegKey, tone: ProgressTone | 'none', country?: Country): void;
  /**
   * Starts one stereo recording: left hears `left`, right hears the sum of all other legs, and what is played to `left`. One at a time
   * per call.
   */
  record(request: RecordRequest): RecordHandle;
  /** Waits for what `leg` says next, and keeps it. One at a time per call: another takes its place. */
  awaitSpeech(leg: LegKey, request: SpeechRequest): SpeechHandle;
  /** Frees everything at once; the listener hears nothing more except `onLegClosed` for each leg, and `onRecorded`. */
  close(): void;
}

export type LegKey = string;

export type IpFamily = 4 | 6;

export interface RtpLegOptions {
  readonly key: LegKey;
  /** RTP is also believed from this address (the SIP packet's source), for phones behind NAT whose SDP names a private one. */
  readonly natAddress?: string;
  /** Of which family the leg's address is; that of `natAddress`, else of the engine's first address, where absent. */
  readonly family?: IpFamily;
  /** Listens for the call progress tones of what we have dialled (`onTone`): the engine's country, or the one named. */
  readonly recognisesTones?: true | Country;
  /** Codecs we offer or accept, best first. */
  readonly codecs?: readonly AudioCodec[];
  /**
   * Keys in SDP (SDES): `never` none are taken, `accept` (the default) theirs are answered, `offer` they are offered beside plain
   * sound, `require` there is no call without. They keep a secret only where the signalling is enciphered too.
   */
  readonly srtp?: 'never' | 'accept' | 'offer' | 'require';
}

export interface WebrtcLegOptions {
  readonly key: LegKey;
}

export interface Leg {
  readonly key: LegKey;
  /** Sends digits to this leg's far end (RFC 4733, or in-band tones where it did not negotiate them). */
  sendDigits(digits: string): void;
  statistics(): Promise<LegStatistics>;
  close(): void;
}

/** SDP is made and read here, so that ports, codecs and latching stay in one place. All synchronous; refusals are values. */
export interface RtpLeg extends Leg {
  readonly kind: 'rtp';
  readonly localPort: number;
  /** Reads an offer, returns our answer. Also for re-INVITEs (hold, moved address, changed codec). */
  answer(offerSdp: string): SdpOutcome;
  /** Our offer. Also for re-INVITEs of ours and for late offers. */
  offer(): string;
  /** Reads the answer to our offer. */
  accept(answerSdp: string): SdpOutcome;
}

export type SdpOutcome =
  | {
      readonly ok: true;
      /** Our answer, or, after `accept`, our offer that was answered. */
      readonly sdp: string;
      /** The far side holds us: it sends nothing, or hears nothing. */ readonly isHeld: boolean;
      readonly codec: string;
      /** The suite that protects the sound. */
      readonly srtp: string | undefined;
    }
  | { readonly ok: false; readonly refusal: MediaRefusal };

export interface WebrtcLeg extends Leg {
  readonly kind: 'webrtc';
  readonly answerSdp: string;
}

export interface HearsRow {
  readonly leg: LegKey;
  readonly hears: readonly (LegKey | MusicSource)[];
}

/** Endless music (8 kHz mono WAV files in order, then from the start), shared position per call. */
export interface MusicSource {
  readonly music: readonly string[];
}

export interface PlayRequest {
  /** Paths of 8 kHz mono WAV files, or pauses. */
  readonly parts: readonly (string | { readonly silenceMs: number })[];
  /** A digit from that leg ends it (the digit is still reported). */
  readonly isInterruptible: boolean;
  readonly isMixed?: boolean;
  onEnded(end: {
    readonly cause: 'completed' | 'interrupted' | 'stopped' | 'failed';
    readonly playedMs: number;
    readonly detail?: string;
  }): void;
}

export interface PlayHandle {
  stop(): void;
}

export interface RecordRequest {
  /** The WAV written while the call lasts; its folder exists. */
  readonly path: string;
  readonly left: LegKey;
  /** Ends by itself when `left` has been quiet for so long: a message that was spoken. */
  readonly endsAfterQuietMs?: number;
}

export interface RecordHandle {
  /** Whom the file hears from now on; until told, `left` and the sum of all others. */
  hear(sides: { readonly left: readonly LegKey[]; readonly right: readonly LegKey[] }): void;
  /** Paused time is silence in the file, so that both clocks stay together. */
  pause(isPaused: boolean): void;
  /** `onRecorded` follows. */
  stop(): void;
}

export interface SpeechRequest {
  /** It is over when nothing was said for so long. */
  readonly quietMs: number;
  /** Somebody begins to speak. */
  onBegan(): void;
  /** A WAV file of what was said: 8 kHz, mono, 16 bits. */
  onOver(wav: Uint8Array): void;
}

export interface SpeechHandle {
  /** Nothing is told any more. */
  stop(): void;
}

export interface MediaCallListener {
  onDigit(digit: {
    readonly leg: LegKey;
    readonly digit: string;
    readonly durationMs: number;
    readonly atMs: number;
  }): void;
  /** What the line of a leg that `recognisesTones` says of itself; each thing once, until another is heard. */
  onTone?(heard: { readonly leg: LegKey; readonly tone: RecognisedTone; readonly atMs: number }): void;
  /** First packet heard from a leg: two-way sound is proven from here. */
  onHeard?(heard: { readonly leg: LegKey; readonly atMs: number }): void;
  /** Nothing heard from a leg for the silence limit (a phone that vanished), or a browser's ICE failed or closed. */
  onSilent(silent: {
    readonly leg: LegKey;
    readonly cause: 'no-packets' | 'ice-failed' | 'dtls-closed';
  }): void;
  onLegClosed?(closed: { readonly leg: LegKey; readonly statistics: LegStatistics }): void;
  onRecorded(recorded: {
    readonly path: string;
    readonly durationMs: number;
    readonly octets: number;
    readonly sha256: string;
  }): void;
  /** The recording cannot be written, or not to its end: what there is stays at `path` (`repairWav` makes it playable). */
  onRecordingFailed?(failed: { readonly path: string; readonly detail: string }): void;
  /** Music that a leg should hear cannot be read; the leg hears silence instead. */
  onMusicFailed?(failed: { readonly path: string; readonly detail: string }): void;
  /** A mistake of our own: this call's sound has ended. */
  onFailed?(failed: { readonly cause: string }): void;
}

export interface LegStatistics {
  readonly codec: string;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly octetsIn: number;
  readonly octetsOut: number;
  readonly lost: number;
  readonly concealed: number;
  readonly jitterMs: number;
  /** Packets refused because their source was not the signalled one. */
  readonly foreign: number;
  /** Packets refused although they came from there: no RTP, a false or repeated proof under SRTP, too long. */
  readonly refused: number;
  /** The SRTP suite in force; absent while the sound goes unprotected. */
  readonly srtp?: string;
  /** Packets of ours the far end says it lost, where it sends RTCP. */
  readonly farLost?: number;
  /** The jitter it measures of ours. */
  readonly farJitterMs?: number;
  /** There and back, by its reports and ours. */
  readonly roundTripMs?: number;
  /** Mean opinion score of what came in, by the E-model; absent where nothing did. */
  readonly mos?: number;
  /** Absent where nobody can say, as of a browser that never connected. */
  readonly path?: MediaPath;
}

/** Where the sound of a leg went and came from. Places are `address:port`, IPv6 in brackets. */
export interface MediaPath {
  /** Ours, as described to the far end. */
  readonly local: string;
  /** Those the far end's descriptions named, in their order. */
  readonly signalled: readonly string[];
  /** Those packets really went to or came from. */
  readonly places: readonly MediaPlace[];
}

export interface MediaPlace {
  /** Null: several more, of a far end that moved too often to name them all. */
  readonly at: string | null;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly octetsIn: number;
  readonly octetsOut: number;
}
