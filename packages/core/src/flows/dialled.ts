/** What the steps share that dial an outside number: what they hold, and how their failing is remembered. */
import { dialResultVariable, type DialFailure } from './dial-result.ts';
import { duration, expandedText, optional, type StepKey } from './step-field.ts';
import type { Walk } from './walk.ts';

export const dialledFields = {
  number: expandedText(1, 80),
  /** The caller number shown; the dialled DID where absent. */
  callerNumber: optional(expandedText(0, 40)),
  ringTimeoutMs: duration(1_000, 300_000, 30_000),
} as const;

export function dialled(
  step: { readonly number: string; readonly callerNumber?: string; readonly ringTimeoutMs: number },
  walk: Walk,
): { readonly number: string; readonly callerNumber: string | null; readonly ringTimeoutMs: number } {
  return {
    number: walk.expand(step.number),
    callerNumber: step.callerNumber === undefined ? null : walk.expand(step.callerNumber),
    ringTimeoutMs: step.ringTimeoutMs,
  };
}

export function dialFailed(why: DialFailure, walk: Walk, onFailed: StepKey): void {
  walk.set(dialResultVariable, why);
  walk.leave(why, onFailed, { exit: 'onFailed' });
}
