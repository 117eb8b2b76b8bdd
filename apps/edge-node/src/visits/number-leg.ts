/**
 * The leg of whoever serves a caller of ours at another node that is reached by a number of the public network (B-06): its sound goes over
 * a trunk as to anybody outside, its words by the link. Neither waits for the other: what a host says first is heard when it has answered.
 */
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type { Dialog, DialogEnd, InviteFailure } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { ReleaseCause } from '../calls/call-leg.ts';
import type { Call } from '../calls/call.ts';
import type { OutgoingLegListener } from '../calls/outgoing-sip-leg.ts';
import { TrunkLeg, type TrunkWay } from '../calls/trunk-leg.ts';
import { HostTalk } from './host-talk.ts';
import { readVisitText } from './read-visit.ts';
import type { LineOf } from './visit-lines.ts';
import { VisitPulse } from './visit-pulse.ts';

export class NumberLeg extends TrunkLeg {
  readonly hostNodeId: NodeId;
  readonly #call: Call;
  readonly #talk: HostTalk;
  #pulse: VisitPulse | null = null;
  #whenAnswered: (() => void)[] = [];

  constructor(
    media: RtpLeg,
    way: TrunkWay,
    at: { readonly call: Call; readonly line: LineOf; readonly isAside: boolean },
    progress: OutgoingLegListener,
  ) {
    super(media, way, progress);
    const { call, line, isAside } = at;
    this.hostNodeId = line.nodeId;
    this.#call = call;
    const words = call.services.visitLines.open(line, { hear: (text) => this.#heard(text) });
    this.#talk = new HostTalk(call, this, { isAside, way: words });
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
    if (this.isReleased) return;
    this.#pulse = VisitPulse.start(this.#call, this, this.#talk.way, answer.dialog);
    for (const hear of this.#whenAnswered.splice(0)) hear();
  }

  override onFailed(failure: InviteFailure): void {
    this.#over();
    super.onFailed(failure);
  }

  override release(cause?: ReleaseCause): void {
    this.#pulse?.stop();
    if (!this.isReleased && !this.isAnswered) this.#over();
    super.release(cause);
  }

  override onEnded(end: DialogEnd): void {
    this.#over();
    if (!this.#talk.toldReason && isNobodysWish(end)) this.#talk.comesBack = true;
    super.onEnded(end);
  }

  /** The word of it goes another way than the BYE, and is to be there first. */
  protected override hangUp(dialog: Dialog, cause: ReleaseCause): void {
    this.#talk.sayEnded(() => {
      this.#over();
      super.hangUp(dialog, cause);
    });
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

  #over(): void {
    this.#pulse?.stop();
    this.#talk.way.close();
    for (const refuse of this.#whenAnswered.splice(0)) refuse();
  }

  #heard(text: string): number | Promise<number> {
    if (this.isAnswered || this.isReleased) return this.#hear(text);
    return new Promise((settle) => this.#whenAnswered.push(() => settle(this.#hear(text))));
  }

  #hear(text: string): number | Promise<number> {
    if (this.isReleased) return 481;
    const read = readVisitText(text);
    if (read.ok) {
      // What is left is the carrier's to say.
      if (read.value.kind === 'ended') this.#pulse?.stop();
      return this.#talk.hear(read.value);
    }
    const { services, id: callId } = this.#call;
    services.log.warn({ callId, why: read.failure }, 'a word of a visit was not understood');
    return 400;
  }
}

/** Q.850: what ends a call that people have ended, or that may not be. From 128 on it is a status of SIP's, which no network carries. */
const wished: ReadonlySet<number> = new Set([16, 17, 21, 31]);

/** A host that dies says nothing; of one that could not say by the link that the caller comes back the network brings the cause. */
function isNobodysWish({ by, reason }: DialogEnd): boolean {
  if (by !== 'remote') return by !== 'local';
  return reason !== undefined && reason.cause < 128 && !wished.has(reason.cause);
}
