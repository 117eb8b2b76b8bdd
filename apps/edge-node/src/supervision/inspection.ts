/**
 * One supervisor in one agent's call, from the first listening to the leaving: monitor, whisper, barge in, intercept. Each is
 * where the supervisor's party stands (`core/calls/hearing.ts`); sound follows from that. Nothing of listening is shown to
 * the agent; barging in is announced first.
 */
import type { InspectionMode } from '@seatgrid/core/calls/inspection.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type { InspectionState } from '@seatgrid/contracts/supervision/supervision-messages.ts';
import type { CallLeg } from '../calls/call-leg.ts';
import type { Call } from '../calls/call.ts';
import { Conversation } from '../calls/converse.ts';
import { addParty } from '../calls/join-call.ts';
import { leaveCall } from '../calls/leave-call.ts';
import { letGo } from '../calls/let-go.ts';
import { Party } from '../calls/party.ts';
import { bargeNoticeMs } from '../limits.ts';
import type { Supervisor } from './supervisor.ts';

export class Inspection {
  readonly call: Call;
  readonly agent: Party;
  readonly agentId: AgentId;
  readonly supervisor: Supervisor;
  readonly party: Party;
  mode: InspectionMode = 'monitor';
  joinsAtMs: number | null = null;
  readonly #startedAtMs: number;
  #sinceMs: number;
  #hasBegun = false;
  #cancelNotice: Cancel = () => {};

  constructor(call: Call, agent: Party, supervisor: Supervisor, leg: CallLeg) {
    this.call = call;
    this.agent = agent;
    this.agentId = agent.agentId!;
    this.supervisor = supervisor;
    this.party = new Party(leg, null);
    this.party.supervisor = supervisor;
    this.party.place = 'monitoring';
    this.party.listensTo = agent;
    this.party.onLeft = () => this.#left();
    this.#startedAtMs = this.#sinceMs = call.services.clock.nowMs();
  }

  /** A desk phone is rung for it: it has its place in the call already, so that it goes with the call, or with the agent. */
  ring(): void {
    addParty(this.call, this.party);
    this.supervisor.ringing = this;
    this.supervisor.endedWhy = null;
    this.supervisor.changed();
  }

  begin(): void {
    const { call, agent, supervisor } = this;
    if (supervisor.ringing !== this) addParty(call, this.party);
    this.#hasBegun = true;
    supervisor.ringing = null;
    supervisor.inspection = this;
    supervisor.endedWhy = null;
    if (agent.seat) agent.seat.monitoredAtMs = call.services.clock.nowMs();
    this.#record({ kind: 'inspection.began' });
    this.#changed();
  }

  /** The desk phone was not answered. */
  giveUp(): void {
    letGo(this.call, this.party, 'platform', { party: 'agent', code: 'no-answer' });
  }

  /** False where the call does not allow it now. */
  switchTo(mode: 'monitor' | 'whisper' | 'barge'): boolean {
    if (this.mode === 'intercept') return false;
    if (mode === 'barge') return this.mode === 'barge' || this.mode === 'barge-notice' || this.#announce();
    this.#withdrawNotice();
    this.#stand(mode === 'monitor' ? 'monitoring' : 'whispering', mode);
    return true;
  }

  /** H-21: the agent is out of the call, which goes on with the supervisor in the agent's place. */
  intercept(): boolean {
    const { call, agent, party } = this;
    if (!(call.stage instanceof Conversation) || this.mode === 'intercept') return false;
    if (agent === call.customer) call.swapParties();
    if (agent !== call.partner) return false;
    this.#withdrawNotice();
    this.#record({ kind: 'call.intercepted' });
    party.listensTo = null;
    party.place = 'talking';
    this.mode = 'intercept';
    this.#sinceMs = party.joinedAtMs = call.services.clock.nowMs();
    letGo(call, agent, 'other', { party: 'agent', code: 'transferred' }, party);
    call.enter(new Conversation(call));
    call.tellSeats();
    this.#changed();
    return true;
  }

  mute(isMuted: boolean): void {
    this.party.isMuted = isMuted;
    this.call.sound.arrange();
    this.supervisor.changed();
  }

