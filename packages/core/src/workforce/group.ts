import type { GroupId } from '../kernel/ids.ts';

/** 班组: agents who are led together. Its leader position is whoever leads it at the moment. */
export interface Group {
  readonly id: GroupId;
  readonly name: string;
  /** Reaches the leader position from desk and desk phone; null: it is chosen by the group's name alone. */
  readonly leaderNumber: string | null;
}
