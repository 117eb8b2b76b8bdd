/** A node that was asked has answered by then, or is taken not to have heard. */
export const matchAnswerMaxMs = 2_000;
/** Agents of one tenant asked for by name at one time. */
export const namedAsksMax = 1_000;
