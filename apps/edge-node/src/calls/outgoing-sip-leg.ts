/** The leg of somebody we call: a phone that rings, or an outside number over a trunk. */
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type {
  Dialog,
  OutgoingInvite,
  OutgoingInviteListener,
  OutgoingInviteRequest,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { ReleaseCause } from './call-leg.ts';
import { SipLeg } from './sip-leg.ts';

export interface InvitingCall {
  invite(request: OutgoingInviteRequest, leg: OutgoingSipLeg): OutgoingInvite;
}

export interface OutgoingLegListener {
  /** `hasSound`: the far side sends its own tones or words. */
  onRinging(leg: OutgoingSipLeg, hasSound: boolean): void;
  onAnswered(leg: OutgoingSipLeg): void;
  onFailed(leg: OutgoingSipLeg, status: number): void;
}

export class OutgoingSipLeg extends SipLeg implements OutgoingInviteListener {
  readonly #progress: OutgoingLegListener;
  #invite: OutgoingInvite | null = null;
  #hasSound = false;
  /** What the branch that is listened to says of its sound. */
  #earlySdp = '';

  constructor(media: RtpLeg, progress: OutgoingLegListener) {
    super(media);
    this.#progress = progress;
  }

  start(call: InvitingCall, request: Omit<OutgoingInviteRequest, 'sdp'>): OutgoingInvite {
    this.#invite = call.invite({ ...request, sdp: this.media.offer() }, this);
    return this.#invite;
  }

  onProgress(progress: { readonly status: number; readonly sdp: string }): void {
    if (this.isReleased) return;
    // Of a call that forked, whoever spoke last is heard.
    if (progress.sdp !== '' && progress.sdp !== this.#earlySdp) {
      this.#earlySdp = progress.sdp;
      this.#hasSound = this.media.accept(progress.sdp).ok;
    }
    this.#progress.onRinging(this, this.#hasSound);
  }

  onAnswered(answer: { readonly sdp: string; readonly dialog: Dialog }): void {
    // The answer crossed our giving up.
    if (this.isReleased) return answer.dialog.bye();
    this.dialog = answer.dialog;
    const outcome = this.media.accept(answer.sdp);
    if (outcome.ok) return this.#progress.onAnswered(this);
    this.release();
    this.#progress.onFailed(this, 488);
  }

  onFailed(failure: { readonly status: number }): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.media.close();
    this.#progress.onFailed(this, failure.status);
  }

  protected giveUp({ cause, text }: ReleaseCause): void {
    this.#invite?.cancel({ cause, text });
  }
}
