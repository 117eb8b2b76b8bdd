/** a button on somebody's web page that calls a number of the tenant by voice, from the visitor's browser. */
import type { DidId, Id } from '../kernel/ids.ts';

export type WebButtonId = Id<'web-button'>;

export interface WebButton {
  readonly id: WebButtonId;
  readonly name: string;
  /** What it rings: from there on a visitor's call is a call to this number. */
  readonly didId: DidId;
  /** Pages that may show it, such as `https://www.example.com`. */
  readonly origins: readonly string[];
  readonly isOpen: boolean;
  /** Calls of this button in progress. */
  readonly callsAtOnceMax: number;
  readonly callsPerMinuteMax: number;
}
