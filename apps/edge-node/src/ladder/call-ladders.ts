/**
 * The ladder of every call: hears each SIP message in and out, keeps its octets with the call it belongs to, and a while after
 * the call's end hands what it kept to the files. Nothing is read or written while a call is being served.
 */
import type { Ladder } from '@seatgrid/contracts/nouns/ladder.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { minuteMs } from '@seatgrid/core/kernel/duration.ts';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import { ownText } from '@seatgrid/media/sip/message/own-text.ts';
import type { SipTrace } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import {
  ladderSettleMs,
  laddersSettlingMax,
  ladderStepMs,
  ladderUnclaimedMax,
  ladderWriteEveryMs,
  refusedLaddersPerMinuteMax,
} from '../limits.ts';
import { keep, keepOn, KeptMessages, type KeptMessage, type PassingMessage } from './kept-messages.ts';
import { ladderOf, type LadderFiles, type WireLadder } from './ladder-files.ts';
import { maskMessage } from './mask-message.ts';
import { OctetShelf } from './octet-shelf.ts';

export interface CallLaddersOptions {
  readonly clock: Clock;
  /** Where this node is in its ladders. */
  readonly node: Ladder['node'];
  /** Null: ladders live as long as their call. */
  readonly files: LadderFiles | null;
  /** Hears every message, also those of no call. */
  readonly onMessage?: ((message: PassingMessage) => void) | undefined;
}

interface CallTrace {
  readonly callId: CallId;
  readonly kept: KeptMessages;
  /** The party by the SIP Call-ID of its dialog. */
  readonly legs: Map<string, string>;
  hidesDigits: boolean;
}

/** Where messages of one SIP Call-ID go. */
interface DialogTrace {
  readonly sipCallId: string;
  readonly kept: KeptMessages;
  /** None yet where nobody has said whose call it is. */
  readonly call: CallTrace | undefined;
}

export class CallLadders {
  readonly #options: CallLaddersOptions;
  readonly #byCall = new Map<CallId, CallTrace>();
  readonly #bySipCallId = new Map<string, DialogTrace>();
  /** Since the INVITE comes before anyone knows its call; those that are refused stay here until others push them out. */
  readonly #unclaimed = new Map<string, DialogTrace>();
  readonly #shelf = new OctetShelf();
  /** A flood's refused INVITEs would stand between the messages of calls, and stay in memory for as long as those do. */
  readonly #unclaimedShelf = new OctetShelf();
  /** Ended, the earliest first. */
  readonly #settling: { readonly callId: CallId; readonly dueMs: number }[] = [];
  #cancel: Cancel | null = null;
  #flushedAtMs = 0;
  #refusals = { minute: 0, kept: 0 };

  constructor(options: CallLaddersOptions) {
    this.#options = options;
  }

