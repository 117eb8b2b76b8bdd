/** F-09: by what a call and an agent are brought together, each a small comparison; the tenant puts them in order. */

/** Which agent a call is given, of those who are free. `random` ends an order: nothing after it is asked. */
export const agentStrategies = [
  /** F-08: the customer's own agent by the dedicated table. */
  'dedicated-agent',
  /** F-07: whoever served this customer last. */
  'last-agent',
  /** F-06 */
  'skill-level',
  /** An agent at the site whose number was dialled. */
  'site',
  /** F-03 */
  'longest-idle',
  /** F-29: fewest calls today. */
  'even',
  /** The least time in conversation today. */
  'least-phone-time',
  /** F-31: as the queue names them. */
  'fixed-order',
  /** F-30 */
  'random',
] as const;
export type AgentStrategy = (typeof agentStrategies)[number];

/** Which call an agent takes who becomes free, of those that wait; one order a tenant, since agents serve several queues. */
export const callStrategies = [
  /** Of a customer whose dedicated or last agent this one is. */
  'own-customer',
  /** F-11: of a class below its target before all others; of several the highest target. */
  'service-target',
  /** F-04 */
  'queue-priority',
  /** F-05: level 1 before 2 before those without. */
  'customer-priority',
  /** What the agent is there for before what was widened to the agent. */
  'closest-fit',
  /** F-02 */
  'first-come',
] as const;
export type CallStrategy = (typeof callStrategies)[number];

export const plainCallOrder: readonly CallStrategy[] = [
  'service-target',
  'queue-priority',
  'customer-priority',
  'first-come',
];
