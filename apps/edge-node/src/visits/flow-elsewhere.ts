/**
 * B-02: the stage in which a caller of ours is in a flow that runs at another site, led there by a flow of ours or passed on by an agent. Until
 * an agent there has them, they are our flow's still, where there is one: it goes on when that one has returned, when no node takes it, and
 * when whoever ran it is gone.
 */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { FlowEffect } from '@seatgrid/core/flows/flow-effect.ts';
import type { CallLeg } from '../calls/call-leg.ts';
import type { CallStage } from '../calls/call-stage.ts';
import type { Call } from '../calls/call.ts';
import { Conversation } from '../calls/converse.ts';
import { connect } from '../calls/join-call.ts';
import { dropPartner } from '../calls/let-go.ts';
import { Party } from '../calls/party.ts';
import { siteFlowAnswerMs } from '../limits.ts';
import { VisitRing } from './visit-ring.ts';
import type { FlowKept } from './visit-terms.ts';

/** Which flow, and where. */
export type SiteFlowWanted = Pick<FlowEffect & { kind: 'site-flow' }, 'siteId' | 'flowId'>;

export type CameBack = 'returned' | 'unreachable' | 'lost';

export class FlowElsewhere implements CallStage {
  readonly state = 'in-flow';
  readonly #call: Call;
  readonly #wanted: SiteFlowWanted;
  readonly #onBack: (how: CameBack) => void;
  #ring: VisitRing | null = null;
  #party: Party | null = null;

  constructor(call: Call, wanted: SiteFlowWanted, onBack: (how: CameBack) => void) {
    this.#call = call;
    this.#wanted = wanted;
    this.#onBack = onBack;
  }

  begin(): void {
    const call = this.#call;
    call.enter(this);
    void call.services.siteFlows.seek(call, this.#wanted).then((kept) =>
      call.run(() => {
        if (call.stage !== this) return;
        if (kept) this.#dial(kept);
        else this.#onBack('unreachable');
      }),
    );
  }

  /** A node that takes the call has been found. */
  go(kept: FlowKept): void {
    this.#call.enter(this);
    this.#dial(kept);
  }

  isOverBy(party: Party, reason: EndReason): boolean {
    if (party !== this.#call.customer) return false;
    this.#call.end(reason, party);
    return true;
  }

  isBackFrom(party: Party): boolean {
    if (party !== this.#party) return false;
    const { leg } = party;
    dropPartner(this.#call, 'platform');
    this.#onBack(leg.hasReturned ? 'returned' : 'lost');
    return true;
  }

  /** Our flow is done with the call, as with one that an agent beside us has answered. */
  onServed(): void {
    const call = this.#call;
    const { flow } = call;
    call.flow = null;
    flow?.callLeft();
    call.talk.start(call.services.clock.nowMs());
    call.enter(new Conversation(call));
  }

  onCallEnded(): void {
    this.#ring?.withdraw();
  }

  #dial(kept: FlowKept): void {
    const call = this.#call;
    const { flowId } = this.#wanted;
    const request = {
      call,
      queue: call.queue,
      agentId: null,
      flowId,
      ringTimeoutMs: siteFlowAnswerMs,
      ...kept,
    };
    this.#ring = new VisitRing(request, (outcome) => {
      this.#ring = null;
      if (outcome.kind === 'accepted') this.#answered(outcome.leg);
      else this.#onBack('unreachable');
    });
    this.#ring.start();
  }

  #answered(leg: CallLeg): void {
    this.#party = new Party(leg, null);
    connect(this.#call, this.#party);
  }
}
