/** What is known of a call, as it goes with it from one node to another and back. */
import { plainOf, valueOf } from '@seatgrid/core/flows/flow-value.ts';
import type { VisitData } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { Call } from '../calls/call.ts';

export function dataOf({ language, path, variables, collected }: Call): VisitData {
  return {
    language,
    path: [...path],
    variables: Object.fromEntries(
      [...variables].map(([name, value]) => [name, plainOf(value) as VisitData['variables'][string]]),
    ),
    collected: { ...collected },
  };
}

/** What the other node knows is what is known; a value that is more than a variable may hold is left out. */
export function takeData(call: Call, data: VisitData): void {
  call.language = data.language;
  call.path = data.path;
  call.variables.clear();
  for (const [name, plain] of Object.entries(data.variables)) {
    const value = valueOf(plain);
    if (value !== undefined) call.variables.set(name, value);
  }
  for (const name of Object.keys(call.collected)) delete call.collected[name];
  Object.assign(call.collected, data.collected);
}
