import type { Clock } from '@seatgrid/core/kernel/clock.ts';

/** A signal that aborts after `limitMs`; disposed of, it never does. */
export function timeLimit(clock: Clock, limitMs: number): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const cancel = clock.after(limitMs, () => controller.abort(new Error(`no answer within ${limitMs} ms`)));
  return { signal: controller.signal, [Symbol.dispose]: cancel };
}
