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
import {
  KeptMessages,
  moveTo,
  type KeptDialog,
  type KeptMessage,
  type PassingMessage,
} from './kept-messages.ts';
import type { LadderFiles } from './ladder-files.ts';
import { OctetShelf } from './octet-shelf.ts';
import { ladderOf, type KeptLadder } from './written-ladders.ts';

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
  readonly dialogs: DialogTrace[];
  hidesDigits: boolean;
}

/** Where messages of one SIP Call-ID go. */
interface DialogTrace extends KeptDialog {
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
  /** Ended, the earliest first, and until when each is waited for. */
  readonly #settling = new Map<CallId, number>();
  #cancel: Cancel | null = null;
  // No whole number, as no time is: objects made before the first would be of another kind than those after it.
  #flushedAtMs = Number.NEGATIVE_INFINITY;
  #refusals = { minute: 0, kept: 0 };

  constructor(options: CallLaddersOptions) {
    this.#options = options;
  }

  /** For the SIP stack. */
  readonly trace: SipTrace = (direction, flow, startLine, sipCallId, atMs, wire) => {
    const dialog = this.#bySipCallId.get(sipCallId) ?? this.#unclaimedOf(sipCallId, startLine);
    const hidesDigits = dialog?.call?.hidesDigits ?? false;
    if (dialog) {
      const shelf = dialog.call === undefined ? this.#unclaimedShelf : this.#shelf;
      shelf.put(wire);
      const { block, filled: to } = shelf;
      dialog.kept.add({ atMs, direction, flow, dialog, hidesDigits, block, from: to - wire.length, to });
    }
    this.#options.onMessage?.({ atMs, direction, flow, sipCallId, wire, hidesDigits });
  };

  /** This dialog is `leg` of that call. */
  claim(sipCallId: string, callId: CallId, leg: string): void {
    let call = this.#byCall.get(callId);
    if (!call) {
      call = { callId, kept: new KeptMessages(), dialogs: [], hidesDigits: false };
      this.#byCall.set(callId, call);
    }
    const known = call.dialogs.find((dialog) => dialog.sipCallId === sipCallId);
    if (known) known.leg = leg;
    const before = this.#unclaimed.get(sipCallId);
    const dialog = known ?? { sipCallId: before?.sipCallId ?? sipCallId, leg, kept: call.kept, call };
    if (!known) call.dialogs.push(dialog);
    this.#bySipCallId.set(dialog.sipCallId, dialog);
    if (!before) return;
    this.#unclaimed.delete(sipCallId);
    for (const message of before.kept.all()) {
      moveTo(this.#shelf, message, dialog);
      call.kept.add(message);
    }
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
    this.#settling.set(callId, clock.nowMs() + ladderSettleMs);
    this.#cancel ??= clock.after(ladderStepMs, () => this.#writeDue());
  }

  /** Of a call in progress or on disk. */
  async find(callId: CallId): Promise<Ladder | undefined> {
    const trace = this.#byCall.get(callId);
    return trace ? ladderOf(this.#ladderOf(trace)) : this.#options.files?.read(callId);
  }

  /** Everything that ended is written, however lately. */
  async close(): Promise<void> {
    this.#cancel?.();
    for (const callId of this.#settling.keys()) this.#write(callId);
    await this.#options.files?.close();
  }

  #unclaimedOf(sipCallId: string, startLine: string): DialogTrace | undefined {
    const known = this.#unclaimed.get(sipCallId);
    if (known || !startLine.startsWith('INVITE ')) return known;
    if (this.#unclaimed.size >= ladderUnclaimedMax)
      this.#unclaimed.delete(this.#unclaimed.keys().next().value!);
    const dialog = { sipCallId: ownText(sipCallId), leg: '', kept: new KeptMessages(), call: undefined };
    this.#unclaimed.set(dialog.sipCallId, dialog);
    return dialog;
  }

  #writeDue(): void {
    const { clock } = this.#options;
    const nowMs = clock.nowMs();
    const settling = this.#settling;
    for (const [callId, dueMs] of settling) {
      if (dueMs > nowMs && settling.size <= laddersSettlingMax) break;
      settling.delete(callId);
      this.#write(callId);
    }
    if (settling.size === 0 || nowMs - this.#flushedAtMs >= ladderWriteEveryMs) {
      this.#flushedAtMs = nowMs;
      this.#options.files?.flush();
    }
    this.#cancel = settling.size === 0 ? null : clock.after(ladderStepMs, () => this.#writeDue());
  }

  #write(callId: CallId): void {
    const trace = this.#byCall.get(callId);
    if (!trace) return;
    this.#byCall.delete(callId);
    for (const { sipCallId } of trace.dialogs) this.#bySipCallId.delete(sipCallId);
    this.#options.files?.keep(this.#ladderOf(trace));
  }

  #ladderOf({ callId, kept }: CallTrace): KeptLadder {
    const { node } = this.#options;
    const messages = kept.all();
    // A dialog may be claimed after its first message: what was kept is put into its order.
    const ordered = isInOrder(messages) ? messages : messages.toSorted((one, other) => one.atMs - other.atMs);
    return { callId, node, messages: ordered, leftOut: kept.leftOut };
  }
}

function isInOrder(messages: readonly KeptMessage[]): boolean {
  for (let at = 1; at < messages.length; at++) if (messages[at]!.atMs < messages[at - 1]!.atMs) return false;
  return true;
}
