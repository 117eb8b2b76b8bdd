/**
 * Tells desks what changed: an agent's own changes at once and then at most ten times a second, changes of others twice a
 * second. The state is always whole, so that a message missed is never missed for long.
 */
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Group } from '@seatgrid/core/workforce/group.ts';
import type { DeskState } from '@seatgrid/contracts/desk/desk-messages.ts';
import { leadersNow, stateAnywhere } from '../calls/reach-colleague.ts';
import { deskStateEveryMs, deskSurroundingsEveryMs } from '../limits.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { AgentHub } from './agent-hub.ts';
import { deviceFacts, pauseFacts, type AgentSeat } from './agent-seat.ts';

interface Pending {
  lastSentMs: number;
  cancel: Cancel | null;
}

/** Alike on all desks of a tenant. */
type Shared = Pick<
  DeskState,
  'colleagues' | 'leaders' | 'dispositions' | 'pauseReasons' | 'flows' | 'ringGroups'
>;

/** What all desks of a tenant show alike, written once for all of them. */
interface Surroundings {
  json: string;
  queues: readonly Omit<DeskState['queues'][number], 'isMine'>[];
}

export class DeskNews {
  readonly #hub: AgentHub;
  readonly #pending = new WeakMap<AgentSeat, Pending>();
  readonly #surroundings = new Map<TenantId, Surroundings>();
  readonly #due = new Map<TenantId, Cancel>();

  constructor(hub: AgentHub) {
    this.#hub = hub;
  }

  seatChanged(seat: AgentSeat): void {
    if (seat.desks.size === 0) return;
    const { clock } = this.#hub.services;
    let pending = this.#pending.get(seat);
    if (!pending) this.#pending.set(seat, (pending = { lastSentMs: 0, cancel: null }));
    if (pending.cancel) return;
    const waitMs = Math.max(0, pending.lastSentMs + deskStateEveryMs - clock.nowMs());
    const due = pending;
    pending.cancel = clock.after(waitMs, () => {
      due.cancel = null;
      due.lastSentMs = clock.nowMs();
      this.#tell(seat);
    });
  }

  /** Queues or colleagues of the tenant. */
  surroundingsChanged(tenant: TenantAtNode): void {
    if (this.#due.has(tenant.id)) return;
    this.#due.set(
      tenant.id,
      this.#hub.services.clock.after(deskSurroundingsEveryMs, () => this.tellSurroundings(tenant)),
    );
  }

  /** At once: the centre is gone, or back, which is seldom enough. */
  tellSurroundings(tenant: TenantAtNode): void {
    this.#due.get(tenant.id)?.();
    this.#due.delete(tenant.id);
    this.#surroundings.delete(tenant.id);
    for (const seat of this.#hub.seatsWithDesks(tenant)) this.seatChanged(seat);
  }

  close(): void {
    for (const cancel of this.#due.values()) cancel();
    this.#due.clear();
  }

  #tell(seat: AgentSeat): void {
    const around = this.#around(seat.tenant);
    for (const desk of seat.desks) {
      const own = this.#ownState(seat, around, desk === seat.owner);
      if (own) desk.sendText(`{"kind":"state","state":${own.slice(0, -1)},${around.json}}}`);
    }
  }

  #ownState(seat: AgentSeat, around: Surroundings, isPhoneOwner: boolean): string | undefined {
    const { agent, presence } = seat;
    if (!agent) return undefined;
    const nowMs = this.#hub.services.clock.nowMs();
    const mine = new Set(this.#hub.services.acd(seat.tenant).queuesOf(seat.agentId));
    const own: Omit<DeskState, keyof Shared> = {
      atMs: nowMs,
      agent: { id: agent.id, name: agent.name, staffId: agent.staffId, extension: agent.extension },
      presence: {
        state: presence.state,
        sinceMs: presence.sinceMs,
        ...deviceFacts(seat),
        ...pauseFacts(presence.pause),
        afterwards: presence.afterwards && pauseFacts(presence.afterwards),
      },
      isPhoneRegistered: this.#hub.isPhoneRegistered(seat),
      interaction: seat.interaction?.describe() ?? null,
      queues: around.queues.map((queue) => ({ ...queue, isMine: mine.has(queue.id) })),
      figures: seat.todayFigures(nowMs),
      centreAwaySinceMs: this.#hub.services.centreAwaySinceMs(),
      isDraining: this.#hub.exchange.isDrained,
      isPhoneOwner,
    };
    return JSON.stringify(own);
  }

  /** A group nobody leads has no position to be reached. */
  #leaderOf(tenant: TenantAtNode, { id, name }: Group): DeskState['leaders'] {
    const [first] = leadersNow(this.#hub.services, tenant, id);
    return first ? [{ groupId: id, group: name, name: first.agent.name, state: first.state }] : [];
  }

  #around(tenant: TenantAtNode): Surroundings {
    const known = this.#surroundings.get(tenant.id);
    if (known) return known;
    const seats = this.#hub.seatsOf(tenant);
    const acd = this.#hub.services.acd(tenant);
    const queues = acd.floorQueues(seats);
    const colleagues: DeskState['colleagues'] = [...tenant.agents.values()].map((agent) => ({
      agentId: agent.id,
      name: agent.name,
      extension: agent.extension,
      staffId: agent.staffId,
      kind: agent.kind,
      state: stateAnywhere(this.#hub.services, tenant, agent.id),
    }));
    const shared: Shared = {
      colleagues,
      leaders: [...tenant.groups.values()].flatMap((group) => this.#leaderOf(tenant, group)),
      dispositions: tenant.config.dispositions,
      pauseReasons: tenant.config.pauseReasons,
      flows: [...tenant.flows.values()].map(({ id, name }) => ({ id, name })),
      ringGroups: [...tenant.ringGroups.values()].map(({ id, name }) => ({ id, name })),
    };
    const around: Surroundings = {
      json: JSON.stringify(shared).slice(1, -1),
      queues: queues.map((queue) => ({
        id: queue.queueId,
        name: tenant.queues.get(queue.queueId)!.name,
        waiting: queue.waiting,
        longestSinceMs: queue.longestSinceMs,
        hint: acd.readyIn(queue.queueId) > 0 ? 'free' : acd.isStaffed(queue.queueId) ? 'busy' : 'nobody',
      })),
    };
    this.#surroundings.set(tenant.id, around);
    return around;
  }
}
