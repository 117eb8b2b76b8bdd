/**
 * B-12: when a node falls silent, the others are told who waited there since when, from this replica's mirror of the floor; when it is
 * heard again, that it serves its callers itself. Idempotent and without input: looked at upon every news of a node and by the
 * clock, and each link is told once what it has not been told yet.
 */
import { keptPlaceMs, keptPlacesMax, type CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { LivePicture } from '../realtime/live-picture.ts';

type KeepPlaces = Extract<CentreToNode, { kind: 'keep-places' }>;

/** A node with a link here. */
export interface PlacesReader {
  readonly nodeId: NodeId;
  send(message: KeepPlaces): void;
}

interface LostPlacesOptions {
  readonly live: Pick<LivePicture, 'pulses' | 'isLinkUp' | 'floorsOfNode'>;
  readonly readers: () => Iterable<PlacesReader>;
  readonly clock: Clock;
}

/** Digits enough to be somebody: of those who hide their number nobody can tell who calls again. */
const isKnown = /^\+?\d{5,}$/;

export class LostPlaces {
  readonly #options: LostPlacesOptions;
  /** Of each link: the nodes whose places it keeps. */
  readonly #told = new WeakMap<PlacesReader, Set<NodeId>>();

  constructor(options: LostPlacesOptions) {
    this.#options = options;
  }

  look(): void {
    const { live, readers, clock } = this.#options;
    const lostAfterMs = clock.nowMs() - keptPlaceMs;
    const nodes = live.pulses().map(({ nodeId, heardAtMs }) => ({
      nodeId,
      isLost: heardAtMs > lostAfterMs && !live.isLinkUp(nodeId),
    }));
    for (const reader of readers()) {
      const told = this.#told.get(reader) ?? new Set();
      this.#told.set(reader, told);
      for (const { nodeId, isLost } of nodes) {
        if (nodeId === reader.nodeId || told.has(nodeId) === isLost) continue;
        if (isLost) told.add(nodeId);
        else told.delete(nodeId);
        reader.send({ kind: 'keep-places', nodeId, places: isLost ? this.#waitingAt(nodeId) : [] });
      }
    }
  }

  /** Those who wait longest first, where they are more than are told. */
  #waitingAt(nodeId: NodeId): KeepPlaces['places'] {
    const waiting = this.#options.live.floorsOfNode(nodeId).flatMap(({ tenantId, floor }) =>
      floor.calls.flatMap(({ state, queueId, fromNumber: number, queuedSinceMs, sinceMs }) => {
        const isWaiting = state === 'queued' || state === 'ringing';
        if (!isWaiting || queueId === null || !isKnown.test(number)) return [];
        return [{ tenantId, queueId, number, sinceMs: queuedSinceMs ?? sinceMs }];
      }),
    );
    return waiting.toSorted((one, other) => one.sinceMs - other.sinceMs).slice(0, keptPlacesMax);
  }
}
