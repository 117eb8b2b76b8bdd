/**
 * Whether the centre is there, as people are told: gone at once, back when it has stayed for a while. A line that comes and goes is one
 * absence, so that nothing on the floor changes with each of its turns. What only needs the line asks the link itself.
 */
import { centreReturnMs } from './limits.ts';

export class CentreSight {
  #awaySinceMs: number;
  /** Null while the link is down. */
  #upSinceMs: number | null = null;
  #wasUp = false;

  constructor(nowMs: number) {
    this.#awaySinceMs = nowMs;
  }

  up(nowMs: number): void {
    // The first time there is nothing it could have come back from.
    this.#upSinceMs = this.#wasUp ? nowMs : -Infinity;
    this.#wasUp = true;
  }

  down(nowMs: number): void {
    if (this.#isBack(nowMs)) this.#awaySinceMs = nowMs;
    this.#upSinceMs = null;
  }

  /** Null: it is there. */
  awaySinceMs(nowMs: number): number | null {
    return this.#isBack(nowMs) ? null : this.#awaySinceMs;
  }

  /** When it will have stayed long enough; null: not by itself. */
  backAtMs(nowMs: number): number | null {
    return this.#upSinceMs === null || this.#isBack(nowMs) ? null : this.#upSinceMs + centreReturnMs;
  }

  #isBack(nowMs: number): boolean {
    return this.#upSinceMs !== null && nowMs - this.#upSinceMs >= centreReturnMs;
  }
}
