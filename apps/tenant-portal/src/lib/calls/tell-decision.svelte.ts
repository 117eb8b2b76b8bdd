// The story of one choice: who else could have been, and by which rule each was passed over.
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import { say } from '#lib/words/say.svelte.ts';
import type { CallNames } from './tell-call.svelte.ts';

type Decision = NonNullable<Extract<EventFacts, { kind: 'reservation.made' }>['decision']>;

export function tellDecision(decision: Decision, names: CallNames): string {
  const { came, among, width, passedOver } = decision;
  const counts = new Map<string, number>();
  const parts = [say(came === 'call' ? 'why.agents' : 'why.calls', { count: among })];
  if (width > 0) parts.push(say('why.width', { number: width }));
  for (const one of passedOver)
    if ('agentId' in one) parts.push(say(`why.agent.${one.by}`, { agent: names.agent(one.agentId) }));
    else counts.set(one.by, (counts.get(one.by) ?? 0) + 1);
  for (const [by, count] of counts) parts.push(say(`why.call.${by as CallRule}`, { count }));
  return parts.join(' · ');
}

type CallRule = Extract<Decision['passedOver'][number], { callId: unknown }>['by'];
