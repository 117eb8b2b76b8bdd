/** The search for the highest rate that passes: what to try next, from what was tried. Decides, and places no call. */
export interface TriedRate {
  readonly rate: number;
  readonly passes: boolean;
}

export interface RateRange {
  readonly from: number;
  /** Rates differ by multiples of it. */
  readonly step: number;
}

const climb = 1.25;
const triesPerRate = 2;

/** Null when it is known: the highest that passed, and the next above it did not. */
export function nextRate(tries: readonly TriedRate[], { from, step }: RateRange): number | null {
  const stepped = (rate: number) => Math.floor(rate / step) * step;
  const last = tries.at(-1);
  if (last === undefined) return stepped(from);
  // Other work of the machine may be what failed it.
  if (!last.passes && tries.filter(({ rate }) => rate === last.rate).length < triesPerRate) return last.rate;
  const passed = new Set(tries.filter(({ passes }) => passes).map(({ rate }) => rate));
  const best = Math.max(0, ...passed);
  const worst = Math.min(...tries.map(({ rate }) => rate).filter((rate) => rate > best));
  if (worst === Number.POSITIVE_INFINITY) return Math.max(best + step, stepped(best * climb));
  if (worst - best <= step) return null;
  return Math.max(best + step, stepped((best + worst) / 2));
}
