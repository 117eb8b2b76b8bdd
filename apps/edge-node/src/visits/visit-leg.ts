/** The leg of whoever serves a caller of ours at another node, the host: to the call it is the agent's. */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { VisitWord } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type {
  Dialog,
  DialogEnd,
  InviteFailure,
  SipPart,
  SipReason,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { ReleaseCause } from '../calls/call-leg.ts';
import { aroundParty } from '../calls/around-party.ts';
import type { Call } from '../calls/call.ts';
import { OutgoingSipLeg, type OutgoingLegListener } from '../calls/outgoing-sip-leg.ts';
import { hearHost } from './hear-host.ts';
import { readVisitWord } from './read-visit.ts';
import { takeData } from './visit-data.ts';
import { VisitPulse } from './visit-pulse.ts';
import { sayVisitWord } from './say-visit-word.ts';
import { dataOf } from './visit-data.ts';

/** A caller passed on by the home hears nothing of the end of the visit. */
const passedOn: EndReason = { party: 'agent', code: 'transferred' };

export class VisitLeg extends OutgoingSipLeg {
  readonly hostNodeId: NodeId;
  toldReason: EndReason | undefined;
  /** The caller is to wait for another: the host says so, or is gone. */
  comesBack = false;
  /** B-02: the flow that ran there is over, and what it found is known. */
  hasReturned = false;
  /** What the host refused it with, beside the status. */
  failureCause: SipReason | undefined;
  /** Whoever is there serves nobody yet. */
  #isAside: boolean;
  readonly #call: Call;
  #pulse: VisitPulse | null = null;
  /** What the host was told last of those around. */
  #around = JSON.stringify({ consult: null, consultFailed: null, parties: [] });

  constructor(
    media: RtpLeg,
    at: { readonly call: Call; readonly hostNodeId: NodeId; readonly isAside: boolean },
    progress: OutgoingLegListener,
  ) {
    super(media, progress);
    this.hostNodeId = at.hostNodeId;
    this.#isAside = at.isAside;
    this.#call = at.call;
  }

  override onAnswered(answer: { readonly sdp: string; readonly dialog: Dialog }): void {
    super.onAnswered(answer);
    if (!this.isReleased) this.#pulse = VisitPulse.start(this.#call, this, answer.dialog);
  }

  override onFailed(failure: InviteFailure): void {
    this.failureCause = failure.cause;
    super.onFailed(failure);
  }

  override release(cause?: ReleaseCause): void {
    if (!this.isReleased)
      sayVisitWord(this.dialog, {
        kind: 'ended',
        reason: this.#call.endReason ?? passedOn,
        comesBack: false,
      });
    this.#pulse?.stop();
    super.release(cause);
  }

  override onEnded(end: DialogEnd): void {
    this.#pulse?.stop();
    // A host that dies says nothing.
    if (end.by !== 'remote' && end.by !== 'local') this.comesBack = true;
    super.onEnded(end);
  }

  handedOver(): void {
    if (!this.#isAside) return;
    this.#isAside = false;
    const isRecorded = this.#call.sound.recording.isWantedAtHost(this.#call.queue);
    sayVisitWord(this.dialog, { kind: 'handed-over', isRecorded });
  }

  dataChanged(): void {
    sayVisitWord(this.dialog, { kind: 'data', data: dataOf(this.#call) });
  }

  partiesChanged(): void {
    const party = this.#call.parties.find(({ leg }) => leg === this);
    if (!party || this.isReleased) return;
    const around = aroundParty(this.#call, party);
    const told = JSON.stringify(around);
    if (told === this.#around) return;
    this.#around = told;
    sayVisitWord(this.dialog, { kind: 'around', ...around });
  }

  onInfo(info: SipPart): number | Promise<number> | undefined {
    const read = readVisitWord(info);
    if (!read) return undefined;
    if (read.ok) return this.#hear(read.value);
    const { services, id: callId } = this.#call;
    services.log.warn({ callId, why: read.failure }, 'a word of a visit was not understood');
    return 400;
  }

  #hear(word: VisitWord): number | Promise<number> {
    if (word.kind === 'handed-over' || word.kind === 'around') return 400;
    if (word.kind !== 'ended') return hearHost(this.#call, this, word);
    this.toldReason = word.reason;
    this.comesBack = word.comesBack;
    if (word.returned) {
      takeData(this.#call, word.returned);
      this.hasReturned = true;
    }
    return 200;
  }
}
