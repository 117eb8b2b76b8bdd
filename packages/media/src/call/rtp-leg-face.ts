/** A leg over RTP as the main thread holds it: descriptions are read and made here, everything else is its call's to tell. */
import type { LegKey, LegStatistics, RtpLeg, SdpOutcome } from './media-engine.ts';
import type { RtpDescription } from './rtp-description.ts';

/** What a leg asks of its call. */
export interface LegCall {
  sendDigits(leg: LegKey, digits: string): void;
  statisticsOf(leg: LegKey): Promise<LegStatistics>;
  closeLeg(leg: LegKey): void;
}

export class RtpLegFace implements RtpLeg {
  readonly kind = 'rtp';
  readonly key: LegKey;
  readonly localPort: number;
  readonly #call: LegCall;
  readonly #description: RtpDescription;

  constructor(
    key: LegKey,
    parts: { readonly localPort: number; readonly call: LegCall; readonly description: RtpDescription },
  ) {
    this.key = key;
    this.localPort = parts.localPort;
    this.#call = parts.call;
    this.#description = parts.description;
  }

  answer(offerSdp: string): SdpOutcome {
    return this.#description.answer(offerSdp);
  }

  offer(): string {
    return this.#description.offer();
  }

  accept(answerSdp: string): SdpOutcome {
    return this.#description.accept(answerSdp);
  }

  sendDigits(digits: string): void {
    this.#call.sendDigits(this.key, digits);
  }

  statistics(): Promise<LegStatistics> {
    return this.#call.statisticsOf(this.key);
  }

  close(): void {
    this.#call.closeLeg(this.key);
  }
}
