/** A call's life as a row of phases, from first ring to the end of wrap-up: what the bar above the timeline draws. */
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';

export type PhaseKind = 'menu' | 'waiting' | 'ringing' | 'dialling' | 'talking' | 'held' | 'wrapping';

export interface Phase {
  readonly kind: PhaseKind;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Happening {
  readonly atMs: number;
  readonly sequence: number;
  readonly facts: EventFacts;
}

/** `untilMs` closes the phase of a call that still goes on. */
export function callPhases(timeline: readonly Happening[], untilMs: number): Phase[] {
  const phases: Phase[] = [];
  let kind: PhaseKind | null = null;
  let fromMs = 0;
  let isQueued = false;
  const turn = (next: PhaseKind | null, atMs: number): void => {
    if (next === kind) return;
    if (kind !== null && atMs > fromMs) phases.push({ kind, fromMs, toMs: atMs });
    kind = next;
    fromMs = atMs;
  };

  for (const { atMs, facts } of inOrder(timeline)) {
    switch (facts.kind) {
      case 'call.started':
        turn(facts.direction === 'inbound' ? 'menu' : 'dialling', atMs);
        break;
      case 'queue.entered':
        isQueued = true;
        turn('waiting', atMs);
        break;
      case 'queue.left':
        isQueued = false;
        if (facts.cause === 'timeout' || facts.cause === 'full') turn('menu', atMs);
        break;
      case 'reservation.made':
        turn('ringing', atMs);
        break;
      case 'reservation.ended':
        if (facts.outcome !== 'accepted' && kind === 'ringing') turn(isQueued ? 'waiting' : 'menu', atMs);
        break;
      case 'leg.dialled':
        if (kind !== 'talking') turn('dialling', atMs);
        break;
      case 'leg.dial-ended':
        if (facts.outcome !== 'answered' && kind === 'dialling') turn('menu', atMs);
        break;
      case 'call.bridged':
      case 'call.retrieved':
        turn('talking', atMs);
        break;
      case 'call.held':
        turn('held', atMs);
        break;
      case 'call.transferred':
        turn(afterTransfer[facts.target.kind], atMs);
        break;
      case 'call.ended':
        turn(timeline.some((one) => one.facts.kind === 'call.bridged') ? 'wrapping' : null, atMs);
        break;
      case 'interaction.closed':
        turn(null, atMs);
        break;
      default:
        break;
    }
  }
  // Wrap-up nobody closed yet is not drawn into the future of a call long over.
  if (kind !== 'wrapping') turn(null, untilMs);
  return phases;
}

/** Events in the order they happened; a flow step is journalled when it is left, and told from when it was entered. */
export function inOrder(timeline: readonly Happening[]): Happening[] {
  return timeline
    .map((one) => (one.facts.kind === 'flow.step' ? { ...one, atMs: one.facts.enteredAtMs } : one))
    .sort((a, b) => a.atMs - b.atMs || a.sequence - b.sequence);
}

const afterTransfer = {
  agent: 'ringing',
  leader: 'ringing',
  'ring-group': 'ringing',
  queue: 'waiting',
  flow: 'menu',
  number: 'dialling',
} as const;
