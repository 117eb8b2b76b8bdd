/** The messages of one call, within bounds: beyond them the middle is left out, as beginning and end tell most. */
import type { SipFlow } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { ladderMessagesMax, ladderOctetsMax } from '../limits.ts';
import type { OctetShelf } from './octet-shelf.ts';

/** A message as it passes. */
export interface PassingMessage {
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly flow: SipFlow;
  readonly sipCallId: string;
  readonly wire: Buffer;
  readonly hidesDigits: boolean;
}

/** A message on its shelf, from `from` to `to` in `block`. */
export interface KeptMessage extends Omit<PassingMessage, 'wire'> {
  readonly block: Buffer;
  readonly from: number;
  readonly to: number;
}

/** `sipCallId`: the one text that all messages of the dialog share; their own holds on to all that came with it. */
export function keep(message: PassingMessage, sipCallId: string, shelf: OctetShelf): KeptMessage {
  const { atMs, direction, flow, wire, hidesDigits } = message;
  shelf.put(wire);
  const { block, filled: to } = shelf;
  return { atMs, direction, flow, sipCallId, block, from: to - wire.length, to, hidesDigits };
}

/** The same message on another shelf: it lasts no longer than what stands beside it there. */
export function keepOn(message: KeptMessage, shelf: OctetShelf): KeptMessage {
  const { block, from, to } = message;
  shelf.put(block.subarray(from, to));
  return { ...message, block: shelf.block, from: shelf.filled - (to - from), to: shelf.filled };
}

export class KeptMessages {
  readonly #first: KeptMessage[] = [];
  #last: KeptMessage[] = [];
  #firstOctets = 0;
  #lastOctets = 0;
  leftOut = 0;

  add(message: KeptMessage): void {
    const octets = octetsOf(message);
    if (this.#last.length === 0 && this.#hasRoom(this.#first.length, this.#firstOctets + octets)) {
      this.#first.push(message);
      this.#firstOctets += octets;
      return;
    }
    this.#last.push(message);
    this.#lastOctets += octets;
    while (!this.#hasRoom(this.#last.length - 1, this.#lastOctets)) {
      this.#lastOctets -= octetsOf(this.#last.shift()!);
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

function octetsOf({ from, to }: KeptMessage): number {
  return to - from;
}
