/**
 * The world outside as a flow sees it: a step asks (`Walk.ask`), and some time later there is an answer, a failure, or too
 * much time has passed. Who performs a request of which kind is the node's matter (`apps/edge-node/flows/outside`); here
 * stands only what is asked. A kind that asks declares its request and narrows it, as `fields` are.
 */
export interface OutsideRequest {
  /** Whose performer is wanted: `is-centre-there`, `http`… */
  readonly kind: string;
}

/** `value` is plain data as JSON has it; `why` is a stable word a flow may branch by, `detail` is for people. */
export type OutsideAnswer =
  | { readonly kind: 'answered'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly why: string; readonly detail: string }
  | { readonly kind: 'too-late' };
