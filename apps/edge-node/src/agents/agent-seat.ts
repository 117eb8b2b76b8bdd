/**
 * One agent at this node: presence, device, the call in hand, the desks that watch. Owned by the hub, which performs every
 * change; others only read.
 */
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { PauseCause } from '@seatgrid/core/workforce/presence.ts';
import { PresenceMachine } from '@seatgrid/core/workforce/presence-machine.ts';
import { TodayFiguresCounter } from '@seatgrid/core/workforce/today-figures.ts';
import type { FloorAgent } from '@seatgrid/contracts/realtime/floor.ts';
import type { AgentRing } from '../calls/agent-ring.ts';
import type { Call } from '../calls/call.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { DeskConnection } from './desk-connection.ts';
import type { SeatInteraction } from './seat-interaction.ts';

export class AgentSeat {
  readonly tenant: TenantAtNode;
  readonly agentId: AgentId;
  readonly presence: PresenceMachine;
  readonly figures: TodayFiguresCounter;
  /** Where the agent is who speaks through a number outside. */
  outsideNumber: string | null = null;
  readonly desks = new Set<DeskConnection>();
  /** The desk that carries the agent's sound. */
  owner: DeskConnection | null = null;
  ring: AgentRing | null = null;
  /** The match of a call of another node that is about to ring here. */
  keptFor: string | null = null;
  /** Dialling or talking. */
  call: Call | null = null;
  interaction: SeatInteraction | null = null;
  /** A supervisor listened last. Never told to the desk. */
  monitoredAtMs: number | null = null;
  cancelWrapUp: Cancel = () => {};
  cancelDeskGrace: Cancel = () => {};
  /** Running while the caller waits for a lost browser. */
  cancelSoundLost: Cancel | null = null;

  constructor(tenant: TenantAtNode, agentId: AgentId, nowMs: number) {
    this.tenant = tenant;
    this.agentId = agentId;
    this.presence = new PresenceMachine(nowMs);
    this.figures = new TodayFiguresCounter(
      tenant.dayStartsMs(nowMs),
      (id) => tenant.pauseReasons.get(id)?.kind ?? 'not-ready',
    );
  }

  /** Undefined once removed from the configuration. */
  get agent(): Agent | undefined {
    return this.tenant.agents.get(this.agentId);
  }

  get isSignedIn(): boolean {
    return this.presence.state !== 'offline';
  }

  /** Neither rung nor on a call. */
  get isFree(): boolean {
    return this.ring === null && this.call === null;
  }

  todayFigures(nowMs: number): FloorAgent['figures'] {
    this.figures.startDay(this.tenant.dayStartsMs(nowMs));
    return this.figures.read(nowMs);
  }

  #monitoredToday(nowMs: number): number | null {
    const { monitoredAtMs } = this;
    return monitoredAtMs !== null && monitoredAtMs >= this.tenant.dayStartsMs(nowMs) ? monitoredAtMs : null;
  }

  floorAgent(nowMs: number): FloorAgent {
    const { presence } = this;
    return {
      agentId: this.agentId,
      state: presence.state,
      sinceMs: presence.sinceMs,
      ...pauseFacts(presence.pause),
      ...deviceFacts(this),
      monitoredAtMs: this.#monitoredToday(nowMs),
      callId: this.call?.id ?? this.ring?.request.call.id ?? null,
      figures: this.todayFigures(nowMs),
    };
  }
}

export function deviceFacts({
  presence: { device },
  outsideNumber,
}: AgentSeat): Pick<FloorAgent, 'device' | 'outsideNumber'> {
  return { device, ...(device === 'outside' && outsideNumber !== null ? { outsideNumber } : {}) };
}

export function pauseFacts(pause: PauseCause | null): Pick<FloorAgent, 'pauseCause' | 'pauseReasonId'> {
  return {
    pauseCause: pause?.kind ?? null,
    pauseReasonId: pause?.kind === 'chosen' ? pause.reasonId : null,
  };
}
