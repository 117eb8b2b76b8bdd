/** A leg over SIP, once it has a dialog: answers re-INVITEs, hears digits by INFO, notices hold and the far side's BYE. */
import type { LegKey, RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type {
  Dialog,
  DialogEnd,
  DialogListener,
  ReferRequest,
  Referral,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import {
  deafListener,
  normalRelease,
  type CallLeg,
  type LegListener,
  type ReleaseCause,
} from './call-leg.ts';

export abstract class SipLeg implements CallLeg, DialogListener {
  readonly key: LegKey;
  readonly media: RtpLeg;
  isHolding = false;
  listener: LegListener = deafListener;
  protected dialog: Dialog | null = null;
  protected isReleased = false;
  /** What the phone of this leg has asked for, and wants to hear the end of. */
  #referral: Referral | null = null;

  constructor(media: RtpLeg) {
    this.key = media.key;
    this.media = media;
  }

  get isAnswered(): boolean {
    return this.dialog !== null;
  }

  /** Whether this is the leg under that relation. */
  has(dialog: Dialog): boolean {
    return this.dialog === dialog;
  }

  release(cause: ReleaseCause = normalRelease): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.listener = deafListener;
    if (this.dialog) this.hangUp(this.dialog, cause);
    else this.giveUp(cause);
    this.media.close();
  }

  /** A phone that has sent the other side elsewhere stays on the line until it has heard how that went. */
  protected hangUp(dialog: Dialog, { cause, text }: ReleaseCause): void {
    const bye = () => dialog.bye({ cause, text });
    if (this.#referral && !this.#referral.isOver) this.#referral.onOver = bye;
    else bye();
  }

  /** Ends the attempt that was never answered. */
  protected abstract giveUp(cause: ReleaseCause): void;

  onReinvite(sdp: string): string | number {
    if (this.isReleased) return 488;
    // RFC 3261 §14.2: a re-INVITE without a body asks for an offer.
    if (sdp === '') return this.media.offer();
    const outcome = this.media.answer(sdp);
    if (!outcome.ok) return 488;
    if (outcome.isHeld !== this.isHolding) {
      this.isHolding = outcome.isHeld;
      this.listener.onHold(this);
    }
    return outcome.sdp;
  }

  onLateAnswer(sdp: string): void {
    this.media.accept(sdp);
  }

  onInfoDigit(digit: string): void {
    this.listener.onDigit(this, digit);
  }

  onRefer(request: ReferRequest, referral: Referral): number {
    const status = this.listener.onRefer?.(this, request, referral) ?? 603;
    if (status < 300) this.#referral = referral;
    return status;
  }

  onEnded(end: DialogEnd): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.media.close();
    const listener = this.listener;
    this.listener = deafListener;
    listener.onGone(this, end.by === 'local' ? 'remote' : end.by, end.reason?.text);
  }
}
