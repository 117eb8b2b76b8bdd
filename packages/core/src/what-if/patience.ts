/**
 * How long callers wait before they hang up. Of a caller who was served we know only that they waited at least so long: such
 * observations are censored, and leaving them out would make callers seem less patient than they are. So the share still there after
 * each wait is estimated as Kaplan and Meier do (J. Am. Stat. Assoc. 53, 1958): at each wait at which somebody left, the share shrinks
 * by those who left of those still there. Beyond the longest observation callers leave at the day's constant rate.
 */
export interface Waited {
  readonly waitedMs: number;
  /** False: something else ended the wait. */
  readonly hasAbandoned: boolean;
}

export class Patience {
  /** Waits at which somebody left, rising, and the share still there just after each. */
  readonly #leftAtMs: number[] = [];
  readonly #shareAfter: number[] = [];
  readonly #lastMs: number;
  /** Of leaving, per millisecond waited; 0: nobody ever did. */
  readonly #rate: number;
  readonly abandonments: number;

  constructor(observations: readonly Waited[]) {
    const sorted = [...observations].sort((a, b) => a.waitedMs - b.waitedMs);
    let share = 1;
    let there = sorted.length;
    let exposureMs = 0;
    let abandonments = 0;
    for (let at = 0; at < sorted.length;) {
      const { waitedMs } = sorted[at]!;
      let left = 0;
      let gone = 0;
      for (; sorted[at]?.waitedMs === waitedMs; at++) {
        gone++;
        if (sorted[at]!.hasAbandoned) left++;
      }
      if (left > 0) {
        share *= 1 - left / there;
        this.#leftAtMs.push(waitedMs);
        this.#shareAfter.push(share);
      }
      there -= gone;
      exposureMs += gone * waitedMs;
      abandonments += left;
    }
    this.#lastMs = sorted.at(-1)?.waitedMs ?? 0;
    this.#rate = exposureMs > 0 ? abandonments / exposureMs : 0;
    this.abandonments = abandonments;
  }

  /** The share of callers still there after such a wait. */
  shareAt(waitedMs: number): number {
    const at = countNotAbove(this.#leftAtMs, waitedMs);
    const share = at === 0 ? 1 : this.#shareAfter[at - 1]!;
    const beyondMs = Math.max(0, waitedMs - this.#lastMs);
    return share * Math.exp(-this.#rate * beyondMs);
  }

  /** A caller's patience who has waited so long already, by a chance in [0, 1); Infinity where nobody ever leaves. */
  draw(chance: number, waitedMs = -1): number {
    // In (0, what is left]: the wait after which no more than this share is there.
    const share = (1 - chance) * (waitedMs < 0 ? 1 : this.shareAt(waitedMs));
    const at = Math.max(firstNotAbove(this.#shareAfter, share), countNotAbove(this.#leftAtMs, waitedMs));
    if (at < this.#leftAtMs.length) return this.#leftAtMs[at]!;
    if (this.#rate === 0) return Infinity;
    const left = this.#shareAfter.at(-1) ?? 1;
    return Math.max(waitedMs + 1, Math.round(this.#lastMs + Math.log(left / share) / this.#rate));
  }
}

/** How many of the rising values are at most `limit`. */
function countNotAbove(rising: readonly number[], limit: number): number {
  return search(rising.length, (at) => rising[at]! > limit);
}

/** The first of the falling values that is at most `limit`. */
function firstNotAbove(falling: readonly number[], limit: number): number {
  return search(falling.length, (at) => falling[at]! <= limit);
}

/** The first place from which on it holds. */
function search(length: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
