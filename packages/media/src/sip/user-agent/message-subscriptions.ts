/**
 * Phones that want to know whether messages wait (RFC 3842, by the rules of RFC 6665): each subscription is a dialog of its
 * own, told at once how things stand, again when that changes, and for as long as it asked for.
 */
import {
  sipExpiresSecondsDefault,
  sipExpiresSecondsMax,
  sipExpiresSecondsMin,
  sipMessageSubscriptionsMax,
  sipMessageSubscriptionsPerUserMax,
} from '../../limits.ts';
import { DialogState } from '../dialog/dialog-state.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { headerLine } from '../message/write-message.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { Timer } from '../transaction/timer-queue.ts';
import type { AgentCore, DialogParty, Outcome } from './agent-core.ts';
import { sendInDialog } from './in-dialog-request.ts';
import { inspectRequest } from './inspect-request.ts';
import type { MessageSummary } from './sip-user-agent.ts';

export interface Subscriber {
  readonly realm: string;
  readonly username: string;
}

const eventLine = headerLine('Event', 'message-summary');
const allowEventsLine = headerLine('Allow-Events', 'message-summary');

export class MessageSubscriptions {
  readonly #core: AgentCore;
  readonly #open = new Map<string, Set<MessageSubscription>>();
  #count = 0;

  constructor(core: AgentCore) {
    this.#core = core;
  }

  /** A SUBSCRIBE outside a dialog, of a phone that has proven itself. */
  onSubscribe(request: SipRequest, transaction: ServerTransaction, subscriber: Subscriber): void {
    const refusal = this.#refusalOf(request, subscriber);
    if (refusal) return this.#core.answer(request, transaction, refusal);
    const localTag = this.#core.tokens.next();
    const state = DialogState.ofServer(request, transaction.flow, localTag);
    if (!state)
      return this.#core.answer(request, transaction, { status: 400, reason: 'Malformed Record-Route' });
    const key = keyOf(subscriber);
    const theirs = this.#open.get(key) ?? new Set();
    this.#open.set(key, theirs);
    const subscription = new MessageSubscription(this.#core, state, subscriber, () => {
      if (theirs.delete(subscription)) this.#count--;
      if (theirs.size === 0) this.#open.delete(key);
    });
    theirs.add(subscription);
    this.#count++;
    subscription.begin(request, transaction);
  }

  /** More or fewer messages wait for this phone. */
  changed(subscriber: Subscriber): void {
    for (const subscription of this.#open.get(keyOf(subscriber)) ?? []) subscription.changed();
  }

  #refusalOf(request: SipRequest, subscriber: Subscriber): Outcome | undefined {
    const { handler } = this.#core;
    // RFC 6665 §4.2.1.1: an event package that is not ours.
    if (!/^\s*message-summary\s*(;|$)/i.test(request.field('Event') ?? ''))
      return { status: 489, lines: allowEventsLine };
    if (!accepts(request)) return { status: 406 };
    const interval = secondsOf(request);
    // RFC 6665 §4.2.1.1: too brief, but not the end.
    if (interval > 0 && interval < sipExpiresSecondsMin)
      return { status: 423, lines: headerLine('Min-Expires', String(sipExpiresSecondsMin)) };
    // RFC 3842 §3.9: nobody is told of what waits for another.
    if (!handler.messageSummary?.(subscriber)) return { status: 404 };
    const hasRoom =
      this.#count < sipMessageSubscriptionsMax &&
      (this.#open.get(keyOf(subscriber))?.size ?? 0) < sipMessageSubscriptionsPerUserMax;
    return hasRoom ? undefined : { status: 480, reason: 'Too Many Subscriptions' };
  }
}

class MessageSubscription implements DialogParty {
  readonly #core: AgentCore;
  readonly #state: DialogState;
  readonly #subscriber: Subscriber;
  readonly #onOver: () => void;
  #timer: Timer | undefined;
  /** One NOTIFY at a time (RFC 6665 §4.2.2); what changes meanwhile is told after it. */
  #isNotifying = false;
  #isStale = false;
  #ending: 'timeout' | undefined;
  #isOver = false;

  constructor(core: AgentCore, state: DialogState, subscriber: Subscriber, onOver: () => void) {
    this.#core = core;
    this.#state = state;
    this.#subscriber = subscriber;
    this.#onOver = onOver;
  }

  belongs(request: SipRequest): boolean {
    return this.#state.belongs(request);
  }

