/**
 * Decides which floor goes to the centre now: each tenant's in turn, as often as the line's share for floors allows. A floor
 * is drawn when it leaves, so that it is the newest, and one that nobody will see costs nothing.
 */
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { floorBurstMs, floorOctetsPerSecondMax } from './limits.ts';

export class FloorOutbox {
  /** The order is that of the longest wait: an overtaken floor leaves its place to its successor. */
  readonly #changed = new Map<TenantId, () => Floor>();
  #isUp = false;
  #isOnItsWay = false;
  /** The share is used up until then. */
  #paidUntilMs = 0;

  put(tenantId: TenantId, draw: () => Floor): void {
    this.#changed.set(tenantId, draw);
  }

  up(nowMs: number): void {
    this.#isUp = true;
    this.#isOnItsWay = false;
    this.#paidUntilMs = nowMs - floorBurstMs;
  }

  down(): void {
    this.#isUp = false;
  }

  next(nowMs: number): { readonly tenantId: TenantId; readonly floor: Floor } | null {
    if (!this.#isUp || this.#isOnItsWay || nowMs < this.#paidUntilMs) return null;
    const [first] = this.#changed;
    if (first === undefined) return null;
    this.#changed.delete(first[0]);
    this.#isOnItsWay = true;
    return { tenantId: first[0], floor: first[1]() };
  }

  /** The floor has left; on the line it took so many octets. */
  left(octets: number, nowMs: number): void {
    this.#isOnItsWay = false;
    this.#paidUntilMs =
      Math.max(this.#paidUntilMs, nowMs - floorBurstMs) + (octets / floorOctetsPerSecondMax) * 1_000;
  }

  get wakeAtMs(): number | null {
    return this.#isUp && !this.#isOnItsWay && this.#changed.size > 0 ? this.#paidUntilMs : null;
  }
}
