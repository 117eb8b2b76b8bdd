/** Who sounds how in the tests: one frequency a party, so that what is heard says who was heard. */
import { findTones } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';

export const callerHz = 1_000;
export const agentHz = 650;
export const otherAgentHz = 750;
export const outsideHz = 1_200;
export const supervisorHz = 1_450;
/** The product's own hold music is measured by what it is not: no party, no silence. */
export const partiesHz = [callerHz, agentHz, otherAgentHz, outsideHz, supervisorHz];

export function toneOf(frequencyHz: number): Int16Array {
  return makeTone({ frequencyHz, durationMs: 1_000 });
}

/** Which parties can be heard in it. */
export function whoIsHeard(samples: Int16Array): number[] {
  return findTones(samples, { frequenciesHz: partiesHz });
}
