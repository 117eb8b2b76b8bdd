/** The messages of one call by reference, within bounds: beyond them the middle is left out, as beginning and end tell most. */
import type { SipFlow } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { ladderMessagesMax, ladderOctetsMax } from '../limits.ts';

export interface KeptMessage {
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly flow: SipFlow;
  readonly sipCallId: string;
  readonly wire: Buffer;
  readonly hidesDigits: boolean;
}

export class KeptMessages {
  readonly #first: KeptMessage[] = [];
  #last: KeptMessage[] = [];
  #firstOctets = 0;
  #lastOctets = 0;
  leftOut = 0;

  add(message: KeptMessage): void {
    const octets = message.wire.length;
    if (this.#last.length === 0 && this.#hasRoom(this.#first.length, this.#firstOctets + octets)) {
      this.#first.push(message);
      this.#firstOctets += octets;
      return;
    }
    this.#last.push(message);
    this.#lastOctets += octets;
    while (!this.#hasRoom(this.#last.length - 1, this.#lastOctets)) {
      this.#lastOctets -= this.#last.shift()!.wire.length;
      this.leftOut += 1;
    }
  }

  all(): readonly KeptMessage[] {
    return this.#last.length === 0 ? this.#first : [...this.#first, ...this.#last];
  }

  /** Half of what is kept is the beginning, half the end. */
  #hasRoom(messages: number, octets: number): boolean {
    return messages < ladderMessagesMax / 2 && octets <= ladderOctetsMax / 2;
  }
}
