/**
 * What the texts of one line weigh on the wire, as the WebSockets at its two ends send them: long ones compressed, with the window
 * kept between messages (RFC 7692 §7.2.1), each in one frame (RFC 6455 §5.2), in packets of TCP.
 */
import { constants, deflateRawSync } from 'node:zlib';
import { linkCompressedFromOctets } from '@seatgrid/contracts/link/link-messages.ts';

const windowOctets = 32 * 1024;
/** RFC 7692 §7.2.1: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end". */
const tailOctets = 4;
const segmentOctets = 1_448;
/** IPv4, TCP, and its timestamps. */
const headersOctets = 52;

export type LinkWay = 'up' | 'down';

export interface LinkWeights {
  readonly octets: Readonly<Record<LinkWay, number>>;
  /** The same with the headers of their packets; acknowledgements of TCP ride on what goes the other way. */
  readonly packedOctets: Readonly<Record<LinkWay, number>>;
  /** By way and kind. */
  readonly byKind: Readonly<Record<string, number>>;
}

export class LinkScale {
  readonly #octets = { up: 0, down: 0 };
  readonly #packedOctets = { up: 0, down: 0 };
  readonly #byKind = new Map<string, number>();
  readonly #windows = { up: Buffer.alloc(0), down: Buffer.alloc(0) };

  weigh(way: LinkWay, text: string): number {
    const raw = Buffer.from(text);
    const payload = raw.length < linkCompressedFromOctets ? raw.length : this.#compressed(way, raw);
    const lengthOctets = payload < 126 ? 0 : payload < 65_536 ? 2 : 8;
    // RFC 6455 §5.1: what a client sends is masked.
    const octets = payload + 2 + lengthOctets + (way === 'up' ? 4 : 0);
    this.#octets[way] += octets;
    this.#packedOctets[way] += octets + Math.ceil(octets / segmentOctets) * headersOctets;
    const kind = `${way} ${/^\{"kind":"([^"]+)"/.exec(text)?.[1] ?? 'other'}`;
    this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + octets);
    return octets;
  }

  /** So far. */
  read(): LinkWeights {
    return {
      octets: { ...this.#octets },
      packedOctets: { ...this.#packedOctets },
      byKind: Object.fromEntries(this.#byKind),
    };
  }

  #compressed(way: LinkWay, raw: Buffer): number {
    const window = this.#windows[way];
    const level = way === 'up' ? 6 : constants.Z_DEFAULT_COMPRESSION;
    const finishFlush = constants.Z_SYNC_FLUSH;
    const options = window.length > 0 ? { level, finishFlush, dictionary: window } : { level, finishFlush };
    this.#windows[way] = Buffer.concat([window, raw]).subarray(-windowOctets);
    return deflateRawSync(raw, options).length - tailOctets;
  }
}
