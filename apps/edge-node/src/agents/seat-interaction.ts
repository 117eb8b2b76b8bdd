/** What an agent's desk shows of the call in hand, and of the last one while it is wrapped up (E-28: the number stays). */
import type { DeskInteraction } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { AgentRing } from '../calls/agent-ring.ts';
import { aroundParty, type AroundParty } from '../calls/around-party.ts';
import type { Call } from '../calls/call.ts';
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
    const around = !isOver && party ? aroundParty(call, party) : nobodyAround;
    return {
      callId: call.id,
      direction: facts.direction,
      state: isOver ? 'ended' : this.#state(around),
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
      ...around,
      consultedBy: isOver ? null : this.#consultedBy(),
      guidedBy: isOver || !call.flow?.isGuiding ? null : call.flow.name,
      bargeNotice: isOver ? null : this.#bargeNotice(),
    };
  }

  #bargeNotice(): DeskInteraction['bargeNotice'] {
    const notice = this.party?.bargeNotice;
    return notice ? { name: notice.name, joinsAtMs: notice.joinsAtMs } : null;
  }

  #state({ consult, parties }: AroundParty): DeskInteraction['state'] {
    const { party } = this;
    if (this.state !== 'talking' || !party) return this.state;
    if (consult) return 'consulting';
    if (party.isHolding) return 'held';
    return parties.some(({ isMe, place }) => isMe && place === 'talking') ? 'conference' : 'talking';
  }

  #consultedBy(): string | null {
    const { call, party, ring } = this;
    const isAside = this.state === 'ringing' || party?.place === 'consulting' || call.home?.isAside;
    const agentId = isAside && ring?.request.consultedBy;
    return agentId ? (call.tenant.agents.get(agentId)?.name ?? null) : null;
  }
}

const nobodyAround: AroundParty = { consult: null, consultFailed: null, parties: [] };
