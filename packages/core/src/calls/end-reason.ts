/** Every end of a call has a party and a code: whose act or fault it was. */
export const endParties = ['caller', 'agent', 'trunk', 'platform', 'unknown'] as const;
export type EndParty = (typeof endParties)[number];

export const endCodes = [
  'hung-up', // the party ended an answered call
  'abandoned', // the caller gave up before an agent answered
  'cancelled', // the one who dialled gave up before an answer
  'flow-ended', // the flow said goodbye
  'transferred', // left the platform to another number
  'rejected', // busy, declined
  'no-answer',
  'unreachable', // no route, trunk down, number unknown
  'refused-quota',
  'refused-suspended',
  'queue-full',
  'queue-timeout',
  'media-lost', // silence or a broken browser leg
  'force-released', // cut by a supervisor
  'node-restarted', // found open in the journal after a crash
  'node-lost', // its node was declared lost: nobody can say how it ended
  'fault', // our own mistake
] as const;
export type EndCode = (typeof endCodes)[number];

export interface EndReason {
  readonly party: EndParty;
  readonly code: EndCode;
  /** SIP status or cause behind it, for engineers. */
  readonly detail?: string;
}
