/** What tells time and wakes things. Real in `runtime/`, virtual in the testkit; nothing below a composition root reads a clock itself. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Calls `wake` once, `delayMs` from now; returns what cancels it. */
  after(delayMs: number, wake: () => void): Cancel;
}

export type Cancel = () => void;
