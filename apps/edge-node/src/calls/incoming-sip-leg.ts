/** The leg of whoever called us: rings, may be spoken to before it is answered, is answered once. */
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { retryAfterSeconds } from '../limits.ts';
import { elsewhereRelease, type ReleaseCause } from './call-leg.ts';
import { SipLeg } from './sip-leg.ts';

export class IncomingSipLeg extends SipLeg {
  readonly #invite: IncomingInvite;
  readonly #sdp: string;
  #hasEarlyMedia = false;
  /** Why its caller gave up while it rang: another has answered. */
  withdrawnFor: ReleaseCause | undefined;

  /** `sdp`: our answer, or our offer where the INVITE brought none. */
  constructor(invite: IncomingInvite, media: RtpLeg, sdp: string) {
    super(media);
    this.#invite = invite;
    this.#sdp = sdp;
    invite.onCancelled = (reason) => {
      if (reason?.cause === elsewhereRelease.cause) this.withdrawnFor = elsewhereRelease;
      this.onEnded({ by: 'remote' });
    };
    invite.early = this;
  }

  ring(): void {
    if (!this.isAnswered && !this.isReleased && !this.#hasEarlyMedia) this.#invite.progress(180);
  }

  /** Sound before the answer: announcements, a far side's own tones. False where the INVITE brought no offer and ours could get lost. */
  openEarlyMedia(): boolean {
    if (!this.#invite.allowsEarlyMedia || this.isReleased) return false;
    if (!this.#hasEarlyMedia && !this.isAnswered) {
      this.#hasEarlyMedia = true;
      this.#invite.progress(183, this.#sdp);
    }
    return true;
  }

  answer(): void {
    if (this.isAnswered || this.isReleased) return;
    this.#invite.onCancelled = undefined;
    this.dialog = this.#invite.accept(this.#sdp, this);
  }

  protected giveUp(cause: ReleaseCause): void {
    this.#invite.onCancelled = undefined;
    const { status, cause: why, text } = cause;
    // RFC 6432: the telephone network's reason goes along; RFC 3261 §21.5.4: a 503 says when to come again.
    const reason = { cause: { cause: why, text } };
    this.#invite.reject(status, status === 503 ? { ...reason, retryAfterSeconds } : reason);
  }
}
