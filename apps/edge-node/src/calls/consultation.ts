/**
 * E-12: the agent has stepped aside to ask a colleague or an outside number, and the customer hears music. It ends by going
 * back, by handing the customer over, or by bringing all together; handed over while it still rings, it rings on for the
 * customer.
 */
import type { TransferTarget } from '@seatgrid/contracts/journal/journal-event.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import type { DeskOutcome } from '../agents/desk-commands.ts';
import { dialRingTimeoutMs, transferRingTimeoutMs } from '../limits.ts';
import type { CallLeg } from './call-leg.ts';
import type { Call } from './call.ts';
import { ConsultStage, type ConsultOutcome } from './consult-stage.ts';
import { converse } from './converse.ts';
import type { Outside } from './dial-for-agent.ts';
import { addParty } from './join-call.ts';
import { dropPartner, letGo } from './let-go.ts';
import { shownNumberOf, OutsideDial } from './outside-dial.ts';
import { Party } from './party.ts';
import type { Colleague, Elsewhere } from './reach-colleague.ts';
import { ringPerson } from './ring-person.ts';

export type ConsultFailure = 'declined' | 'no-answer' | 'unreachable';
export type Consulted = Colleague | Elsewhere | Outside;

export class Consultation extends ConsultStage {
  readonly to: Consulted;
  readonly target: TransferTarget;
  sinceMs: number;
  /** Null while it rings. */
  consulted: Party | null = null;
  readonly #onNobody: () => void;
  #cancelAttempt: () => void = () => {};
  #isHandedOver = false;

  /** `onNobody`: it was handed over while it rang, and nobody took it. */
  constructor(
    call: Call,
    by: Party,
    to: {
      readonly consulted: Consulted;
      readonly target: TransferTarget;
      readonly onNobody: () => void;
    },
  ) {
    super(call, by);
    this.to = to.consulted;
    this.target = to.target;
    this.#onNobody = to.onNobody;
    this.sinceMs = call.services.clock.nowMs();
  }

  get isAnswered(): boolean {
    return this.consulted !== null;
  }

  describe(): ReturnType<ConsultStage['describe']> {
    const { to, sinceMs, isAnswered } = this;
    const who =
      to.kind === 'outside'
        ? { name: null, number: to.number }
        : { name: to.agent.name, number: to.agent.extension };
    return { state: isAnswered ? 'talking' : 'ringing', ...who, sinceMs };
  }

  begin(): void {
    const { call, by } = this;
    by.retrieve(this.sinceMs);
    by.consultFailed = null;
    by.place = 'consulting';
    call.record({
      kind: 'consult.began',
      callId: call.id,
      agentId: by.agentId!,
      target: this.target,
    });
    call.enter(this);
    call.sound.arrange();
    call.sound.tone(by.leg, 'ringback');
    this.#ring();
    call.tellSeats();
  }

  turn(isAsking: boolean): void {
    this.by.place = isAsking ? 'consulting' : 'talking';
    this.call.sound.arrange();
  }

  end(outcome: ConsultOutcome): DeskOutcome {
    this.#end(outcome);
    return { ok: true };
  }

