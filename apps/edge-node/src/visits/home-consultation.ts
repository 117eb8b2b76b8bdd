/**
 * E-12 at a host: whoever is not beside the agent is asked by the home, where the caller is. The way to it carries whomever the
 * agent talks with just now, so the two stand aside together while it is not the caller; how it stands is the home's to say.
 */
import type { DeskInteraction } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { DeskOutcome } from '../agents/desk-commands.ts';
import type { Call } from '../calls/call.ts';
import { ConsultStage, type ConsultOutcome } from '../calls/consult-stage.ts';
import type { ConsultFailure } from '../calls/consultation.ts';
import type { Party } from '../calls/party.ts';

type Told = NonNullable<DeskInteraction['consult']>;

export class HomeConsultation extends ConsultStage {
  #told: Told;

  constructor(call: Call, by: Party, told: Told) {
    super(call, by);
    this.#told = told;
  }

  get isAnswered(): boolean {
    return this.#told.state === 'talking';
  }

  /** Since when is told by this node's own clock. */
  describe(): Told {
    return this.#told;
  }

  begin(): void {
    const { call, by } = this;
    by.retrieve(call.services.clock.nowMs());
    by.consultFailed = null;
    call.enter(this);
    this.#stand('consulting');
  }

  hear(told: Told): void {
    this.#told = told.state === this.#told.state ? { ...told, sinceMs: this.#told.sinceMs } : told;
  }

  turn(isAsking: boolean): void {
    this.#stand(isAsking ? 'consulting' : 'talking');
    void this.call.home!.ask({ kind: 'consult-turn', agentId: this.by.agentId!, isAsking });
  }

  /** What comes of it here is told by the home. */
  end(outcome: ConsultOutcome): Promise<DeskOutcome> {
    return this.call.home!.ask({ kind: 'end-consult', agentId: this.by.agentId!, outcome });
  }

  over(why: ConsultFailure | null): void {
    this.by.consultFailed = why;
    this.leaveLine('back');
    this.#stand('talking');
    this.converse();
  }

  /** Handed over, or hung up: both lines of a phone go. */
  onCallEnded(): void {
    this.leaveLine('transfer');
  }

  #stand(place: 'consulting' | 'talking'): void {
    this.by.place = this.call.customer!.place = place;
    this.call.sound.arrange();
  }
}
