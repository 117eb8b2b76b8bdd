/** What an agent's desk shows of the call in hand, and of the last one while it is wrapped up (E-28: the number stays). */
import type { DeskInteraction } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { AgentRing } from '../calls/agent-ring.ts';
import type { Call } from '../calls/call.ts';
import { Consultation, type ConsultFailure } from '../calls/consultation.ts';
import type { Party } from '../calls/party.ts';

export class SeatInteraction {
  readonly call: Call;
  state: DeskInteraction['state'];
  sinceMs: number;
  /** Who is at the other end, as this agent sees it. */
  readonly number: string;
  readonly name: string | null;
  readonly ring: AgentRing | null;
  party: Party | null = null;
  answeredAtMs: number | null = null;
  endedAtMs: number | null = null;
  endReason: DeskInteraction['endReason'] = null;
  wrapStartedAtMs: number | null = null;
  wrapEndsAtMs: number | null = null;
  /** Why the last one asked for advice could not be reached; the desk says so once. */
  consultFailed: ConsultFailure | null = null;

  constructor(options: {
    readonly call: Call;
    readonly state: 'ringing' | 'dialling';
    readonly ring: AgentRing | null;
    readonly isDialler: boolean;
    readonly nowMs: number;
  }) {
    const { facts } = options.call;
    this.call = options.call;
    this.state = options.state;
    this.ring = options.ring;
    this.sinceMs = options.nowMs;
    this.number = options.isDialler || facts.direction === 'outbound' ? facts.toNumber : facts.fromNumber;
    this.name = facts.direction === 'internal' ? facts.tenant.nameOfInside(this.number) : null;
  }

  describe(): DeskInteraction {
    const { call, party, ring } = this;
    const { facts } = call;
    const isOver = this.endedAtMs !== null;
    return {
      callId: call.id,
      direction: facts.direction,
      state: isOver ? 'ended' : this.#state(),
      sinceMs: (!isOver && party?.heldSinceMs) || this.sinceMs,
      number: this.number,
      name: this.name,
      calledNumber: facts.toNumber,
      queue:
        call.queue && (facts.direction === 'inbound' || facts.callback)
          ? { id: call.queue.id, name: call.queue.name }
          : null,
      callback: facts.callback ? { origin: facts.callback.origin, sinceMs: facts.callback.sinceMs } : null,
      webButton: facts.webButton?.name ?? null,
      customerLevel: facts.caller?.level ?? null,
      department: facts.caller?.department ?? null,
      path: [...call.path],
      language: call.language,
      collected: { ...call.collected },
      waitedMs: call.waitMs,
      ringEndsAtMs: this.state === 'ringing' && !isOver ? (ring?.endsAtMs ?? null) : null,
      isAutoAnswer: facts.tenant.agents.get(ring?.request.agent.id ?? ('' as never))?.isAutoAnswer ?? false,
      answeredAtMs: this.answeredAtMs,
      endedAtMs: this.endedAtMs,
      endReason: this.endReason,
      isHeld: !isOver && (party?.isHolding ?? false),
      isMuted: !isOver && (party?.isMuted ?? false),
      isRecorded: !isOver && call.sound.recording.isOn,
      isRecordingPaused: !isOver && call.sound.recording.isPaused,
      wrapEndsAtMs: this.wrapEndsAtMs,
      consult: isOver ? null : this.#consult(),
      consultedBy: isOver ? null : this.#consultedBy(),
      consultFailed: isOver ? null : this.consultFailed,
      parties: isOver ? [] : this.#parties(),
      guidedBy: isOver || !call.flow?.isGuiding ? null : call.flow.name,
      bargeNotice: isOver ? null : this.#bargeNotice(),
    };
  }

  #bargeNotice(): DeskInteraction['bargeNotice'] {
    const notice = this.party?.bargeNotice;
    return notice ? { name: notice.name, joinsAtMs: notice.joinsAtMs } : null;
  }

  #state(): DeskInteraction['state'] {
    const { call, party } = this;
    if (this.state !== 'talking' || !party) return this.state;
    if (call.stage instanceof Consultation && call.stage.by === party) return 'consulting';
    if (party.isHolding) return 'held';
    return call.members.length > 2 && party.place === 'talking' ? 'conference' : 'talking';
  }

  #consult(): DeskInteraction['consult'] {
    const { call, party } = this;
    const { stage } = call;
    if (!(stage instanceof Consultation) || stage.by !== party) return null;
    return {
      state: stage.consulted ? 'talking' : 'ringing',
      name: stage.to.kind === 'outside' ? null : stage.to.agent.name,
      number: stage.to.kind === 'outside' ? stage.to.number : stage.to.agent.extension,
      sinceMs: stage.sinceMs,
    };
  }

  #consultedBy(): string | null {
    const { call, party, ring } = this;
    const isAside = this.state === 'ringing' || party?.place === 'consulting' || call.home?.isAside;
    const agentId = isAside && ring?.request.consultedBy;
    return agentId ? (call.tenant.agents.get(agentId)?.name ?? null) : null;
  }

  /** Of a call between two the desk shows what it always does. */
  #parties(): DeskInteraction['parties'] {
    const { call, party } = this;
    const { members } = call;
    if (members.length < 3 || !party) return [];
    return members.map((member) => ({
      key: member.leg.key,
      name: call.nameOf(member),
      kind: kindOf(member, call),
      place: member.place === 'kept-out' || member.place === 'consulting' ? member.place : 'talking',
      isMe: member === party,
    }));
  }
}

function kindOf(member: Party, call: Call): DeskInteraction['parties'][number]['kind'] {
  if (member.supervisor) return 'supervisor';
  if (member === call.customer) return 'customer';
  return member.agentId ? 'agent' : 'outside';
}
