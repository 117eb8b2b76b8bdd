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

/** What all messages of one SIP Call-ID share: the text itself, since their own holds on to all that came with it. */
export interface KeptDialog {
  readonly sipCallId: string;
  /** The party whose dialog it is; empty while nobody has said so. */
  leg: string;
  /** What its messages over one flow have in common, written; kept as they are written one after another. */
  shared?: { readonly flow: SipFlow; readonly leg: string; readonly json: string };
}

/** A message on its shelf, from `from` to `to` in `block`. */
export interface KeptMessage extends Omit<PassingMessage, 'sipCallId' | 'wire'> {
  dialog: KeptDialog;
  block: Buffer;
  from: number;
  to: number;
}

/** Puts a message of this dialog on another shelf: it lasts no longer than what stands beside it there. */
export function moveTo(shelf: OctetShelf, message: KeptMessage, dialog: KeptDialog): void {
  const length = octetsOf(message);
  shelf.put(message.block, message.from, message.to);
  message.dialog = dialog;
  message.block = shelf.block;
  message.from = shelf.filled - length;
  message.to = shelf.filled;
}

export class KeptMessages {
  readonly #first: KeptMessage[] = [];
  #last: KeptMessage[] | null = null;
  #firstOctets = 0;
  #lastOctets = 0;
  leftOut = 0;

  add(message: KeptMessage): void {
    const octets = octetsOf(message);
    if (this.#last === null && hasRoom(this.#first.length, this.#firstOctets + octets)) {
      this.#first.push(message);
      this.#firstOctets += octets;
      return;
    }
    const last = (this.#last ??= []);
    last.push(message);
    this.#lastOctets += octets;
    while (!hasRoom(last.length - 1, this.#lastOctets)) {
      this.#lastOctets -= octetsOf(last.shift()!);
      this.leftOut += 1;
    }
  }

  all(): readonly KeptMessage[] {
    return this.#last === null ? this.#first : [...this.#first, ...this.#last];
  }
}

/** Half of what is kept is the beginning, half the end. */
function hasRoom(messages: number, octets: number): boolean {
  return messages < ladderMessagesMax / 2 && octets <= ladderOctetsMax / 2;
}

function octetsOf({ from, to }: KeptMessage): number {
  return to - from;
}
