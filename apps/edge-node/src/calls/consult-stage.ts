/** The stage in which an agent has stepped aside to ask somebody, whichever node does the asking. */
import type { DeskInteraction } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { DeskOutcome } from '../agents/desk-commands.ts';
import type { CallStage } from './call-stage.ts';
import type { Call } from './call.ts';
import { Conversation } from './converse.ts';
import type { Party } from './party.ts';
import type { SipLeg } from './sip-leg.ts';

export type ConsultOutcome = 'back' | 'transfer' | 'conference';

/** The two lines of a desk phone that asks: it is on either, and leaves one when the question is over. */
export interface SecondLine {
  readonly lines: readonly SipLeg[];
  leave(outcome: ConsultOutcome): void;
}

export abstract class ConsultStage implements CallStage {
  readonly state = 'consulting';
  readonly call: Call;
  readonly by: Party;
  #secondLine: SecondLine | null = null;

  constructor(call: Call, by: Party) {
    this.call = call;
    this.by = by;
  }

  /** Of the phone that asks on a second line. */
  get lines(): readonly SipLeg[] {
    return this.#secondLine?.lines ?? [];
  }

  takeLine(line: SecondLine): void {
    this.#secondLine = line;
  }

  abstract get isAnswered(): boolean;
  abstract describe(): NonNullable<DeskInteraction['consult']>;
  /** A phone of two lines has turned to whoever is asked, or back to the customer for a while. */
  abstract turn(isAsking: boolean): void;
  abstract end(outcome: ConsultOutcome): DeskOutcome | Promise<DeskOutcome>;
  abstract onCallEnded(reason: EndReason): void;

  protected leaveLine(outcome: ConsultOutcome): void {
    const line = this.#secondLine;
    this.#secondLine = null;
    line?.leave(outcome);
  }

  protected converse(): void {
    this.call.enter(new Conversation(this.call));
    this.call.tellSeats();
  }
}
