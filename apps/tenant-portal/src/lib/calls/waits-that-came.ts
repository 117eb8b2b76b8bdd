import type { Happening } from './call-phases.ts';

/** By the sequence of the announcement: until an agent took the call; absent where none did. */
export function waitsThatCame(timeline: readonly Happening[]): ReadonlyMap<number, number> {
  const came = new Map<number, number>();
  let open: Happening[] = [];
  for (const one of [...timeline].sort((a, b) => a.sequence - b.sequence)) {
    if (one.facts.kind === 'wait.announced') open.push(one);
    if (one.facts.kind !== 'queue.left') continue;
    if (one.facts.cause === 'agent')
      for (const { sequence, atMs } of open) came.set(sequence, Math.max(0, one.atMs - atMs));
    open = [];
  }
  return came;
}
