/**
 * What one signed-in agent is doing, and what each event makes of it. Owned by the node where the agent is signed in; a
 * command that does not fit the state is refused with `wrong-state` and changes nothing.
 */
import type { CallId } from '../kernel/ids.ts';
import type { AgentDevice, PauseCause, PauseReasonId, PresenceState } from './presence.ts';

export type PresenceInput =
  | { readonly kind: 'sign-in'; readonly device: AgentDevice }
  | { readonly kind: 'sign-out' }
  | { readonly kind: 'ready' }
  /** During a call: takes effect when it ends. */
  | { readonly kind: 'not-ready'; readonly reasonId: PauseReasonId | null }
  | { readonly kind: 'reserve'; readonly callId: CallId }
  /** The caller left while this agent rang. */
  | { readonly kind: 'release' }
  | { readonly kind: 'ring-no-answer' }
  | { readonly kind: 'talk'; readonly callId: CallId }
  /** `wrapUpMs` 0: no after-call work. */
  | { readonly kind: 'call-ended'; readonly wrapUpMs: number }
  | { readonly kind: 'wrap-up' }
  | { readonly kind: 'wrap-ended' }
  | { readonly kind: 'desk-lost' };

export interface PresenceChange {
  readonly from: PresenceState;
  readonly to: PresenceState;
  /** How long `from` lasted. */
  readonly lastedMs: number;
  /** The pause left, while `from` is paused. */
  readonly pausedFor: PauseCause | null;
  /** The pause entered, while `to` is paused. */
  readonly pause: PauseCause | null;
  readonly device: AgentDevice | null;
  readonly callId: CallId | null;
}

export type PresenceOutcome =
  | { readonly ok: true; readonly change: PresenceChange | null }
  | { readonly ok: false; readonly code: 'wrong-state' };

const refused: PresenceOutcome = { ok: false, code: 'wrong-state' };
const unchanged: PresenceOutcome = { ok: true, change: null };

export class PresenceMachine {
  state: PresenceState = 'offline';
  sinceMs: number;
  device: AgentDevice | null = null;
  pause: PauseCause | null = null;
  callId: CallId | null = null;
  #afterwards: PauseCause | null = null;

  constructor(nowMs: number) {
    this.sinceMs = nowMs;
  }

  /** What follows the call in hand: null is ready. */
  get afterwards(): PauseCause | null {
    return this.#afterwards;
  }

  handle(input: PresenceInput, nowMs: number): PresenceOutcome {
    const isOnCall = this.state === 'reserved' || this.state === 'talking';
    switch (input.kind) {
      case 'sign-in':
        if (this.state !== 'offline') {
          if (isOnCall) return refused;
          this.device = input.device;
          return unchanged;
        }
        this.device = input.device;
        return this.#go('paused', nowMs, { kind: 'signed-in' });
      case 'sign-out':
        if (this.state === 'offline' || isOnCall) return refused;
        return this.#go('offline', nowMs);
      case 'ready':
        if (this.state === 'offline') return refused;
        if (isOnCall || this.state === 'ready') {
          this.#afterwards = null;
          return unchanged;
        }
        return this.#go('ready', nowMs);
      case 'not-ready': {
        if (this.state === 'offline') return refused;
        const pause: PauseCause = { kind: 'chosen', reasonId: input.reasonId };
        if (isOnCall) {
          this.#afterwards = pause;
          return unchanged;
        }
        return this.#go('paused', nowMs, pause);
      }
      case 'reserve':
        return this.state === 'ready' ? this.#go('reserved', nowMs, null, input.callId) : refused;
      case 'release':
        return this.state === 'reserved' ? this.#afterCall(nowMs) : refused;
      case 'ring-no-answer':
        return this.state === 'reserved'
          ? this.#go('paused', nowMs, this.#afterwards ?? { kind: 'ring-no-answer' })
          : refused;
      case 'talk':
        if (this.state === 'offline' || this.state === 'talking') return refused;
        // A call placed out of a pause returns to it.
        if (this.state === 'paused') this.#afterwards = this.pause;
        return this.#go('talking', nowMs, null, input.callId);
      case 'call-ended':
        if (this.state !== 'talking') return refused;
        return input.wrapUpMs > 0 && this.#afterwards?.kind !== 'desk-lost'
          ? this.#go('wrapping', nowMs, null, this.callId)
          : this.#afterCall(nowMs);
      case 'wrap-up':
        return this.state === 'ready' || this.state === 'paused' ? this.#go('wrapping', nowMs) : refused;
      case 'wrap-ended':
        return this.state === 'wrapping' ? this.#afterCall(nowMs) : refused;
      case 'desk-lost':
        if (this.state === 'offline') return unchanged;
        if (this.state === 'talking') {
          this.#afterwards = { kind: 'desk-lost' };
          return unchanged;
        }
        if (this.state === 'paused') return unchanged;
        return this.#go('paused', nowMs, { kind: 'desk-lost' });
    }
  }

  #afterCall(nowMs: number): PresenceOutcome {
    const pause = this.#afterwards;
    return pause ? this.#go('paused', nowMs, pause) : this.#go('ready', nowMs);
  }

  #go(
    to: PresenceState,
    nowMs: number,
    pause: PauseCause | null = null,
    callId: CallId | null = null,
  ): PresenceOutcome {
    const change: PresenceChange = {
      from: this.state,
      to,
      lastedMs: nowMs - this.sinceMs,
      pausedFor: this.pause,
      pause,
      device: this.device,
      callId: callId ?? this.callId,
    };
    this.state = to;
    this.sinceMs = nowMs;
    this.pause = pause;
    this.callId = callId;
    if (to === 'offline') this.device = null;
    if (to === 'ready' || to === 'paused' || to === 'offline') this.#afterwards = null;
    return { ok: true, change };
  }
}
