/**
 * What is going on now, as the nodes last said: kept in memory by every replica from the bus, never in the database, and
 * marked stale as soon as a link is down.
 */
import { linkBeatMs, linkSilentMs } from '@seatgrid/contracts/link/link-messages.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { LinkTraffic } from '@seatgrid/contracts/realtime/link-traffic.ts';
import type { TrunkPulse } from '@seatgrid/contracts/realtime/trunk-pulse.ts';
import type { PhonesRegistered } from '@seatgrid/contracts/link/phone-messages.ts';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';

const pulseStaleMs = linkSilentMs + linkBeatMs;

/** The part of a node's health that only its link can tell. */
export interface NodePulse {
  readonly nodeId: NodeId;
  readonly isLinkUp: boolean;
  /** Another one with each link. */
  readonly linkedAtMs: number;
  readonly heardAtMs: number;
  readonly generation: number;
  readonly product: string | null;
  readonly calls: number;
  readonly agentsSignedIn: number;
  readonly load: { readonly main: number; readonly media: number };
  readonly journalPending: number;
  readonly intruders: number;
  readonly trunks: readonly TrunkPulse[];
  /** As it was told last, by this link or the one before it; absent: the node has not said, or is older. */
  readonly traffic?: LinkTraffic;
}

export interface NodeFloor {
  readonly nodeId: NodeId;
  readonly tenantId: TenantId;
  readonly floor: Floor;
}

export interface NodePhones {
  readonly nodeId: NodeId;
  readonly message: PhonesRegistered;
}

export class LivePicture {
  readonly #pulses = new Map<NodeId, NodePulse>();
  readonly #floors = new Map<string, NodeFloor>();
  /** Extensions with a registered desk phone, by node and tenant. */
  readonly #phones = new Map<string, Set<string>>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  notePulse(pulse: NodePulse): void {
    const { traffic = this.#pulses.get(pulse.nodeId)?.traffic } = pulse;
    this.#pulses.set(pulse.nodeId, { ...pulse, ...(traffic ? { traffic } : {}) });
  }

  noteFloor(floor: NodeFloor): void {
    this.#floors.set(`${floor.nodeId} ${floor.tenantId}`, floor);
  }

  notePhones({ nodeId, message: { tenantId, isWhole, added, gone } }: NodePhones): void {
    const key = `${nodeId} ${tenantId}`;
    let phones = this.#phones.get(key);
    if (!phones || isWhole) this.#phones.set(key, (phones = new Set()));
    for (const extension of added) phones.add(extension);
    for (const extension of gone) phones.delete(extension);
  }

  /** As that node said last. */
  hasPhone(nodeId: NodeId, tenantId: TenantId, extension: string): boolean {
    return this.#phones.get(`${nodeId} ${tenantId}`)?.has(extension) ?? false;
  }

  pulseOf(nodeId: NodeId): NodePulse | undefined {
    return this.#pulses.get(nodeId);
  }

  pulses(): readonly NodePulse[] {
    return [...this.#pulses.values()];
  }

  isLinkUp(nodeId: NodeId): boolean {
    const pulse = this.#pulses.get(nodeId);
    // A replica that died could not tell that its links went with it.
    return pulse !== undefined && pulse.isLinkUp && this.#clock.nowMs() - pulse.heardAtMs < pulseStaleMs;
  }

  floorsFrom(nodeId: NodeId): NodeFloor[] {
    return [...this.#floors.values()].filter((one) => one.nodeId === nodeId);
  }

  floorsOf(tenantId: TenantId): NodeFloor[] {
    return [...this.#floors.values()].filter((one) => one.tenantId === tenantId);
  }

  floorsOfNode(nodeId: NodeId): NodeFloor[] {
    return [...this.#floors.values()].filter((one) => one.nodeId === nodeId);
  }

  /** Live use against quota; nodes whose link is down are not counted, for nobody knows. */
  usageOf(tenantId: TenantId): { agentsSignedIn: number; concurrentCalls: number } {
    const usage = { agentsSignedIn: 0, concurrentCalls: 0 };
    for (const { nodeId, floor } of this.floorsOf(tenantId)) {
      if (!this.isLinkUp(nodeId)) continue;
      usage.agentsSignedIn += floor.agents.filter((agent) => agent.state !== 'offline').length;
      usage.concurrentCalls += floor.calls.length;
    }
    return usage;
  }
}
