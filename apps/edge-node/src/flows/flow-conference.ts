/**
 * D-08: the parties a flow has brought into its caller's call, each by its name: dialled, let in, kept out, hung up. Who hears
 * whom follows from where they stand (`core/calls/hearing.ts`). A party that leaves takes nobody along; with the caller all go.
 */
import type { ConferenceAct } from '@seatgrid/core/flows/conference-act.ts';
import { dialFailureOf } from '@seatgrid/core/flows/dial-result.ts';
import type { FlowEffect } from '@seatgrid/core/flows/flow-effect.ts';
import type { FlowInput } from '@seatgrid/core/flows/flow-input.ts';
import type { CallLeg } from '../calls/call-leg.ts';
import type { Call } from '../calls/call.ts';
import { addParty, joinCall } from '../calls/join-call.ts';
import { partyLeft, removeParty } from '../calls/let-go.ts';
import { OutsideDial } from '../calls/outside-dial.ts';
import { Party } from '../calls/party.ts';
import { callMembersMax, failedDialMs } from '../limits.ts';

type Invitation = FlowEffect & { kind: 'invite-party' };
type Outcome = FlowInput & { kind: 'party-answered' | 'party-failed' };

export class FlowConference {
  readonly #call: Call;
  #parties: Map<string, Party> | null = null;
  #cancelDial = () => {};

  constructor(call: Call) {
    this.#call = call;
  }

  get hasParties(): boolean {
    return this.#parties !== null && this.#parties.size > 0;
  }

  invite(invitation: Invitation, onOutcome: (outcome: Outcome) => void): void {
    const call = this.#call;
    const way = call.services.waysOut.of(call.tenant, null);
    if (call.members.length >= callMembersMax) {
      this.#cancelDial = call.after(failedDialMs, () => onOutcome({ kind: 'party-failed', why: 'failed' }));
      return;
    }
    // Those who talk already go on talking while it rings.
    const isHeard = call.partner === null;
    const dial = new OutsideDial(
      {
        call,
        number: invitation.number,
        way,
        callerNumber: invitation.callerNumber ?? way.boundNumber ?? call.facts.toNumber,
        ringTimeoutMs: invitation.ringTimeoutMs,
      },
      {
        onRinging: (leg, hasSound) => {
          if (!isHeard) return;
          if (hasSound) call.sound.hearLeg(leg);
          else call.sound.hearRingback();
        },
        onAnswered: (leg) => {
          this.#joined(invitation, leg);
          onOutcome({ kind: 'party-answered' });
        },
        onFailed: (_outcome, status) => {
          if (isHeard) call.sound.hearNothing();
          onOutcome({ kind: 'party-failed', why: dialFailureOf(status) });
        },
      },
    );
    this.#cancelDial = () => dial.cancel();
    dial.start();
  }

  change(name: string, act: ConferenceAct): void {
    const party = this.#parties?.get(name);
    if (!party) return;
    const call = this.#call;
    call.record({ kind: 'conference.changed', callId: call.id, agentId: null, party: name, act });
    if (act === 'drop') return this.#remove(name, party, 'platform');
    party.place = act === 'let-in' ? 'talking' : 'kept-out';
    call.sound.arrange();
    call.tellSeats();
  }

  /** Whether it was one of these; then it is out, and its name is told. */
  left(party: Party): string | undefined {
    const name = [...(this.#parties ?? [])].find(([, one]) => one === party)?.[0];
    if (name !== undefined) this.#remove(name, party, 'other');
    return name;
  }

  /** Somebody else is to have the caller: nobody rings, or is in the call, any longer. */
  dissolve(): void {
    this.cancel();
    for (const [name, party] of this.#parties ?? []) this.#remove(name, party, 'platform');
  }

  /** Whoever rings just now. */
  cancel(): void {
    this.#cancelDial();
    this.#cancelDial = () => {};
  }

  #joined({ party: name, number, isLetIn }: Invitation, leg: CallLeg): void {
    const call = this.#call;
    const party = new Party(leg, null, number);
    party.name = name;
    party.joinedAtMs = call.services.clock.nowMs();
    if (!isLetIn) party.place = 'kept-out';
    this.#cancelDial = () => {};
    (this.#parties ??= new Map()).set(name, party);
    if (call.partner) addParty(call, party);
    else joinCall(call, party);
    call.enter(call.stage);
    call.tellSeats();
  }

  #remove(name: string, party: Party, by: 'other' | 'platform'): void {
    const call = this.#call;
    const nowMs = call.services.clock.nowMs();
    this.#parties?.delete(name);
    removeParty(call, party);
    partyLeft(call, party, by, nowMs);
    party.leg.release();
    if (call.partner) call.sound.arrange();
    else {
      call.talk.stop(nowMs);
      call.sound.hearNothing();
    }
    call.enter(call.stage);
    call.tellSeats();
  }
}
