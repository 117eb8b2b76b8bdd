/** Who overtook a call while it waited, among the entries of its own story. */
import type { Overtaker } from '@seatgrid/contracts/api/api.ts';
import { format, type TimelineEntry } from '@seatgrid/ui';
import { say } from '#lib/words/say.svelte.ts';
import type { CallNames } from './tell-call.svelte.ts';

export function withOvertakers(
  overtakers: readonly Overtaker[],
  names: Pick<CallNames, 'agent'>,
  entries: readonly TimelineEntry[],
): TimelineEntry[] {
  const told = overtakers.map(({ callId, fromNumber, agentId, atMs, laterMs, by }): TimelineEntry => ({
    id: `overtaken ${callId} ${atMs}`,
    time: format.date(atMs, 'time'),
    atMs,
    shape: 'warning',
    role: 'amber',
    title: say('tl.overtaken', {
      number: format.phone(fromNumber),
      later: format.durationWords(laterMs),
      agent: names.agent(agentId),
    }),
    detail: say('tl.overtakenWhy', { why: say(`why.call.${by}`, { count: 1 }) }),
  }));
  return [...entries, ...told].sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
}
