import type { Component } from 'svelte';

/** A place in the rail. */
export interface RailItem {
  readonly href: string;
  readonly label: string;
  readonly icon: Component<{ size?: number | string; strokeWidth?: number | string }>;
  /** Begins a new group: a line is drawn above. */
  readonly startsGroup?: boolean;
  /** Something waits there: a small count. */
  readonly count?: number | undefined;
}
