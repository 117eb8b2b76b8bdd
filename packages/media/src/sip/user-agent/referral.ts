/**
 * A REFER that was accepted: the implicit subscription it opened (RFC 3515 §2.4), whose NOTIFYs tell the referrer how the
 * reference goes, one after another, until a final status ends it.
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { sipReferralSecondsMax } from '../../limits.ts';
import { reasonPhrase } from '../message/status.ts';
import { headerLine } from '../message/write-message.ts';
import type { Timer, TimerQueue } from '../transaction/timer-queue.ts';
import type { InDialogContent } from './in-dialog-request.ts';
import type { Referral } from './sip-user-agent.ts';

export interface ReferralWays {
  readonly timers: TimerQueue;
  readonly clock: Clock;
  /** `refer`, with an id where it is not the first REFER of its dialog (RFC 3515 §2.4.6). */
  readonly event: string;
  notify(content: InDialogContent, done: (status: number) => void): void;
}

export class OpenReferral implements Referral {
  readonly #ways: ReferralWays;
  #timer: Timer;
  /** The last that was said, and what is to be said when the NOTIFY before it is answered. */
  #status = 0;
  #next: number | undefined;
  #isNotifying = true;
  /** No more is to be said; what is under way may still be. */
  #isDecided = false;
  #isExpired = false;
  isOver = false;
  onOver: (() => void) | undefined;

  constructor(ways: ReferralWays) {
    this.#ways = ways;
    this.#timer = this.#lastFor(sipReferralSecondsMax);
  }

  get event(): string {
    return this.#ways.event;
  }

  /** The 2xx to the REFER has gone out. */
  begin(): void {
    this.#isNotifying = false;
    // RFC 3515 §2.4.4: a NOTIFY at once.
    this.#say(this.#next ?? 100);
  }

  progress(status: number): void {
    if (this.#isDecided || status === this.#status) return;
    if (status >= 200) {
      this.#isDecided = true;
      this.#ways.timers.cancel(this.#timer);
    }
    this.#next = status;
    if (!this.#isNotifying) this.#say(status);
  }

  /** RFC 3515 §2.4.4: a SUBSCRIBE of the referrer keeps it for longer, or with 0 ends it. How it goes is told in answer. */
  extend(seconds: number): void {
    if (this.#isDecided) return;
    this.#ways.timers.cancel(this.#timer);
    if (seconds === 0) return this.#expire();
    this.#timer = this.#lastFor(seconds);
    this.#next ??= this.#status;
    if (!this.#isNotifying) this.#say(this.#next);
  }

  /** RFC 3515 §2.4.4: the subscription has an end, which says nothing of the reference: that goes on, and is told no more of. */
  #lastFor(seconds: number): Timer {
    return this.#ways.timers.set(seconds * 1_000, () => this.#expire());
  }

  #expire(): void {
    this.#isDecided = this.#isExpired = true;
    this.#next ??= this.#status;
    if (!this.#isNotifying) this.#say(this.#next);
  }

  /** RFC 6665 §4.1.3: what stands in `expires` is how long it still lasts. */
  #stateWith(status: number): string {
    // RFC 3515 §2.4.7: a final status ends it with `noresource`.
    if (status >= 200) return 'terminated;reason=noresource';
    if (this.#isExpired) return 'terminated;reason=timeout';
    return `active;expires=${Math.max(1, Math.round((this.#timer.atMs - this.#ways.clock.nowMs()) / 1_000))}`;
  }

  #say(status: number): void {
    this.#next = undefined;
    this.#status = status;
    this.#isNotifying = true;
    const state = this.#stateWith(status);
    const lines = headerLine('Event', this.#ways.event) + headerLine('Subscription-State', state);
    // RFC 3515 §2.4.5: a status line is all a sipfrag needs.
    const body = `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`;
    this.#ways.notify({ lines, contentType: 'message/sipfrag;version=2.0', body }, (answer) => {
      this.#isNotifying = false;
      // RFC 6665 §4.2.2: a NOTIFY that is refused for good ends the subscription.
      if (answer >= 300) this.abandon();
      else if (this.#next !== undefined) this.#say(this.#next);
      else if (this.#isDecided) this.#finish();
    });
  }

  /** The REFER was refused, or nobody listens. */
  abandon(): void {
    this.#isDecided = true;
    this.#next = undefined;
    this.#ways.timers.cancel(this.#timer);
    this.#finish();
  }

  #finish(): void {
    this.isOver = true;
    const told = this.onOver;
    this.onOver = undefined;
    told?.();
  }
}

/** RFC 4488 §4: the referrer does not want to hear. */
export const silentReferral: Referral = { progress() {}, isOver: true, onOver: undefined };
