/** Steps a call may walk at one instant, without speaking, listening or waiting. */
export const stepsWithoutWaitingMax = 200;
/** Steps in one flow. */
export const flowStepsMax = 500;
