/** What a step could not do, with its place: the call goes on at the step's error branch, and the timeline says why. */
export interface StepFault {
  /** A stable word: an `ExpressionFaultCode`, what a performer failed with, `too-late`, `endless`… */
  readonly code: string;
  /** The field: `cases.1.condition`. */
  readonly place: string | null;
  readonly message: string;
}

/**
 * Thrown by `Walk.evaluate` and `Walk.fail` through the step that cannot go on, and caught by the machine alone: no kind of step
 * need look after every expression it holds.
 */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly fault: StepFault;

  constructor(fault: StepFault) {
    super(fault.message);
    this.fault = fault;
  }
}
