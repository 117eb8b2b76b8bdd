/** Call progress tones in the packets of a leg we have dialled. */
import { PacketFrames, type CodesHeard } from '../packet-frames.ts';
import type { Country } from './country-tones.ts';
import { ToneRecogniser, type RecognisedTone } from './tone-recogniser.ts';

export class LineTones {
  readonly #recogniser: ToneRecogniser;
  readonly #frames = new PacketFrames((frame) => {
    this.#news = this.#recogniser.feed(frame) ?? this.#news;
  });
  #news: RecognisedTone | undefined;

  constructor(country: Country) {
    this.#recogniser = new ToneRecogniser(country);
  }

  /** What has become certain with this packet. */
  hear(packet: Uint8Array, heard: CodesHeard): RecognisedTone | undefined {
    this.#news = undefined;
    this.#frames.hear(packet, heard);
    return this.#news;
  }
}
