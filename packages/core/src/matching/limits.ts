/** A node that was asked has answered by then, or is taken not to have heard. */
export const matchAnswerMaxMs = 2_000;
