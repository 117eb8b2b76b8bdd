/**
 * Which replica of the centre is the matchmaker: of those heard lately the one that has run longest. No lock is taken and none has to
 * expire: two who hold themselves for it, for as long as they cannot hear each other, propose what the nodes decide on anyway.
 */
import type { Id } from '@seatgrid/core/kernel/ids.ts';
import { replicaSilentMs } from '../limits.ts';

/** Sorts by when the replica was started. */
export type ReplicaId = Id<'replica'>;

export class Elder {
  readonly #own: ReplicaId;
  readonly #others = new Map<ReplicaId, number>();
  readonly #fromMs: number;

  /** `isAlone`: without a bus between processes there is no other to be heard. */
  constructor(own: ReplicaId, { isAlone, nowMs }: { readonly isAlone: boolean; readonly nowMs: number }) {
    this.#own = own;
    this.#fromMs = isAlone ? nowMs : nowMs + replicaSilentMs;
  }

  heard(replica: ReplicaId, nowMs: number): void {
    if (replica < this.#own) this.#others.set(replica, nowMs);
  }

  left(replica: ReplicaId): void {
    this.#others.delete(replica);
  }

  isOwn(nowMs: number): boolean {
    for (const [replica, heardAtMs] of this.#others)
      if (nowMs - heardAtMs >= replicaSilentMs) this.#others.delete(replica);
    return nowMs >= this.#fromMs && this.#others.size === 0;
  }
}
