/** What the engine's face on the main worker and its media workers say to each other. Plain data; calls and legs go by key. */
import type { Country } from '../audio/progress/country-tones.ts';
import type { ProgressTone } from '../audio/progress/progress-tone.ts';
import type { RecognisedTone } from '../audio/progress/tone-recogniser.ts';
import { companyRestMs, reportingRestMs } from '../limits.ts';
import type { BrowserCodec } from '../webrtc/browser-codecs.ts';
import type { DatagramKind } from '../datagrams/datagrams.ts';
import type { DatagramChoice, HearsRow, IpFamily, LegStatistics } from './media-engine.ts';
import type { SrtpSuiteName } from '../srtp/srtp-suite.ts';
import type { LegFormat } from './worker/media-leg.ts';

export interface MediaWorkerOptions {
  readonly bindAddress: string;
  readonly advertisedAddress: string | undefined;
  /** Of the other family; none where the node has but one. */
  readonly secondBindAddress: string | undefined;
  /** RTP ports this worker may bind, each with the odd one above it for RTCP. */
  readonly ports: readonly number[];
  readonly webrtcPorts: { readonly from: number; readonly to: number };
  readonly browserCodecs: readonly BrowserCodec[];
  readonly silenceMs: number;
  readonly datagrams: DatagramChoice;
}

/** How a leg's packets are protected: master keys with their salts in base64, as messages are text. */
export interface RtpSecurity {
  readonly suite: SrtpSuiteName;
  readonly send: string;
  readonly receive: string;
}

/** Where a leg's packets go and whence they are believed. */
export interface RtpFarEnd {
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
  /** The signalled address, and the SIP source where the phone is behind NAT. */
  readonly believedAddresses: readonly string[];
  readonly security: RtpSecurity | undefined;
  /** The address is not the one the signalling comes from. */
  readonly isThirdParty: boolean;
}

export type PlayPart = string | { readonly silenceMs: number };
export type LegTone = ProgressTone | 'none';

export type ToWorker =
  | { readonly kind: 'start'; readonly options: MediaWorkerOptions }
  | { readonly kind: 'open-call'; readonly call: number }
  | {
      readonly kind: 'open-rtp-leg';
      readonly call: number;
      readonly leg: string;
      readonly port: number;
      readonly family: IpFamily;
      /** Our own address and port, as descriptions have them. */
      readonly local: string;
      /** Whose tones are to be recognised in what it sends, if any. */
      readonly tonesOf: Country | undefined;
    }
  | {
      readonly kind: 'set-far-end';
      readonly call: number;
      readonly leg: string;
      readonly format: LegFormat;
      readonly farEnd: RtpFarEnd | undefined;
    }
  | {
      readonly kind: 'open-webrtc-leg';
      readonly call: number;
      readonly leg: string;
      readonly request: number;
      readonly offerSdp: string;
    }
  | { readonly kind: 'hears'; readonly call: number; readonly rows: readonly HearsRow[] }
  | {
      readonly kind: 'play';
      readonly call: number;
      readonly leg: string;
      readonly play: number;
      readonly parts: readonly PlayPart[];
      readonly isInterruptible: boolean;
      readonly isMixed: boolean;
    }
  | { readonly kind: 'stop-play'; readonly call: number; readonly leg: string; readonly play: number }
  | {
      readonly kind: 'tone';
      readonly call: number;
      readonly leg: string;
      readonly tone: LegTone;
      readonly country: Country;
    }
  | { readonly kind: 'digits'; readonly call: number; readonly leg: string; readonly digits: string }
  | {
      readonly kind: 'record';
      readonly call: number;
      readonly path: string;
      readonly left: string;
      readonly endsAfterQuietMs: number | undefined;
    }
  | {
      readonly kind: 'set-recorded';
      readonly call: number;
      readonly left: readonly string[];
      readonly right: readonly string[];
    }
  | { readonly kind: 'pause-recording'; readonly call: number; readonly isPaused: boolean }
  | { readonly kind: 'stop-recording'; readonly call: number }
  | {
      readonly kind: 'hear';
      readonly call: number;
      readonly leg: string;
      readonly hearing: number;
      readonly quietMs: number;
    }
  | { readonly kind: 'stop-hearing'; readonly call: number; readonly hearing: number }
  | { readonly kind: 'statistics'; readonly call: number; readonly leg: string; readonly request: number }
  | { readonly kind: 'close-leg'; readonly call: number; readonly leg: string }
  | { readonly kind: 'close-call'; readonly call: number }
  | { readonly kind: 'close' };

