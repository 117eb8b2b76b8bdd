/**
 * Octets of many messages, copied side by side into blocks: a message costs a copy of some hundred octets, and no memory of its
 * own that the collector would carry along for as long as the message is kept.
 */
import { ladderBlockOctets } from '../limits.ts';

export class OctetShelf {
  block = Buffer.alloc(0);
  /** Where the next octets go: those put last end here. */
  filled = 0;

  /** Those from `from` to `to` in `octets`. */
  put(octets: Buffer, from = 0, to = octets.length): void {
    const length = to - from;
    if (this.filled + length > this.block.length) {
      // Not out of the pool that all buffers share: this memory stays for long. A longer message has a block to itself.
      this.block = Buffer.allocUnsafeSlow(Math.max(ladderBlockOctets, length));
      this.filled = 0;
    }
    octets.copy(this.block, this.filled, from, to);
    this.filled += length;
  }
}
