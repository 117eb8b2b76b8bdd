/** Each tenant's floor for the supervisors: offered when something on it changed, at most twice a second, and drawn for whoever wants it. */
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId, CallId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Floor, FloorCall, FloorNotice } from '@seatgrid/contracts/realtime/floor.ts';
import { QueueEntry } from '../acd/queue-entry.ts';
import type { CallServices } from '../calls/call-services.ts';
import type { Call } from '../calls/call.ts';
import { IncomingSipLeg } from '../calls/incoming-sip-leg.ts';
import { TrunkLeg } from '../calls/trunk-leg.ts';
import { floorEveryMs, floorNoticesMax } from '../limits.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';

export class FloorBoard {
  readonly #clock: Clock;
  readonly #send: (tenantId: TenantId, draw: () => Floor) => void;
  /** Set once by the composition root. */
  services!: CallServices;
  readonly #due = new Map<TenantId, Cancel>();
  readonly #sentAtMs = new Map<TenantId, number>();
  readonly #notices = new Map<TenantId, FloorNotice[]>();
  readonly #listeners: ((tenant: TenantAtNode) => void)[] = [];

  constructor(clock: Clock, send: (tenantId: TenantId, draw: () => Floor) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  changed(tenant: TenantAtNode): void {
    for (const listener of this.#listeners) listener(tenant);
    this.stepped(tenant);
  }

  /** A call of a flow stands elsewhere in it: of concern to who watches the floor, and to nobody else. */
  stepped(tenant: TenantAtNode): void {
    if (this.#due.has(tenant.id)) return;
    const waitMs = (this.#sentAtMs.get(tenant.id) ?? 0) + floorEveryMs - this.#clock.nowMs();
    this.#due.set(
      tenant.id,
      this.#clock.after(Math.max(0, waitMs), () => {
        this.#due.delete(tenant.id);
        this.#sentAtMs.set(tenant.id, this.#clock.nowMs());
        this.#send(tenant.id, () => this.picture(tenant));
      }),
    );
  }

  /** Every floor that was ever told is told once more. */
  again(): void {
    for (const tenantId of this.#sentAtMs.keys()) {
      const tenant = this.services.directory.byId(tenantId);
      if (tenant) this.stepped(tenant);
    }
  }

  /** Told at every change, before it is drawn. */
  onChange(listener: (tenant: TenantAtNode) => void): void {
    this.#listeners.push(listener);
  }

  notice(
    tenant: TenantAtNode,
    kind: FloorNotice['kind'],
    agentId: AgentId | null,
    callId: CallId | null,
  ): void {
    const notices = this.#notices.get(tenant.id) ?? [];
    notices.push({ atMs: this.#clock.nowMs(), kind, agentId, callId });
    if (notices.length > floorNoticesMax) notices.shift();
    this.#notices.set(tenant.id, notices);
    this.changed(tenant);
  }

  picture(tenant: TenantAtNode): Floor {
    const nowMs = this.#clock.nowMs();
    const { hub, calls } = this.services;
    const seats = hub.seatsOf(tenant);
    const own: Call[] = [];
    // Of one that rings several here the floor shows one.
    for (const call of calls.values())
      if (call.tenant === tenant && (call.key === call.id || !calls.has(call.id))) own.push(call);
    return {
      atMs: nowMs,
      queues: this.services.acd(tenant).floorQueues(seats),
      agents: seats.map((seat) => seat.floorAgent(nowMs)),
      calls: own.map((call) => ({
        callId: call.id,
        direction: call.facts.direction,
        fromNumber: call.facts.fromNumber,
        toNumber: call.facts.toNumber,
        state: call.stage.state,
        startedAtMs: call.startedAtMs,
        sinceMs: call.sinceMs,
        queueId: call.queue?.id ?? null,
        ...(call.stage instanceof QueueEntry ? { queuedSinceMs: call.stage.placeSinceMs } : {}),
        agentId: call.partner?.agentId ?? call.customer?.agentId ?? null,
        path: [...call.path],
        step: call.flow?.place ?? null,
        lines: linesOf(call),
        inspectors: call.parties.flatMap(({ supervisor }) =>
          supervisor?.inspection ? [{ name: supervisor.name, mode: supervisor.inspection.mode }] : [],
        ),
      })),
      notices: [...(this.#notices.get(tenant.id) ?? [])],
    };
  }

  close(): void {
    for (const cancel of this.#due.values()) cancel();
    this.#due.clear();
  }
}

/** Lines of trunks the call holds: the one it came by, and those it dialled out on. */
function linesOf({ facts: { trunkId }, parties }: Call): FloorCall['lines'] {
  return parties.flatMap(({ leg, agentId }): FloorCall['lines'] => {
    if (leg instanceof TrunkLeg) return leg.trunk ? [{ trunkId: leg.trunk.id, way: 'out' }] : [];
    const isCallers = leg instanceof IncomingSipLeg && agentId === null && trunkId !== null;
    return isCallers ? [{ trunkId, way: 'in' }] : [];
  });
}