export interface PlayEnd {
  readonly cause: 'completed' | 'interrupted' | 'stopped' | 'failed';
  readonly playedMs: number;
  readonly detail?: string;
}

export type FromWorker =
  | { readonly kind: 'ready'; readonly datagrams: DatagramKind }
  | { readonly kind: 'ports-bound'; readonly family: IpFamily; readonly ports: readonly number[] }
  | { readonly kind: 'port-lost'; readonly port: number }
  | { readonly kind: 'load'; readonly utilisation: number }
  | { readonly kind: 'first-packet'; readonly call: number; readonly leg: string; readonly atMs: number }
  | {
      readonly kind: 'silent';
      readonly call: number;
      readonly leg: string;
      readonly cause: 'no-packets' | 'ice-failed' | 'dtls-closed';
    }
  | {
      readonly kind: 'digit';
      readonly call: number;
      readonly leg: string;
      readonly digit: string;
      readonly durationMs: number;
      readonly atMs: number;
    }
  | {
      readonly kind: 'tone-heard';
      readonly call: number;
      readonly leg: string;
      readonly tone: RecognisedTone;
      readonly atMs: number;
    }
  | { readonly kind: 'play-ended'; readonly call: number; readonly play: number; readonly end: PlayEnd }
  | { readonly kind: 'speech-began'; readonly call: number; readonly hearing: number }
  /** µ-law codes, as base64: the channel speaks JSON. */
  | { readonly kind: 'speech-over'; readonly call: number; readonly hearing: number; readonly codes: string }
  | {
      readonly kind: 'recorded';
      readonly call: number;
      readonly path: string;
      readonly durationMs: number;
      readonly octets: number;
      readonly sha256: string;
    }
  | {
      readonly kind: 'recording-failed';
      readonly call: number;
      readonly path: string;
      readonly detail: string;
    }
  | { readonly kind: 'music-failed'; readonly call: number; readonly path: string; readonly detail: string }
  | {
      readonly kind: 'leg-closed';
      readonly call: number;
      readonly leg: string;
      readonly statistics: LegStatistics;
    }
  /** The call is gone from the worker; nothing but its recording may still come. */
  | { readonly kind: 'call-closed'; readonly call: number; readonly isRecording: boolean }
  | { readonly kind: 'call-failed'; readonly call: number; readonly cause: string }
  | {
      readonly kind: 'webrtc-opened';
      readonly request: number;
      readonly answer:
        | { readonly isOk: true; readonly sdp: string }
        | {
            readonly isOk: false;
            readonly reason: 'no-common-codec' | 'malformed-sdp' | 'no-ports' | 'closed';
            readonly detail: string;
          };
    }
  | { readonly kind: 'statistics'; readonly request: number; readonly statistics: LegStatistics | undefined }
  /** The last words of a worker that failed. */
  | { readonly kind: 'crashed'; readonly cause: string };

/**
 * How long a message may wait for company, in milliseconds; none where it leaves at once. Nothing is heard of the opening ones
 * until another follows, and a new far end may come so much later; nobody waits for what is over.
 */
export function commandRestMsOf({ kind }: ToWorker): number | undefined {
  return commandRestMs[kind];
}

/** Whoever interrupted a sound or had it stopped knows that it is over. */
export function reportRestMsOf(report: FromWorker): number | undefined {
  if (report.kind !== 'play-ended') return reportRestMs[report.kind];
  const { cause } = report.end;
  return cause === 'interrupted' || cause === 'stopped' ? companyRestMs : undefined;
}

const commandRestMs: Readonly<Partial<Record<ToWorker['kind'], number>>> = {
  'open-call': companyRestMs,
  'open-rtp-leg': companyRestMs,
  'set-far-end': companyRestMs,
  'stop-play': companyRestMs,
  'stop-hearing': companyRestMs,
  'close-leg': companyRestMs,
  'close-call': companyRestMs,
};

const reportRestMs: Readonly<Partial<Record<FromWorker['kind'], number>>> = {
  'ports-bound': companyRestMs,
  load: reportingRestMs,
  'first-packet': companyRestMs,
  'leg-closed': reportingRestMs,
  'call-closed': reportingRestMs,
};
