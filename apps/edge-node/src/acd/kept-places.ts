/**
 * B-12: who waited at another node when it fell silent, as the centre told it. Whoever of them calls here for the same queue
 * stands where they stood, once. Bounded in number and in time; forgotten with a restart.
 */
import { keptPlaceMs, type CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { NodeId, QueueId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { nodesLostMax } from '../limits.ts';

export type KeptPlace = Extract<CentreToNode, { kind: 'keep-places' }>['places'][number];

interface LostNode {
  readonly untilMs: number;
  readonly places: Map<string, number>;
}

export class KeptPlaces {
  readonly #clock: Clock;
  /** The order is that of their loss. */
  readonly #lost = new Map<NodeId, LostNode>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The whole of what is known of that node; nothing: it serves its callers itself. */
  keep(nodeId: NodeId, places: readonly KeptPlace[]): void {
    this.#lost.delete(nodeId);
    if (places.length === 0) return;
    this.#lost.set(nodeId, {
      untilMs: this.#clock.nowMs() + keptPlaceMs,
      places: new Map(places.map((place) => [keyOf(place), place.sinceMs])),
    });
    const [oldest] = this.#lost.keys();
    if (this.#lost.size > nodesLostMax && oldest !== undefined) this.#lost.delete(oldest);
  }

  /** Since when this caller waits for the queue; who has been given the place has it no second time. */
  take(place: Omit<KeptPlace, 'sinceMs'>): number | undefined {
    const nowMs = this.#clock.nowMs();
    const key = keyOf(place);
    for (const [nodeId, { untilMs, places }] of this.#lost) {
      if (nowMs >= untilMs) {
        this.#lost.delete(nodeId);
        continue;
      }
      const sinceMs = places.get(key);
      if (sinceMs === undefined) continue;
      places.delete(key);
      return Math.min(sinceMs, nowMs);
    }
    return undefined;
  }
}

function keyOf(place: { tenantId: TenantId; queueId: QueueId; number: string }): string {
  return `${place.tenantId} ${place.queueId} ${place.number}`;
}