  #end(outcome: ConsultOutcome): void {
    const { call, by, consulted } = this;
    this.#record(outcome);
    this.leaveLine(outcome);
    if (outcome === 'transfer') return this.#handOver();
    this.#cancelAttempt();
    call.sound.tone(by.leg, 'none');
    by.place = 'talking';
    if (outcome === 'conference' && consulted) {
      consulted.place = 'talking';
      consulted.joinedAtMs = call.services.clock.nowMs();
      call.sound.arrange();
    } else if (consulted) letGo(call, consulted, 'other', { party: 'agent', code: 'cancelled' });
    else call.sound.arrange();
    this.converse();
  }

  isOverBy(party: Party): boolean {
    const { call, by, consulted } = this;
    if (party === consulted) {
      this.#end('back');
      return true;
    }
    if (party === by) {
      // The customer is not left alone with the music.
      this.#end('transfer');
      return true;
    }
    if (party !== call.customer || !consulted) return false;
    this.#record('conference');
    this.leaveLine('transfer');
    by.place = consulted.place = 'talking';
    return false;
  }

  onCallEnded(): void {
    this.#cancelAttempt();
    this.leaveLine('back');
  }

  #ring(): void {
    const { call, by, to } = this;
    if (to.kind !== 'outside') {
      const ring = ringPerson(
        to,
        { call, ringTimeoutMs: transferRingTimeoutMs, consultedBy: by.agentId },
        (outcome) => {
          if (outcome.kind === 'accepted') this.#answered(outcome.leg, outcome.by);
          else
            this.#failed(
              outcome.kind === 'declined'
                ? 'declined'
                : outcome.kind === 'expired'
                  ? 'no-answer'
                  : 'unreachable',
            );
        },
      );
      this.#cancelAttempt = () => ring.withdraw();
      return ring.start();
    }
    const dial = new OutsideDial(
      {
        call,
        number: to.number,
        way: to.way,
        callerNumber: shownNumberOf(call, to.way),
        ringTimeoutMs: dialRingTimeoutMs,
      },
      {
        onRinging: (leg, hasSound) => {
          if (!hasSound) return;
          const listener = this.#isHandedOver ? call.customer : by;
          if (!listener) return;
          call.sound.tone(listener.leg, 'none');
          call.media.setHears([{ leg: listener.leg.key, hears: [leg.key] }]);
        },
        onAnswered: (leg) => this.#answered(leg, null),
        onFailed: (outcome) =>
          this.#failed(
            outcome === 'busy' ? 'declined' : outcome === 'no-answer' ? 'no-answer' : 'unreachable',
          ),
      },
    );
    this.#cancelAttempt = () => dial.cancel();
    dial.start();
  }

  #answered(leg: CallLeg, agent: { readonly id: Agent['id']; readonly seat: AgentSeat | null } | null): void {
    const { call, by, to } = this;
    this.#cancelAttempt = () => {};
    if (this.#isHandedOver) return converse(call, leg, agent);
    call.sound.tone(by.leg, 'none');
    this.sinceMs = call.services.clock.nowMs();
    const consulted = new Party(leg, agent, to.kind === 'outside' ? to.number : null);
    consulted.place = 'consulting';
    this.consulted = consulted;
    addParty(call, consulted);
    if (consulted.seat) call.services.hub.talking(consulted.seat, call, consulted);
    call.tellSeats();
  }

  #failed(why: ConsultFailure): void {
    const { call, by } = this;
    this.#cancelAttempt = () => {};
    if (this.#isHandedOver) return this.#onNobody();
    by.consultFailed = why;
    this.#record('failed');
    this.leaveLine('back');
    call.sound.tone(by.leg, 'none');
    by.place = 'talking';
    call.sound.arrange();
    this.converse();
  }

  #handOver(): void {
    const { call, by, consulted, target } = this;
    call.record({ kind: 'call.transferred', callId: call.id, agentId: by.agentId!, target });
    if (consulted) {
      consulted.place = 'talking';
      consulted.joinedAtMs = call.services.clock.nowMs();
      letGo(call, by, 'transfer', { party: 'agent', code: 'transferred' });
      if (consulted.agentId) call.home?.servedBy(consulted.agentId);
      return this.converse();
    }
    if (call.members.length > 2) {
      // Others talk with the customer already: what rings is theirs no more.
      this.#cancelAttempt();
      letGo(call, by, 'transfer', { party: 'agent', code: 'transferred' });
      return this.converse();
    }
    this.#isHandedOver = true;
    dropPartner(call, 'transfer');
    call.sound.hearRingback();
  }

  #record(outcome: ConsultOutcome | 'failed'): void {
    const { call, by } = this;
    const nowMs = call.services.clock.nowMs();
    call.record({
      kind: 'consult.ended',
      callId: call.id,
      agentId: by.agentId!,
      outcome,
      talkMs: this.consulted ? nowMs - this.sinceMs : 0,
    });
  }
}
