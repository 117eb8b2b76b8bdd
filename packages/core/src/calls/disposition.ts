import type { Id } from '../kernel/ids.ts';
import type { LocalText } from '../kernel/locale.ts';

export type DispositionId = Id<'disposition'>;

/** What came of an interaction (H-03: the nature a recording is found by). */
export interface Disposition {
  readonly id: DispositionId;
  /** Typed or shown before the name, e.g. `101`. */
  readonly code: string;
  readonly name: LocalText;
}

export type CallDirection = 'inbound' | 'outbound' | 'internal';
