/** The offers and answers of one RTP leg in the order of its life, and what each settles for its sound. */
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { sampleRateHz } from '../frame.ts';
import { answerOffer } from '../sdp/answer-offer.ts';
import {
  mayReceive,
  maySend,
  type AgreedAudio,
  type AudioCodec,
  type LocalAudio,
  type SrtpUse,
} from '../sdp/audio-terms.ts';
import { masterOctets, type CryptoSuite } from '../sdp/crypto-attribute.ts';
import { makeOffer } from '../sdp/make-offer.ts';
import { readAnswer } from '../sdp/read-answer.ts';
import { agreedSound } from './agreed-sound.ts';
import type { RtpSecurity } from './media-messages.ts';
import type { LegFormat } from './worker/media-leg.ts';
import type { SdpOutcome } from './media-engine.ts';

export interface LocalEnd {
  readonly address: string;
  readonly port: number;
  /** Best first. */
  readonly codecs: readonly AudioCodec[];
  readonly sessionId: number;
  readonly srtp: SrtpUse;
  /** Where keys come from. */
  readonly random: Random;
}

export interface AgreedLeg {
  readonly format: LegFormat;
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
  readonly security: RtpSecurity | undefined;
}

export class RtpDescription {
  readonly #end: LocalEnd;
  readonly #settle: (agreed: AgreedLeg) => void;
  #previousSdp = '';
  #offered: { readonly sdp: string; readonly local: LocalAudio } | undefined;
  /** Our master keys, kept for the life of the dialog unless they change theirs. */
  #keys: Map<CryptoSuite, Uint8Array> | undefined;
  #theirKey: Uint8Array | undefined;

  /** `settle` is called with every agreement that is reached. */
  constructor(end: LocalEnd, settle: (agreed: AgreedLeg) => void) {
    this.#end = end;
    this.#settle = settle;
  }

  answer(offerSdp: string): SdpOutcome {
    const outcome = answerOffer(offerSdp, this.#local());
    if (!outcome.ok) return refused(outcome);
    this.#previousSdp = outcome.answer;
    return this.#settled(outcome.negotiated, outcome.answer);
  }

  offer(): string {
    const local = this.#local();
    const sdp = makeOffer(local);
    this.#offered = { sdp, local };
    return sdp;
  }

  accept(answerSdp: string): SdpOutcome {
    const offered = this.#offered;
    if (offered === undefined)
      return refused({ reason: 'malformed-sdp', detail: 'an answer came where nothing was offered' });
    const outcome = readAnswer(answerSdp, offered.sdp, offered.local);
    if (!outcome.ok) return refused(outcome);
    this.#previousSdp = offered.sdp;
    return this.#settled(outcome.negotiated, offered.sdp);
  }

  #local(): LocalAudio {
    const { address, port, codecs, sessionId, srtp } = this.#end;
    return {
      address,
      port,
      codecs,
      direction: 'sendrecv',
      sessionId: String(sessionId),
      previousSdp: this.#previousSdp,
      srtp: { use: srtp, keyOf: (suite, theirs) => this.#keyOf(suite, theirs) },
    };
  }

  /** A far end that changes its key is answered with a new one of ours: both begin to keep a new secret. */
  #keyOf(suite: CryptoSuite, theirs: Uint8Array | undefined): Uint8Array {
    const isTheirsNew = theirs && this.#theirKey && !Buffer.from(theirs).equals(this.#theirKey);
    this.#keys ??= new Map();
    const known = isTheirsNew ? undefined : this.#keys.get(suite);
    const key = known ?? this.#end.random.bytes(masterOctets[suite]);
    this.#keys.set(suite, key);
    return key;
  }

  #settled(audio: AgreedAudio, sdp: string): SdpOutcome {
    this.#theirKey = audio.crypto?.receive;
    this.#settle({
      format: {
        ...agreedSound(audio.codec, audio.opus),
        payloadType: audio.sendPayloadType,
        receivePayloadType: audio.receivePayloadType,
        eventPayloadType: audio.sendDigitPayloadType,
        receiveEventPayloadType: audio.receiveDigitPayloadType,
        eventTicks: audio.digitClockHz / sampleRateHz,
        isSendingAllowed: maySend(audio.direction),
        // A phone on hold may well send nothing, whatever it says.
        isReceptionExpected: maySend(audio.direction) && mayReceive(audio.direction),
      },
      address: audio.remoteAddress,
      port: audio.remotePort,
      rtcpPort: audio.remoteRtcpPort,
      security: audio.crypto && {
        suite: audio.crypto.suite,
        send: Buffer.from(audio.crypto.send).toString('base64'),
        receive: Buffer.from(audio.crypto.receive).toString('base64'),
      },
    });
    return { ok: true, sdp, isHeld: audio.isHeld, codec: audio.codec, srtp: audio.crypto?.suite };
  }
}

function refused(failure: {
  readonly reason: 'malformed-sdp' | 'no-common-codec';
  readonly detail: string;
}): SdpOutcome {
  return { ok: false, refusal: { kind: 'refused', reason: failure.reason, detail: failure.detail } };
}
