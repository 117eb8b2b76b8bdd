/** A leg to an outside number, which takes one of its trunk's channels for as long as it lives. */
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type {
  DialogEnd,
  InviteFailure,
  OutgoingInviteListener,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { TrunkAtNode } from '../trunks/trunk-directory.ts';
import type { ReleaseCause } from './call-leg.ts';
import { OutgoingSipLeg, type OutgoingLegListener } from './outgoing-sip-leg.ts';

export class TrunkLeg extends OutgoingSipLeg {
  #trunk: TrunkAtNode | null;
  #isHeard = false;

  constructor(media: RtpLeg, trunk: TrunkAtNode, progress: OutgoingLegListener) {
    super(media, progress);
    this.#trunk = trunk;
    trunk.inUse.outbound++;
  }

  override release(cause?: ReleaseCause): void {
    this.#freeChannel();
    super.release(cause);
  }

  override onProgress(progress: Parameters<OutgoingInviteListener['onProgress']>[0]): void {
    this.#isHeard = true;
    this.#trunk?.onExperience({ kind: 'call-answered' });
    super.onProgress(progress);
  }

  override onFailed(failure: InviteFailure): void {
    this.#learnFrom(failure);
    this.#freeChannel();
    super.onFailed(failure);
  }

  override onEnded(end: DialogEnd): void {
    this.#freeChannel();
    super.onEnded(end);
  }

  #learnFrom({ status, by, retryAfterSeconds }: InviteFailure): void {
    const trunk = this.#trunk;
    if (!trunk || by === 'local') return;
    if (by !== 'remote') {
      // A line that rang has shown that somebody is there.
      if (!this.#isHeard) trunk.onExperience({ kind: 'call-unanswered' });
      return;
    }
    // RFC 3261 §21.5.4: a client should not send it further requests for that time.
    if (status === 503 && retryAfterSeconds !== undefined)
      trunk.onExperience({ kind: 'turned-away', forMs: retryAfterSeconds * 1_000 });
    else trunk.onExperience({ kind: 'call-answered' });
  }

  #freeChannel(): void {
    if (this.#trunk) this.#trunk.inUse.outbound--;
    this.#trunk = null;
  }
}