  /** For the SIP stack. */
  readonly trace: SipTrace = (direction, flow, startLine, sipCallId, atMs, wire) => {
    const dialog = this.#bySipCallId.get(sipCallId) ?? this.#unclaimedOf(sipCallId, startLine);
    const { onMessage } = this.#options;
    if (!dialog && !onMessage) return;
    const hidesDigits = dialog?.call?.hidesDigits ?? false;
    const message = { atMs, direction, flow, sipCallId, wire, hidesDigits };
    dialog?.kept.add(
      keep(message, dialog.sipCallId, dialog.call === undefined ? this.#unclaimedShelf : this.#shelf),
    );
    onMessage?.(message);
  };

  /** This dialog is `leg` of that call. */
  claim(sipCallId: string, callId: CallId, leg: string): void {
    let trace = this.#byCall.get(callId);
    if (!trace) {
      trace = { callId, kept: new KeptMessages(), legs: new Map(), hidesDigits: false };
      this.#byCall.set(callId, trace);
    }
    const before = this.#unclaimed.get(sipCallId);
    this.#unclaimed.delete(sipCallId);
    const dialog = { sipCallId: before?.sipCallId ?? sipCallId, kept: trace.kept, call: trace };
    trace.legs.set(dialog.sipCallId, leg);
    this.#bySipCallId.set(dialog.sipCallId, dialog);
    for (const message of before?.kept.all() ?? []) trace.kept.add(keepOn(message, this.#shelf));
  }

  /** A call that is not taken has a ladder, too, unless there are many of them: a flood must not push out the calls. */
  refused(sipCallId: string, callId: CallId): void {
    const minute = Math.floor(this.#options.clock.nowMs() / minuteMs);
    if (minute !== this.#refusals.minute) this.#refusals = { minute, kept: 0 };
    if (this.#refusals.kept++ < refusedLaddersPerMinuteMax) this.claim(sipCallId, callId, 'caller');
  }

  /** From now on, or no longer: the caller's digits are nobody's business. */
  hideDigits(callId: CallId, hidesDigits: boolean): void {
    const trace = this.#byCall.get(callId);
    if (trace) trace.hidesDigits = hidesDigits;
  }

  ended(callId: CallId): void {
    if (!this.#byCall.has(callId)) return;
    const { clock } = this.#options;
    this.#settling.push({ callId, dueMs: clock.nowMs() + ladderSettleMs });
    this.#cancel ??= clock.after(ladderStepMs, () => this.#writeDue());
  }

  /** Of a call in progress or on disk. */
  async find(callId: CallId): Promise<Ladder | undefined> {
    const trace = this.#byCall.get(callId);
    return trace ? ladderOf(this.#wireOf(trace)) : this.#options.files?.read(callId);
  }

  /** Everything that ended is written, however lately. */
  async close(): Promise<void> {
    this.#cancel?.();
    this.#write(this.#settling.splice(0).map(({ callId }) => callId));
    await this.#options.files?.close();
  }

  #unclaimedOf(sipCallId: string, startLine: string): DialogTrace | undefined {
    const known = this.#unclaimed.get(sipCallId);
    if (known || !startLine.startsWith('INVITE ')) return known;
    if (this.#unclaimed.size >= ladderUnclaimedMax)
      this.#unclaimed.delete(this.#unclaimed.keys().next().value!);
    const dialog = { sipCallId: ownText(sipCallId), kept: new KeptMessages(), call: undefined };
    this.#unclaimed.set(dialog.sipCallId, dialog);
    return dialog;
  }

  #writeDue(): void {
    const { clock } = this.#options;
    const nowMs = clock.nowMs();
    const settling = this.#settling;
    const tooMany = settling.length - laddersSettlingMax;
    const waiting = settling.findIndex(({ dueMs }, index) => dueMs > nowMs && index >= tooMany);
    const due = settling.splice(0, waiting < 0 ? settling.length : waiting);
    this.#write(due.map(({ callId }) => callId));
    if (settling.length === 0 || nowMs - this.#flushedAtMs >= ladderWriteEveryMs) {
      this.#flushedAtMs = nowMs;
      this.#options.files?.flush();
    }
    this.#cancel = settling.length === 0 ? null : clock.after(ladderStepMs, () => this.#writeDue());
  }

  #write(callIds: readonly CallId[]): void {
    const { files } = this.#options;
    for (const callId of callIds) {
      const trace = this.#byCall.get(callId);
      if (!trace) continue;
      this.#byCall.delete(callId);
      for (const sipCallId of trace.legs.keys()) this.#bySipCallId.delete(sipCallId);
      files?.keep(this.#wireOf(trace));
    }
  }

  #wireOf({ callId, kept, legs }: CallTrace): WireLadder {
    const messages = kept.all().map((message) => masked(message, legs.get(message.sipCallId) ?? ''));
    // Legs may be claimed after their first message: what was kept is put into its order.
    messages.sort((a, b) => a.facts.atMs - b.facts.atMs);
    return { callId, node: this.#options.node, messages, leftOut: kept.leftOut };
  }
}

function masked(message: KeptMessage, leg: string): WireLadder['messages'][number] {
  const { atMs, direction, sipCallId, block, from, to, hidesDigits } = message;
  const { protocol, address, port } = message.flow;
  const octets = maskMessage(block.subarray(from, to), hidesDigits);
  return { facts: { atMs, direction, protocol, address, port, leg, sipCallId }, octets };
}
