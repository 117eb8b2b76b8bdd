/** A call of a replayed day while it waits in one queue, and one agent being rung for it. */
import type { CallId } from '../kernel/ids.ts';
import type { Cancel } from '../kernel/clock.ts';
import type { Queue } from '../routing/queue.ts';
import type { Fate, Whose } from './fates.ts';
import type { RecordedCall } from './recorded-day.ts';
import type { ReplayAgent } from './replay-agent.ts';

export interface ReplayCall {
  readonly id: CallId;
  readonly recorded: RecordedCall;
  readonly whose: Omit<Whose, 'visit'>;
  /** Queues it has been in. */
  visits: number;
  /** What happened next in life happens no more: it was served where it was not, or went another way. */
  isElsewhere: boolean;
}

export interface ReplayEntry {
  readonly call: ReplayCall;
  readonly queue: Queue;
  readonly visit: number;
  readonly enteredAtMs: number;
  readonly fate: Fate;
  readonly rings: Set<ReplayRing>;
  /** Begun so far. */
  rung: number;
  /** Its wait ended while somebody rang; nobody else is tried after. */
  isOverdue: boolean;
  /** Where queues ask for it; null: it cannot be said. */
  expectedMs: number | null;
  cancels: Cancel[];
}

export interface ReplayRing {
  readonly entry: ReplayEntry;
  readonly agent: ReplayAgent;
  readonly startedAtMs: number;
  cancel: Cancel;
}
