/** A leg to an outside number, which takes one of its trunk's channels for as long as it lives. */
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type { DialogEnd } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { TrunkAtNode } from '../trunks/trunk-directory.ts';
import type { ReleaseCause } from './call-leg.ts';
import { OutgoingSipLeg, type OutgoingLegListener } from './outgoing-sip-leg.ts';

export class TrunkLeg extends OutgoingSipLeg {
  #trunk: TrunkAtNode | null;

  constructor(media: RtpLeg, trunk: TrunkAtNode, progress: OutgoingLegListener) {
    super(media, progress);
    this.#trunk = trunk;
    trunk.inUse.outbound++;
  }

  override release(cause?: ReleaseCause): void {
    this.#freeChannel();
    super.release(cause);
  }

  override onFailed(failure: { readonly status: number }): void {
    this.#freeChannel();
    super.onFailed(failure);
  }

  override onEnded(end: DialogEnd): void {
    this.#freeChannel();
    super.onEnded(end);
  }

  #freeChannel(): void {
    if (this.#trunk) this.#trunk.inUse.outbound--;
    this.#trunk = null;
  }
}
