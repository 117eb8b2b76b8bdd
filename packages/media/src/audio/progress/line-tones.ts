/**
 * Call progress tones in the packets of a leg we have dialled. Every packet is looked at while tones are to be expected: at
 * first, and for a while after whatever sounded like one. A conversation is glanced at, since a tone lasts longer than the pause
 * between two glances, and is repeated.
 */
import { frameSamples } from '../../frame.ts';
import { tonePacketsPerGlance, tonesAttendedAtFirstFrames, tonesAttendedFrames } from '../../limits.ts';
import { PacketFrames, type CodesHeard } from '../packet-frames.ts';
import type { Country } from './country-tones.ts';
import { ToneRecogniser, type RecognisedTone } from './tone-recogniser.ts';

const glance = new Int16Array(frameSamples);

export class LineTones {
  readonly #country: Country;
  /** Made with the first packet: many lines are closed before they say anything. */
  #parts: { readonly recogniser: ToneRecogniser; readonly frames: PacketFrames } | undefined;
  #news: RecognisedTone | undefined;
  #attendedFrames = tonesAttendedAtFirstFrames;
  #packetsPassed = 0;

  constructor(country: Country) {
    this.#country = country;
  }

  /** What has become certain with this packet. */
  hear(packet: Uint8Array, heard: CodesHeard): RecognisedTone | undefined {
    if (this.#attendedFrames <= 0 && !this.#wakes(packet, heard)) return undefined;
    this.#news = undefined;
    this.#listening.frames.hear(packet, heard);
    return this.#news;
  }

  get #listening() {
    if (this.#parts !== undefined) return this.#parts;
    const recogniser = new ToneRecogniser(this.#country);
    const frames = new PacketFrames((frame) => {
      this.#news = recogniser.feed(frame) ?? this.#news;
      if (recogniser.isTonal) this.#attendedFrames = Math.max(this.#attendedFrames, tonesAttendedFrames);
      else this.#attendedFrames -= 1;
    });
    return (this.#parts = { recogniser, frames });
  }

  #wakes(packet: Uint8Array, { codec, from, to }: CodesHeard): boolean {
    // A packet of less than a frame cannot be judged alone.
    if (to - from >= frameSamples) {
      this.#packetsPassed = (this.#packetsPassed + 1) % tonePacketsPerGlance;
      if (this.#packetsPassed !== 0) return false;
      const start = to - frameSamples;
      for (let index = 0; index < frameSamples; index++)
        glance[index] = codec.samples[packet[start + index]!]!;
      if (!this.#listening.recogniser.glance(glance)) return false;
    }
    this.#attendedFrames = tonesAttendedFrames;
    return true;
  }
}
