/** A phone's own Opus, apart from the engine's: 48 kHz in and out, by the package's own face, a frame of 20 ms at a time. */
import { Decoder, Encoder } from '@evan/opus';

export const opusRateHz = 48_000;
const frameLength = opusRateHz / 50;

export class OpusVoice {
  readonly #encoder = new Encoder({ channels: 1, sample_rate: opusRateHz, application: 'voip' });
  readonly #decoder = new Decoder({ channels: 1, sample_rate: opusRateHz });
  readonly #sound: Int16Array;
  #at = 0;

  /** Says `sound`, of 48,000 samples a second, over and over; `tellsOfLosses`: each packet tells of the one before. */
  constructor(sound: Int16Array, options: { readonly tellsOfLosses?: boolean } = {}) {
    this.#sound = sound;
    this.#encoder.bitrate = 32_000;
    this.#encoder.inband_fec = options.tellsOfLosses === true;
    this.#encoder.packet_loss = options.tellsOfLosses === true ? 20 : 0;
  }

  next(): Uint8Array {
    const frame = new Int16Array(frameLength);
    for (let index = 0; index < frameLength; index++) {
      frame[index] = this.#sound[this.#at]!;
      this.#at = (this.#at + 1) % this.#sound.length;
    }
    return Uint8Array.from(this.#encoder.encode(frame));
  }

  /** Every sixth sample: what is measured lies in a telephone's band. */
  hear(payloads: readonly Uint8Array[]): Int16Array {
    const parts = payloads.map((payload) => {
      const octets = this.#decoder.decode(payload);
      return new Int16Array(octets.buffer, octets.byteOffset, octets.length / 2);
    });
    return Int16Array.from(parts.flatMap((part) => Array.from(part).filter((_, index) => index % 6 === 0)));
  }
}
