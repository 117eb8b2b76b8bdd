import type { PresenceState } from '@seatgrid/core/workforce/presence.ts';
import type { MarkShape, Role } from '@seatgrid/ui/marks/roles.ts';
import type { Word } from '#lib/words/catalogue.ts';

/** How a state looks and what it is called; the one table of marks for the whole product. */
export interface PresenceMark {
  readonly shape: MarkShape;
  readonly role: Role;
  readonly word: Word;
}

const marks: Readonly<Record<PresenceState, PresenceMark>> = {
  offline: { shape: 'ring', role: 'neutral', word: 'presence.offline' },
  ready: { shape: 'dot', role: 'green', word: 'presence.ready' },
  reserved: { shape: 'ringing', role: 'blue', word: 'presence.reserved' },
  talking: { shape: 'handset', role: 'blue', word: 'presence.talking' },
  wrapping: { shape: 'pencil', role: 'amber', word: 'presence.wrapping' },
  paused: { shape: 'bar', role: 'slate-red', word: 'presence.paused' },
};

export function presenceMark(state: PresenceState, pause: 'not-ready' | 'break' = 'not-ready'): PresenceMark {
  if (state === 'paused' && pause === 'break')
    return { shape: 'cup', role: 'violet', word: 'presence.break' };
  return marks[state];
}
