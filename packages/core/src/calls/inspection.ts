/** How a supervisor takes part in an agent's call. */
export const inspectionModes = [
  'monitor', // H-17: hears, and is noticed by nobody
  'whisper', // H-18: the agent alone hears the supervisor
  'barge-notice', // H-19: listens still; the agent has been told
  'barge', // H-19: three who hear each other
  'intercept', // H-21: the customer with the supervisor
] as const;
export type InspectionMode = (typeof inspectionModes)[number];
