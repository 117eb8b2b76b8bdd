/** Whoever is to be rung at another node, kept there for this call: an agent who is signed in, or a desk phone nobody is signed in at. */
import type { AgentKept } from '../visits/visit-terms.ts';
import type { Call } from './call.ts';
import type { Elsewhere } from './reach-colleague.ts';

/** Undefined: not to be reached; without the centre nobody is. */
export function seekElsewhere(call: Call, { agent, atPhone }: Elsewhere): Promise<AgentKept | undefined> {
  const { matches, phonesElsewhere } = call.services;
  return atPhone ? phonesElsewhere.seek(call, agent, atPhone) : matches.seek(call, agent.id);
}