  leave(): void {
    leaveCall(this.call, this.party, { party: 'agent', code: 'hung-up' });
  }

  describe(): InspectionState {
    const { call, mode, joinsAtMs } = this;
    const { facts } = call;
    const number = facts.direction === 'inbound' ? facts.fromNumber : facts.toNumber;
    return {
      callId: call.id,
      agentId: this.agentId,
      mode,
      sinceMs: this.#sinceMs,
      joinsAtMs,
      isMuted: this.party.isMuted,
      customer: {
        number,
        name: facts.direction === 'internal' ? call.tenant.nameOfInside(number) : null,
        direction: facts.direction,
        queue: call.queue ? { id: call.queue.id, name: call.queue.name } : null,
        path: [...call.path],
        language: call.language,
        collected: { ...call.collected },
        waitedMs: call.waitMs,
      },
    };
  }

  /** H-19: the agent is told, so that the customer can be; the voice joins on the agent's word, or after the delay. */
  #announce(): boolean {
    const { call, agent } = this;
    if (!(call.stage instanceof Conversation) || agent.bargeNotice) return false;
    this.joinsAtMs = call.services.clock.nowMs() + bargeNoticeMs;
    agent.bargeNotice = {
      name: this.supervisor.name,
      joinsAtMs: this.joinsAtMs,
      allow: () => this.#join(),
    };
    this.#cancelNotice = call.after(bargeNoticeMs, () => this.#join());
    this.#stand('monitoring', 'barge-notice');
    if (agent.seat) call.services.hub.callChanged(agent.seat);
    return true;
  }

  #join(): void {
    // Meanwhile the agent may consult somebody: the notice stands until all are together again.
    if (!(this.call.stage instanceof Conversation)) {
      this.#cancelNotice = this.call.after(bargeNoticeMs, () => this.#join());
      return;
    }
    this.#withdrawNotice();
    this.party.joinedAtMs ??= this.call.services.clock.nowMs();
    this.#stand('talking', 'barge');
  }

  #withdrawNotice(): void {
    this.#cancelNotice();
    this.joinsAtMs = null;
    if (this.mode !== 'barge-notice') return;
    this.agent.bargeNotice = null;
    if (this.agent.seat) this.call.services.hub.callChanged(this.agent.seat);
  }

  #stand(place: Party['place'], mode: InspectionMode): void {
    const { call, party } = this;
    const wasMember = party.isMember;
    party.place = place;
    if (mode !== this.mode) this.#record({ kind: 'inspection.changed', mode });
    this.mode = mode;
    this.#sinceMs = call.services.clock.nowMs();
    call.sound.arrange();
    // Only what the parties may know is told to them.
    if (wasMember !== party.isMember) {
      call.enter(call.stage);
      call.tellSeats();
    }
    this.#changed();
  }

  /** However it came: left, dropped with the agent, or with the call. */
  #left(): void {
    const { call, supervisor } = this;
    if (!this.#hasBegun) {
      supervisor.ringing = null;
      supervisor.endedWhy = 'no-answer';
      return supervisor.changed();
    }
    this.#withdrawNotice();
    this.#record({ kind: 'inspection.ended', lastedMs: call.services.clock.nowMs() - this.#startedAtMs });
    if (supervisor.inspection !== this) return;
    supervisor.inspection = null;
    supervisor.endedWhy = call.isEnded
      ? 'call-over'
      : call.parties.includes(this.agent)
        ? 'left'
        : 'agent-left';
    this.#changed();
  }

  #changed(): void {
    this.supervisor.changed();
    this.call.services.floor.changed(this.call.tenant);
  }

  #record(
    facts:
      | { readonly kind: 'inspection.began' | 'call.intercepted' }
      | { readonly kind: 'inspection.changed'; readonly mode: InspectionMode }
      | { readonly kind: 'inspection.ended'; readonly lastedMs: number },
  ): void {
    const { call, agentId, supervisor } = this;
    call.record({ ...facts, callId: call.id, agentId, userId: supervisor.userId, userName: supervisor.name });
  }
}
