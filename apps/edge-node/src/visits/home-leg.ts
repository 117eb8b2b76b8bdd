/** The caller's leg of a call that is served here and lives at another node: the way to that node, and the dialog both speak in. */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId, NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { DeskInteraction } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { VisitedCall, VisitWish, VisitWord } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type {
  Dialog,
  DialogEnd,
  IncomingInvite,
  SipPart,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { DeskOutcome } from '../agents/desk-commands.ts';
import { outcomeOfStatus } from '../agents/refusal-status.ts';
import type { CallHome } from '../calls/call-home.ts';
import type { ReleaseCause } from '../calls/call-leg.ts';
import type { Call } from '../calls/call.ts';
import { IncomingSipLeg } from '../calls/incoming-sip-leg.ts';
import { numberProofMs } from '../limits.ts';
import { stepIn } from './stand-aside.ts';
import { hearAround } from './hear-around.ts';
import { partiesAtHome } from './home-parties.ts';
import { readVisitText, readVisitWord } from './read-visit.ts';
import { watchRing } from './ring-watch.ts';
import { dataOf, takeData } from './visit-data.ts';
import { VisitPulse } from './visit-pulse.ts';
import type { ByNumber } from './visit-terms.ts';
import { DialogWay, type VisitWay } from './visit-way.ts';

/** Why a call is over here that the home has not brought. */
const notBrought = {
  withdrawn: { party: 'caller', code: 'abandoned' },
  'not-carried': { party: 'trunk', code: 'unreachable' },
} as const;

/** While it rang. Said to the carrier as that nobody answers: its lines are whole. */
const homeGone = { party: 'platform', code: 'unreachable', detail: 'the caller’s node is gone' } as const;
/** Q.850. */
const lostCause = { cause: 41, text: 'Temporary failure' };

export class HomeLeg extends IncomingSipLeg implements CallHome {
  readonly nodeId: NodeId;
  readonly isForFlow: boolean;
  /** False: whoever came by the number may be a stranger to it. */
  readonly isProven: boolean;
  isRecordedHere: boolean;
  readonly isRecordedThere: boolean;
  isAside: boolean;
  parties: DeskInteraction['parties'] = [];
  toldReason: EndReason | undefined;
  readonly #call: Call;
  readonly #way: VisitWay;
  #serving: AgentId | null;
  #comesBack = false;
  #hasReturned = false;
  #pulse: VisitPulse | null = null;
  #stopWatch: Cancel = () => {};

  constructor(
    invite: IncomingInvite,
    sound: { readonly media: RtpLeg; readonly sdp: string },
    visit: { readonly call: Call; readonly from: VisitedCall; readonly byNumber?: ByNumber },
  ) {
    super(invite, sound.media, sound.sdp);
    this.nodeId = visit.from.homeNodeId;
    this.isForFlow = visit.from.flowId !== undefined;
    this.isRecordedHere = visit.from.isRecorded;
    this.isRecordedThere = visit.from.isRecordedAtHome === true;
    this.isAside = visit.from.named?.consultedBy != null || visit.from.callback !== undefined;
    this.#call = visit.call;
    this.#serving = visit.from.agentId;
    const { call, from, byNumber } = visit;
    this.isProven = byNumber?.isProven ?? true;
    this.#way =
      byNumber === undefined
        ? new DialogWay(() => this.dialog)
        : call.services.visitLines.open(
            { nodeId: from.homeNodeId, token: byNumber.token },
            {
              hear: (text) => this.#heard(readVisitText(text)),
              onCallOff: (about) => call.run(() => call.end(notBrought[about], null)),
            },
          );
  }

  override ring(): void {
    super.ring();
    if (!this.#way.isBeside || this.isReleased) return;
    const call = this.#call;
    this.#stopWatch = watchRing({
      after: (delayMs, wake) => call.after(delayMs, wake),
      pulse: (onAnswer) => this.#way.pulse(onAnswer),
      onGone: () => call.run(() => call.end(homeGone, null)),
    });
  }

  override answer(): void {
    this.#stopWatch();
    super.answer();
    if (this.dialog) this.#pulse ??= VisitPulse.start(this.#call, this, this.#way, this.dialog);
  }

  override release(cause?: ReleaseCause): void {
    this.#stopWatch();
    this.#pulse?.stop();
    if (!this.isReleased && !this.#way.isBeside) this.#sayEnded();
    if (!this.isReleased && !this.isAnswered) this.#way.close();
    super.release(cause);
  }

  /** A word that goes another way than the BYE is to be there first. */
  protected override hangUp(dialog: Dialog, cause: ReleaseCause): void {
    const bye = (status = 200) => {
      this.#way.close();
      // The home that has not heard that the caller comes back knows it by the cause, which the network brings.
      const isUnheard = this.#comesBack && status !== 200;
      super.hangUp(dialog, isUnheard ? { ...cause, ...lostCause } : cause);
    };
    if (!this.#way.isBeside || !this.#sayEnded(bye)) bye();
  }

  /** False: there is nothing to say. */
  #sayEnded(onAnswer?: (status: number) => void): boolean {
    const { endReason } = this.#call;
    if (!endReason) return false;
    const returned = this.#hasReturned ? { returned: dataOf(this.#call) } : {};
    this.#way.say({ kind: 'ended', reason: endReason, comesBack: this.#comesBack, ...returned }, onAnswer);
    return true;
  }

  override onEnded(end: DialogEnd): void {
    this.#stopWatch();
    this.#pulse?.stop();
    this.#way.close();
    super.onEnded(end);
  }

  onInfo(info: SipPart): number | undefined {
    const read = readVisitWord(info);
    return read && this.#heard(read);
  }

  #heard(read: ReturnType<typeof readVisitText>): number {
    if (read.ok) return this.#hear(read.value) ? 200 : 400;
    const { services, id: callId } = this.#call;
    services.log.warn({ callId, why: read.failure }, 'a word of a visit was not understood');
    return 400;
  }

  /** False: not for the home to say. */
  #hear(word: VisitWord): boolean {
    const call = this.#call;
    switch (word.kind) {
      case 'ended':
        this.toldReason = word.reason;
        // What is left is the carrier's to say.
        if (this.#way.isBeside) this.#pulse?.stop();
        return true;
      case 'handed-over':
        this.isAside = false;
        this.isRecordedHere = word.isRecorded;
        call.run(() => stepIn(call));
        return true;
      case 'data':
        call.run(() => {
          takeData(call, word.data);
          call.dataChanged(this);
        });
        return true;
      case 'around':
        this.parties = partiesAtHome(word.parties);
        call.run(() => hearAround(call, word));
        return true;
      default:
        return false;
    }
  }

  ask(wish: VisitWish): Promise<DeskOutcome> {
    return new Promise((settle) => {
      const dialog = this.isReleased ? null : this.dialog;
      if (!dialog) return settle(outcomeOfStatus(491));
      this.#way.say(wish, (status) => settle(outcomeOfStatus(status)));
    });
  }

  /** Once it is answered: a word of the visit is heard at home when the line there is answered too, which no stranger's is. */
  prove(onKnown: (isHome: boolean) => void): void {
    let isKnown = false;
    const known = (isHome: boolean) => {
      if (isKnown) return;
      isKnown = true;
      cancel();
      this.#call.run(() => onKnown(isHome));
    };
    const cancel = this.#call.after(numberProofMs, () => known(false));
    this.#way.say({ kind: 'data', data: dataOf(this.#call) }, (status) => known(status === 200));
  }

  dataChanged(): void {
    this.#way.say({ kind: 'data', data: dataOf(this.#call) });
  }

  servedBy(agentId: AgentId): void {
    if (agentId === this.#serving) return;
    this.#serving = agentId;
    const { queue, waitMs } = this.#call;
    const waited = this.isForFlow ? { waited: { queueId: queue?.id ?? null, waitMs } } : {};
    this.#way.say({ kind: 'served-by', agentId, ...waited });
  }

  recordingPaused(by: AgentId | 'flow', isPaused: boolean): void {
    const agentId = by === 'flow' ? null : by;
    this.#way.say({ kind: 'recording-paused', agentId, isPaused });
  }

  giveBack(reason: EndReason): void {
    this.#comesBack = true;
    this.#call.end(reason, null);
  }

  flowReturned(): void {
    this.#hasReturned = true;
    this.giveBack({ party: 'platform', code: 'flow-ended' });
  }
}
