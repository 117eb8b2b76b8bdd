/**
 * Where a message ends in a stream of octets:
 *
 *     delimiter   | octets … | delimiter |
 *     length      | length of the octets (2 or 4, the most significant first) | octets … |
 *     close       | octets … | end of the connection |
 */
import type { Framing } from '@seatgrid/core/connectors/connector.ts';
import { connectorReplyOctetsMax } from '@seatgrid/core/connectors/limits.ts';
import { ConnectorError } from '../connector-error.ts';
import { tooLarge } from '../reply-limit.ts';

export function framed(octets: Buffer, framing: Framing, delimiter: Buffer): Buffer {
  switch (framing.kind) {
    case 'delimiter':
      if (octets.includes(delimiter))
        throw new ConnectorError('misasked', 'the message holds the sign that ends one');
      return Buffer.concat([octets, delimiter]);
    case 'length': {
      if (octets.length >= 2 ** (8 * framing.octets))
        throw new ConnectorError(
          'misasked',
          `${octets.length} octets are too many for the length before them`,
        );
      const length = Buffer.alloc(framing.octets);
      length.writeUIntBE(octets.length, 0, framing.octets);
      return Buffer.concat([length, octets]);
    }
    case 'close':
      return octets;
  }
}

export class FrameReader {
  readonly #framing: Framing;
  readonly #delimiter: Buffer;
  #held: Buffer = Buffer.alloc(0);

  constructor(framing: Framing, delimiter: Buffer) {
    this.#framing = framing;
    this.#delimiter = delimiter;
  }

  /** Octets that belong to no answer: on a kept connection nobody would know whose they are. */
  get hasRest(): boolean {
    return this.#held.length > 0;
  }

  push(octets: Buffer): Buffer | undefined {
    const from = Math.max(0, this.#held.length - this.#delimiter.length + 1);
    this.#held = this.#held.length === 0 ? octets : Buffer.concat([this.#held, octets]);
    if (this.#held.length > connectorReplyOctetsMax) throw tooLarge();
    switch (this.#framing.kind) {
      case 'delimiter': {
        const end = this.#held.indexOf(this.#delimiter, from);
        return end < 0 ? undefined : this.#take(0, end, end + this.#delimiter.length);
      }
      case 'length': {
        const start = this.#framing.octets;
        if (this.#held.length < start) return undefined;
        const end = start + this.#held.readUIntBE(0, start);
        if (end - start > connectorReplyOctetsMax) throw tooLarge();
        return this.#held.length < end ? undefined : this.#take(start, end, end);
      }
      case 'close':
        return undefined;
    }
  }

  /** The far side closed. */
  end(): Buffer | undefined {
    return this.#framing.kind === 'close' ? this.#take(0, this.#held.length, this.#held.length) : undefined;
  }

  #take(start: number, end: number, rest: number): Buffer {
    const message = this.#held.subarray(start, end);
    this.#held = this.#held.subarray(rest);
    return message;
  }
}
