/** D-10: what an agent learnt goes with the call, beside what its caller keyed: to the next agent, the next flow and the record. */
import type { DeskOutcome } from '../agents/desk-commands.ts';
import { collectedVariablesMax } from '../limits.ts';
import { factsOfTheCall, type Call } from './call.ts';
import type { Party } from './party.ts';

/** An empty value takes away what an agent attached before. */
export function attachData(
  call: Call,
  by: Party,
  { variable, value }: { readonly variable: string; readonly value: string },
): DeskOutcome {
  if (by.agentId === null || by.joinedAtMs === null)
    return { ok: false, code: 'wrong-state', detail: 'not possible before the call is answered' };
  if (factsOfTheCall.has(variable))
    return { ok: false, code: 'malformed', detail: `${variable} is a fact of the call and stays as it is` };
  const { collected } = call;
  if (!(variable in collected) && Object.keys(collected).length >= collectedVariablesMax)
    return {
      ok: false,
      code: 'wrong-state',
      detail: `a call carries at most ${collectedVariablesMax} values`,
    };
  if (value === '') delete collected[variable];
  else collected[variable] = value;
  call.variables.set(variable, value);
  call.record({ kind: 'data.attached', callId: call.id, agentId: by.agentId, variable, value });
  call.dataChanged();
  return { ok: true };
}
