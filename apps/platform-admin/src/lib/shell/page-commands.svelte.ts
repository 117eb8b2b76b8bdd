import type { Command } from '@seatgrid/ui';
import { SvelteMap } from 'svelte/reactivity';

const bySource = new SvelteMap<string, readonly Command[]>();

/** Puts a page's own acts into the command palette; returns what takes them out. Meant for an `$effect`. */
export function offerCommands(source: string, commands: readonly Command[]): () => void {
  bySource.set(source, commands);
  return () => bySource.delete(source);
}

export function offeredCommands(): Command[] {
  return [...bySource.values()].flat();
}
