/** A number a queue owes a call: asked for by a caller instead of waiting, whose place is kept, or put on the list by the tenant. */
import type { CallId, CallbackId, QueueId } from '../kernel/ids.ts';

export const callbackOrigins = ['caller', 'list'] as const;
export type CallbackOrigin = (typeof callbackOrigins)[number];

export const callbackEnds = ['reached', 'not-reached', 'cancelled', 'expired', 'queue-removed'] as const;
export type CallbackEnd = (typeof callbackEnds)[number];

/** How one attempt went. */
export const attemptOutcomes = ['reached', 'busy', 'no-answer', 'failed', 'agent-left'] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

export interface CallbackSettings {
  /** Who waits in the queue is asked after so long; null: only steps of flows ask. */
  readonly offerAfterMs: number | null;
  /** Whether another number than the one that calls may be keyed. */
  readonly mayKeyNumber: boolean;
  /** Until the number answers; then the callback has failed. */
  readonly attemptsMax: number;
  readonly pauseMs: number;
  readonly ringTimeoutMs: number;
  /** Owed by the queue at one time, the list apart. */
  readonly pendingMax: number;
}

/** What there is to say where a queue that offers none is given a list. */
export const plainCallback: CallbackSettings = {
  offerAfterMs: null,
  mayKeyNumber: false,
  attemptsMax: 3,
  pauseMs: 300_000,
  ringTimeoutMs: 30_000,
  pendingMax: 200,
};

export interface Callback {
  readonly id: CallbackId;
  readonly queueId: QueueId;
  readonly number: string;
  readonly origin: CallbackOrigin;
  /** The place it keeps: since when its caller waits. */
  readonly sinceMs: number;
  readonly attempts: number;
}

/** F-15: what a queue's agents do beside its calls. */
export type Duty =
  | { readonly kind: 'inbound' }
  /** Numbers of the list are called while nobody waits, so many agents are idle, and one of them has been for so long. */
  | { readonly kind: 'mixed'; readonly idleAgentsMin: number; readonly idleMs: number }
  /** The list is called whenever an agent is free. */
  | { readonly kind: 'outbound' };

/** `idleMs`: of each idle agent of the queue. */
export function mayCallOut(
  duty: Duty,
  now: { readonly waiting: number; readonly idleMs: readonly number[] },
): boolean {
  if (duty.kind === 'inbound' || now.waiting > 0 || now.idleMs.length === 0) return false;
  if (duty.kind === 'outbound') return true;
  return now.idleMs.length >= duty.idleAgentsMin && Math.max(...now.idleMs) >= duty.idleMs;
}

/** What an attempt leaves to do: another one after a pause, or nothing more. */
export function afterAttempt(
  settings: CallbackSettings,
  attempts: number,
  outcome: AttemptOutcome,
): { readonly end: CallbackEnd } | { readonly againInMs: number } {
  if (outcome === 'reached') return { end: 'reached' };
  return attempts >= settings.attemptsMax ? { end: 'not-reached' } : { againInMs: settings.pauseMs };
}

/** The asking call, in the record of those it leads to. */
export interface CallbackOfCall {
  readonly id: CallbackId;
  readonly origin: CallbackOrigin;
  readonly askedAtMs: number;
  readonly askedByCallId: CallId | null;
}
