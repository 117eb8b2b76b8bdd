import type { SourceModule } from './source-module.ts';

/** One rule of the house, and the violation it must be seen to find. */
export interface TidyRule {
  readonly name: string;
  /** What is wrong, each with its line and what to do instead. */
  check(module: SourceModule): readonly TidyFault[];
  /** Files that break the rule, and one that keeps it: the rule is tried on them before it is believed. */
  readonly planted: readonly { readonly path: string; readonly text: string }[];
  readonly clean: { readonly path: string; readonly text: string };
}

export interface TidyFault {
  readonly line: number;
  readonly message: string;
}
