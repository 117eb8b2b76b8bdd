/**
 * A node's share of one tenant's quotas, as the node has it: what it takes calls and agents by, when it asks for more, and how it gives up
 * what others need. Never below what is in use, and half of what is to spare at a time, so that the next call does not wait for an answer.
 */
import { sharedQuotas, type Shared } from './quota-shares.ts';

export interface HeldShare {
  /** Of the last word from the centre; 0: it has said none, and the node has the whole. */
  readonly number: number;
  /** What it was told to have. */
  readonly told: Shared;
  /** What it has: more than told for as long as that is in use. */
  readonly held: Shared;
}

/** How soon the centre is to hear; null: it need not. */
export type Urgency = 'now' | 'soon' | null;

/** The centre's word. One that comes late is none. */
export function heardShare(
  share: HeldShare,
  word: Pick<HeldShare, 'number' | 'told'>,
  used: Shared,
): HeldShare {
  if (word.number <= share.number) return share;
  // Of the whole nothing was this node's alone: it is given up at once.
  if (share.number === 0)
    return { ...word, held: eachOf((quota) => Math.max(word.told[quota], used[quota])) };
  return givenUp({ ...word, held: eachOf((quota) => Math.max(share.held[quota], word.told[quota])) }, used);
}

/** Part of what is to be given up. */
export function givenUp(share: HeldShare, used: Shared): HeldShare {
  const held = eachOf((quota) => lowered(share.held[quota], share.told[quota], used[quota]));
  return isSame(held, share.held) ? share : { ...share, held };
}

function lowered(held: number, told: number, used: number): number {
  if (held <= told || held <= used) return held;
  return Math.max(told, used + Math.floor((held - used) / 2));
}

/** By what is in use now, and what was to spare when the centre last heard of it. */
export function urgencyOf(
  { held, told }: HeldShare,
  { used, quotas, spareSaid }: { readonly used: Shared; readonly quotas: Shared; readonly spareSaid: Shared },
): Urgency {
  let isSoon = false;
  for (const quota of sharedQuotas) {
    const spare = held[quota] - used[quota];
    if (held[quota] > told[quota] && spare > 0) return 'now';
    // Nobody else has any of it.
    if (held[quota] >= quotas[quota]) continue;
    if (2 * spare <= spareSaid[quota] && spare < spareSaid[quota]) return 'now';
    if (spare > 2 * spareSaid[quota] || (spare <= 0 && used[quota] > 0)) isSoon = true;
  }
  return isSoon ? 'soon' : null;
}

export function spareOf({ held }: HeldShare, used: Shared): Shared {
  return eachOf((quota) => held[quota] - used[quota]);
}

export function isSame(one: Shared, other: Shared): boolean {
  return sharedQuotas.every((quota) => one[quota] === other[quota]);
}

function eachOf(value: (quota: keyof Shared) => number): Shared {
  return { agentsSignedIn: value('agentsSignedIn'), concurrentCalls: value('concurrentCalls') };
}
