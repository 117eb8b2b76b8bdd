/**
 * A REFER that was accepted: the implicit subscription it opened (RFC 3515 §2.4), whose NOTIFYs tell the referrer how the
 * reference goes, one after another, until a final status ends it.
 */
import { sipReferralSecondsMax } from '../../limits.ts';
import { reasonPhrase } from '../message/status.ts';
import { headerLine } from '../message/write-message.ts';
import type { Timer, TimerQueue } from '../transaction/timer-queue.ts';
import type { InDialogContent } from './in-dialog-request.ts';
import type { Referral } from './sip-user-agent.ts';

export interface ReferralWays {
  readonly timers: TimerQueue;
  /** `refer`, with an id where it is not the first REFER of its dialog (RFC 3515 §2.4.6). */
  readonly event: string;
  notify(content: InDialogContent, done: (status: number) => void): void;
}

export class OpenReferral implements Referral {
  readonly #ways: ReferralWays;
  readonly #timer: Timer;
  /** The last that was said, and what is to be said when the NOTIFY before it is answered. */
  #status = 0;
  #next: number | undefined;
  #isNotifying = true;
  /** No more is to be said; what is under way may still be. */
  #isDecided = false;
  isOver = false;
  onOver: (() => void) | undefined;

  constructor(ways: ReferralWays) {
    this.#ways = ways;
    // RFC 3515 §2.4.4: the subscription has an end; a reference still under way then is told no more of.
    this.#timer = ways.timers.set(sipReferralSecondsMax * 1_000, () => this.progress(408));
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

  #say(status: number): void {
    this.#next = undefined;
    this.#status = status;
    this.#isNotifying = true;
    const state = status >= 200 ? 'terminated;reason=noresource' : `active;expires=${sipReferralSecondsMax}`;
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
