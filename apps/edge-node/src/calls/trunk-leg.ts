/** A leg to an outside number, which takes one of its trunk's channels for as long as it lives. */
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type {
  DialogEnd,
  InviteFailure,
  OutgoingInviteListener,
  SipFlow,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { serverRestMs, trunkHealthLimits } from '../limits.ts';
import type { ServerLocation } from '../trunks/server-location.ts';
import type { TrunkAtNode } from '../trunks/trunk-directory.ts';
import type { ReleaseCause } from './call-leg.ts';
import { OutgoingSipLeg, type OutgoingLegListener } from './outgoing-sip-leg.ts';

/** One server of a trunk, and the list it is of. */
export interface TrunkWay {
  readonly trunk: TrunkAtNode;
  readonly location: ServerLocation;
  readonly server: SipFlow;
}

export class TrunkLeg extends OutgoingSipLeg {
  #trunk: TrunkAtNode | null;
  readonly #location: ServerLocation;
  readonly #server: SipFlow;
  #isHeard = false;

  constructor(media: RtpLeg, way: TrunkWay, progress: OutgoingLegListener) {
    super(media, progress);
    const { trunk, location, server } = way;
    this.#trunk = trunk;
    this.#location = location;
    this.#server = server;
    trunk.inUse.outbound++;
  }

  /** Whose channel it holds; null once it has given it back. */
  get trunk(): TrunkAtNode | null {
    return this.#trunk;
  }

  override release(cause?: ReleaseCause): void {
    this.#freeChannel();
    super.release(cause);
  }

  override onProgress(progress: Parameters<OutgoingInviteListener['onProgress']>[0]): void {
    this.#isHeard = true;
    this.#location.wake(this.#server);
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
      if (!this.#isHeard && this.#wasLast(serverRestMs)) trunk.onExperience({ kind: 'call-unanswered' });
      return;
    }
    if (status !== 503) {
      this.#location.wake(this.#server);
      return trunk.onExperience({ kind: 'call-answered' });
    }
    // RFC 3261 §21.5.4: a client should not send it further requests for that time.
    const forMs = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1_000;
    const wasLast = this.#wasLast(forMs ?? serverRestMs);
    if (wasLast && forMs !== undefined) trunk.onExperience({ kind: 'turned-away', forMs });
    else trunk.onExperience({ kind: 'call-answered' });
  }

  /** This server rests; true where no other of the trunk is awake. */
  #wasLast(forMs: number): boolean {
    this.#location.rest(this.#server, Math.min(forMs, trunkHealthLimits.restMaxMs));
    return !this.#location.hasAwake;
  }

  #freeChannel(): void {
    if (this.#trunk) this.#trunk.inUse.outbound--;
    this.#trunk = null;
  }
}
