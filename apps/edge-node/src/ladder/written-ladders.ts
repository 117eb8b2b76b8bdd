/**
 * Ladders as they lie on disk, one after another in one piece of memory:
 *
 *     a line of JSON that tells of each message how many octets it has, then those octets, one message after another
 *
 * The line is put together by hand, as what differs from message to message is three values.
 */
import type { Ladder, LadderMessage } from '@seatgrid/contracts/nouns/ladder.ts';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import { laddersWrittenOctets } from '../limits.ts';
import type { KeptMessage } from './kept-messages.ts';
import { maskMessage, maskOf } from './mask-message.ts';

/** A ladder whose messages are as they went over the wire, in their order. */
export interface KeptLadder extends Omit<Ladder, 'messages'> {
  readonly messages: readonly KeptMessage[];
}

export class WrittenLadders {
  readonly ids: CallId[] = [];
  /** Of each, by its place in `ids`. */
  readonly lengths: number[] = [];
  #octets = Buffer.allocUnsafeSlow(laddersWrittenOctets);
  #filled = 0;

  get octets(): Buffer {
    return this.#octets.subarray(0, this.#filled);
  }

  /** `nodeJson`: its node, written. */
  add(ladder: KeptLadder, nodeJson: string): void {
    const { callId, messages, leftOut } = ladder;
    const masks: (string | null)[] = [];
    // Joined in the end: a text that grows by pieces is as much again in memory for each of them.
    const head = [`{"callId":"${callId}","node":${nodeJson},"leftOut":${leftOut},"messages":[`];
    let octets = 0;
    for (let at = 0; at < messages.length; at++) {
      const message = messages[at]!;
      const mask = maskOf(message.block, message.from, message.to, message.hidesDigits);
      const length = mask === null ? message.to - message.from : mask.length;
      masks.push(mask);
      octets += length;
      head.push(
        at === 0 ? '{"atMs":' : ',{"atMs":',
        `${message.atMs}`,
        message.direction === 'in' ? ',"direction":"in",' : ',"direction":"out",',
        sharedJson(message),
        ',"octets":',
        `${length}`,
        '}',
      );
    }
    head.push(']}\n');
    const line = head.join('');
    this.#makeRoom(utf8OctetsMax * line.length + octets);
    const began = this.#filled;
    this.#filled += this.#octets.write(line, this.#filled, 'utf8');
    for (let at = 0; at < messages.length; at++) this.#put(messages[at]!, masks[at]!);
    this.ids.push(callId);
    this.lengths.push(this.#filled - began);
  }

  #put({ block, from, to }: KeptMessage, mask: string | null): void {
    if (mask === null) block.copy(this.#octets, this.#filled, from, to);
    else this.#octets.write(mask, this.#filled, 'latin1');
    this.#filled += mask === null ? to - from : mask.length;
  }

  #makeRoom(octets: number): void {
    if (this.#filled + octets <= this.#octets.length) return;
    const before = this.octets;
    this.#octets = Buffer.allocUnsafeSlow(Math.max(2 * this.#octets.length, this.#filled + octets));
    before.copy(this.#octets);
  }
}

/** Of a character of UTF-16. */
const utf8OctetsMax = 3;

/** What most messages of a dialog have in common, without its braces. */
function sharedJson({ flow, dialog }: KeptMessage): string {
  if (dialog.shared?.flow === flow && dialog.shared.leg === dialog.leg) return dialog.shared.json;
  const { protocol, address, port } = flow;
  const { leg, sipCallId } = dialog;
  const json = JSON.stringify({ protocol, address, port, leg, sipCallId }).slice(1, -1);
  dialog.shared = { flow, leg, json };
  return json;
}

/** The same for a reader. */
export function ladderOf({ messages, ...rest }: KeptLadder): Ladder {
  return { ...rest, messages: messages.map(ladderMessage) };
}

function ladderMessage(message: KeptMessage): LadderMessage {
  const { atMs, direction, flow, dialog, block, from, to, hidesDigits } = message;
  const { protocol, address, port } = flow;
  const text = maskMessage(block.subarray(from, to), hidesDigits).toString('utf8');
  return { atMs, direction, protocol, address, port, leg: dialog.leg, sipCallId: dialog.sipCallId, text };
}

type WrittenMessage = LadderMessage | (Omit<LadderMessage, 'text'> & { readonly octets: number });

export function readLadder(written: Buffer): Ladder {
  let at = written.indexOf('\n') + 1;
  const line = written.toString('utf8', 0, at);
  const { messages, ...rest } = JSON.parse(line) as Omit<Ladder, 'messages'> & { messages: WrittenMessage[] };
  return {
    ...rest,
    messages: messages.map((message) => {
      // Ladders of before have their texts within the line.
      if ('text' in message) return message;
      const { octets, ...facts } = message;
      return { ...facts, text: written.toString('utf8', at, (at += octets)) };
    }),
  };
}
