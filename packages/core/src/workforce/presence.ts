/** What an agent is doing, seen by the one node where the agent is signed in (portal-design §2 gives each its mark). */
import type { Id } from '../kernel/ids.ts';
import type { LocalText } from '../kernel/locale.ts';

export const presenceStates = ['offline', 'ready', 'reserved', 'talking', 'wrapping', 'paused'] as const;
export type PresenceState = (typeof presenceStates)[number];

/** Free for calls, or busy with one. */
export function isAtWork(state: PresenceState | undefined): boolean {
  return state === 'ready' || state === 'reserved' || state === 'talking' || state === 'wrapping';
}

export type PauseReasonId = Id<'pause-reason'>;

export interface PauseReason {
  readonly id: PauseReasonId;
  /** A short break is a rest that counts as such; not ready is any other absence. */
  readonly kind: 'not-ready' | 'break';
  readonly name: LocalText;
}

/** Why an agent is paused: by choice, or because a call rang too long (E-06), or the desk was lost. */
export type PauseCause =
  | { readonly kind: 'chosen'; readonly reasonId: PauseReasonId | null }
  | { readonly kind: 'ring-no-answer' }
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'desk-lost' };

/** Where the agent's voice is: this browser, the registered desk phone, or a number outside (B-05: an expert elsewhere). */
export const agentDevices = ['browser', 'phone', 'outside'] as const;
export type AgentDevice = (typeof agentDevices)[number];

/** E-13: one agent's figures since midnight in the tenant's zone; current states counted up to `atMs` by the reader. */
export interface TodayFigures {
  readonly callsAnswered: number;
  readonly answeringMs: number;
  readonly notReadyCount: number;
  readonly notReadyMs: number;
  readonly breakCount: number;
  readonly breakMs: number;
  readonly outgoingCount: number;
  readonly outgoingMs: number;
  readonly wrapMs: number;
}
