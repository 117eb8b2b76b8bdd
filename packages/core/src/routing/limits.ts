/** Others that a decision names, the first in its order. */
export const passedOverMax = 4;
/** Calls by which a class of service is judged. */
export const recentCallsMax = 100;
/** Of the time a target gives: from here on a call that waits is in danger of missing it. */
export const urgentAfterShare = 0.3;
/** What was told of a class at other nodes is believed so long after it was told no more. */
export const serviceToldKeptMs = 900_000;
export const wideningsMax = 8;

// Expected wait
/** Calls a queue must have served before a wait is estimated, and as many an agent's own calls are weighed against. */
export const callsBeforeEstimate = 5;
export const queueCallsRemembered = 200;
export const agentCallsRemembered = 30;
export const arrivalsMemoryMs = 900_000;
/** Each estimate that came out too long or too short corrects those after it by so much, and all together by this factor at most. */
export const correctionStep = 0.003;
export const correctionMax = 2;
/** However many overtake, so much of the agents' work is left to whoever waits. */
export const paceShareMin = 0.05;
/** Further than this no wait is estimated: it cannot be said. */
export const expectedWaitMsMax = 14_400_000;
