/** The leg of whoever serves a caller of ours at another node, the host, that is reached by SIP: to the call it is the agent's. */
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type {
  Dialog,
  DialogEnd,
  InviteFailure,
  SipPart,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { ReleaseCause } from '../calls/call-leg.ts';
import type { Call } from '../calls/call.ts';
import { OutgoingSipLeg, type OutgoingLegListener } from '../calls/outgoing-sip-leg.ts';
import { HostTalk } from './host-talk.ts';
import { readVisitWord } from './read-visit.ts';
import { VisitPulse } from './visit-pulse.ts';
import { DialogWay } from './visit-way.ts';

export class VisitLeg extends OutgoingSipLeg {
  readonly hostNodeId: NodeId;
  /** How the host refused it, or why it was not reached. */
  failure: InviteFailure | undefined;
  readonly #call: Call;
  readonly #talk: HostTalk;
  #pulse: VisitPulse | null = null;

  constructor(
    media: RtpLeg,
    at: { readonly call: Call; readonly hostNodeId: NodeId; readonly isAside: boolean },
    progress: OutgoingLegListener,
  ) {
    super(media, progress);
    this.hostNodeId = at.hostNodeId;
    this.#call = at.call;
    const way = new DialogWay(() => this.dialog);
    this.#talk = new HostTalk(at.call, this, { isAside: at.isAside, way });
  }

  get toldReason() {
    return this.#talk.toldReason;
  }

  get comesBack() {
    return this.#talk.comesBack;
  }

  get hasReturned() {
    return this.#talk.hasReturned;
  }

  override onAnswered(answer: { readonly sdp: string; readonly dialog: Dialog }): void {
    super.onAnswered(answer);
    if (!this.isReleased) this.#pulse = VisitPulse.start(this.#call, this, this.#talk.way, answer.dialog);
  }

  override onFailed(failure: InviteFailure): void {
    this.failure = failure;
    super.onFailed(failure);
  }

  override release(cause?: ReleaseCause): void {
    if (!this.isReleased) this.#talk.sayEnded();
    this.#pulse?.stop();
    super.release(cause);
  }

  override onEnded(end: DialogEnd): void {
    this.#pulse?.stop();
    // A host that dies says nothing.
    if (end.by !== 'remote' && end.by !== 'local') this.#talk.comesBack = true;
    super.onEnded(end);
  }

  handedOver(): void {
    this.#talk.handedOver();
  }

  dataChanged(): void {
    this.#talk.dataChanged();
  }

  partiesChanged(): void {
    if (!this.isReleased) this.#talk.partiesChanged();
  }

  onInfo(info: SipPart): number | Promise<number> | undefined {
    const read = readVisitWord(info);
    if (!read) return undefined;
    if (read.ok) return this.#talk.hear(read.value);
    const { services, id: callId } = this.#call;
    services.log.warn({ callId, why: read.failure }, 'a word of a visit was not understood');
    return 400;
  }
}
