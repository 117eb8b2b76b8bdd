/** In which order servers of one service are tried (RFC 2782), drawn anew for each call so that load is shared by weight. */
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import type { SipFlow } from '../transport/sip-transport.ts';

/** One SRV record with what its name means: its addresses are tried one after the other. */
export interface ServerChoice {
  readonly priority: number;
  readonly weight: number;
  readonly flows: readonly SipFlow[];
}

export function orderServers(choices: readonly ServerChoice[], random: Random): readonly SipFlow[] {
  if (choices.length < 2) return choices[0]?.flows ?? [];
  // Weight 0 first within a priority, as its chance is to be the very lowest.
  const left = choices.toSorted((a, b) => a.priority - b.priority || a.weight - b.weight);
  const ordered: SipFlow[] = [];
  while (left.length > 0) {
    const end = left.findIndex(({ priority }) => priority !== left[0]!.priority);
    const ofPriority = end < 0 ? left.length : end;
    ordered.push(...left.splice(drawn(left, ofPriority, random), 1)[0]!.flows);
  }
  return ordered;
}

/**
 * RFC 2782: of the first `count`, the first whose running sum of weights is greater than or equal to a number between 0 and the
 * sum of all, both included.
 */
function drawn(choices: readonly ServerChoice[], count: number, random: Random): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += choices[index]!.weight;
  const number = randomInteger(random, sum + 1);
  let running = 0;
  for (let index = 0; index < count; index++) {
    running += choices[index]!.weight;
    if (running >= number) return index;
  }
  return 0;
}