  begin(request: SipRequest, transaction: ServerTransaction): void {
    this.#core.dialogs.set(this.#state.key, this);
    this.#accept(request, transaction);
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const refusal = this.#refusalOf(request);
    if (refusal) return this.#core.answer(request, transaction, { ...refusal, toTag: this.#state.localTag });
    this.#state.refreshTarget(request, transaction.flow);
    this.#accept(request, transaction);
  }

  onInvite(...[request, transaction]: Parameters<DialogParty['onInvite']>): void {
    this.#core.answer(request, transaction, { status: 488, toTag: this.#state.localTag });
  }

  onAck(): void {}

  changed(): void {
    if (this.#isNotifying) this.#isStale = true;
    else this.#notify();
  }

  #refusalOf(request: SipRequest): Outcome | undefined {
    // RFC 3261 §12.2.2: out of order.
    if (!this.#state.takeSequence(request.cseq)) return { status: 500, reason: 'Sequence Number Too Low' };
    if (request.method !== 'SUBSCRIBE' || this.#isOver) return { status: 481 };
    const seconds = secondsOf(request);
    if (seconds > 0 && seconds < sipExpiresSecondsMin)
      return { status: 423, lines: headerLine('Min-Expires', String(sipExpiresSecondsMin)) };
    return inspectRequest(request, 'SUBSCRIBE');
  }

  /** RFC 6665 §4.2.1.1: 200 with how long it lasts; §4.2.1.2: and a NOTIFY at once. */
  #accept(request: SipRequest, transaction: ServerTransaction): void {
    const seconds = secondsOf(request);
    this.#core.timers.cancel(this.#timer);
    this.#core.answer(request, transaction, {
      status: 200,
      toTag: this.#state.localTag,
      lines:
        headerLine('Expires', String(seconds)) +
        this.#core.contactLine(transaction.flow, this.#subscriber.username),
    });
    if (seconds === 0) this.#ending = 'timeout';
    else this.#timer = this.#core.timers.set(seconds * 1_000, () => this.#expire());
    this.changed();
  }

  #expire(): void {
    this.#ending = 'timeout';
    this.changed();
  }

  #notify(): void {
    if (this.#isOver) return;
    this.#isNotifying = true;
    this.#isStale = false;
    const ending = this.#ending;
    const summary = this.#core.handler.messageSummary?.(this.#subscriber) ?? { fresh: 0, heard: 0 };
    sendInDialog(
      this.#core,
      this.#state,
      'NOTIFY',
      () => ({
        lines: eventLine + headerLine('Subscription-State', this.#stateText(ending)),
        contentType: 'application/simple-message-summary',
        body: summaryText(summary),
      }),
      (status) => this.#notified(status, ending !== undefined),
    );
  }

  /** RFC 6665 §4.2.2: a NOTIFY that fails ends the subscription. */
  #notified(status: number, wasLast: boolean): void {
    this.#isNotifying = false;
    if (wasLast || status >= 300) this.#end();
    else if (this.#isStale) this.#notify();
  }

  #stateText(ending: 'timeout' | undefined): string {
    if (ending) return `terminated;reason=${ending}`;
    const leftMs = (this.#timer?.atMs ?? 0) - this.#core.clock.nowMs();
    return `active;expires=${Math.max(1, Math.round(leftMs / 1_000))}`;
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#core.timers.cancel(this.#timer);
    this.#core.dialogs.delete(this.#state.key);
    this.#onOver();
  }
}

/** RFC 3842 §3.5: whether any is new, and how many of each; nothing is urgent here. */
export function summaryText({ fresh, heard }: MessageSummary): string {
  return `Messages-Waiting: ${fresh > 0 ? 'yes' : 'no'}\r\nVoice-Message: ${fresh}/${heard} (0/0)\r\n`;
}

function accepts(request: SipRequest): boolean {
  const accepted = request.list('Accept');
  return (
    accepted.length === 0 ||
    accepted.some((one) => /^(application\/(simple-message-summary|\*)|\*\/\*)\s*(;|$)/i.test(one))
  );
}

function secondsOf(request: SipRequest): number {
  const asked = /^\d{1,10}$/.exec(request.field('Expires')?.trim() ?? '')?.[0];
  return Math.min(Number(asked ?? sipExpiresSecondsDefault), sipExpiresSecondsMax);
}

function keyOf({ realm, username }: Subscriber): string {
  return `${username}@${realm}`;
}
