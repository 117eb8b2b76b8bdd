/** The offers and answers of one RTP leg in the order of its life, and what each settles for its sound. */
import { answerOffer } from '../sdp/answer-offer.ts';
import {
  mayReceive,
  maySend,
  type AgreedAudio,
  type AudioCodec,
  type LocalAudio,
} from '../sdp/audio-terms.ts';
import { makeOffer } from '../sdp/make-offer.ts';
import { readAnswer } from '../sdp/read-answer.ts';
import type { LegFormat } from './worker/media-leg.ts';
import type { SdpOutcome } from './media-engine.ts';

export interface LocalEnd {
  readonly address: string;
  readonly port: number;
  /** Best first. */
  readonly codecs: readonly AudioCodec[];
  readonly sessionId: number;
}

export interface AgreedLeg {
  readonly format: LegFormat;
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
}

export class RtpDescription {
  readonly #end: LocalEnd;
  readonly #settle: (agreed: AgreedLeg) => void;
  #previousSdp = '';
  #offered: { readonly sdp: string; readonly local: LocalAudio } | undefined;

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
    const { address, port, codecs, sessionId } = this.#end;
    const previousSdp = this.#previousSdp;
    return { address, port, codecs, direction: 'sendrecv', sessionId: String(sessionId), previousSdp };
  }

  #settled(audio: AgreedAudio, sdp: string): SdpOutcome {
    this.#settle({
      format: {
        law: audio.codec,
        payloadType: audio.sendPayloadType,
        receivePayloadType: audio.receivePayloadType,
        eventPayloadType: audio.sendDigitPayloadType,
        receiveEventPayloadType: audio.receiveDigitPayloadType,
        isSendingAllowed: maySend(audio.direction),
        // A phone on hold may well send nothing, whatever it says.
        isReceptionExpected: maySend(audio.direction) && mayReceive(audio.direction),
      },
      address: audio.remoteAddress,
      port: audio.remotePort,
      rtcpPort: audio.remoteRtcpPort,
    });
    return { ok: true, sdp, isHeld: audio.isHeld, codec: audio.codec };
  }
}

function refused(failure: {
  readonly reason: 'malformed-sdp' | 'no-common-codec';
  readonly detail: string;
}): SdpOutcome {
  return { ok: false, refusal: { kind: 'refused', reason: failure.reason, detail: failure.detail } };
}
