/** What comes of running an extension. Performed in `adapters/extensions`. */
import type { Result } from '../kernel/result.ts';
import type { NamedValues } from './typed-values.ts';

export const extensionFaultCodes = [
  /** What it was given is not of the types it takes. */
  'bad-input',
  /** Not JavaScript, or without a `run`. */
  'unreadable',
  'threw',
  /** Too long on the processor. */
  'endless',
  'out-of-memory',
  /** Functions that call one another without end. */
  'too-deep',
  'too-large',
  /** What it answered is not of the types it gives. */
  'bad-output',
  /** Too many runs of the tenant wait, or its extensions have had more than their share of the processor. */
  'busy',
  'unknown-extension',
  /** The sandbox itself broke. */
  'broken',
] as const;
export type ExtensionFaultCode = (typeof extensionFaultCodes)[number];

export interface ExtensionFault {
  readonly code: ExtensionFaultCode;
  /** Where in the source it happened; null where nobody can say. */
  readonly line: number | null;
  readonly detail: string;
}

/** For whoever tries it. */
export interface ExtensionCost {
  readonly processorMs: number;
  readonly memoryOctets: number;
  /** What it told its console. */
  readonly lines: readonly string[];
}

export interface ExtensionRun extends ExtensionCost {
  readonly result: Result<NamedValues, ExtensionFault>;
}

/** With its place, as the timeline tells it. */
export function faultSentence(name: string, { line, detail }: ExtensionFault): string {
  return `${name}${line === null ? '' : `, line ${line}`}: ${detail}`;
}
