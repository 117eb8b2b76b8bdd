import type { MarkShape, Role } from '../marks/roles.ts';

/** One thing that happened, ready to be shown. */
export interface TimelineEntry {
  readonly id: string;
  /** The time as it is to be read. */
  readonly time: string;
  /** The moment itself, when the entry can be jumped to. */
  readonly atMs?: number | undefined;
  readonly shape: MarkShape;
  readonly role: Role;
  readonly title: string;
  readonly detail?: string | undefined;
}
