import type { Clock } from '@seatgrid/core/kernel/clock.ts';

export interface TimeLimit extends Disposable {
  readonly signal: AbortSignal;
  /** Something moved: it begins anew. */
  again(): void;
}

/** A signal that aborts after `limitMs`; disposed of, it never does. */
export function timeLimit(clock: Clock, limitMs: number): TimeLimit {
  const controller = new AbortController();
  const begin = () =>
    clock.after(limitMs, () => controller.abort(new Error(`no answer within ${limitMs} ms`)));
  let cancel = begin();
  return {
    signal: controller.signal,
    again() {
      cancel();
      cancel = begin();
    },
    [Symbol.dispose]: () => cancel(),
  };
}
