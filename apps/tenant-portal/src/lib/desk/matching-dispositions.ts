import type { Disposition } from '@seatgrid/core/calls/disposition.ts';

export interface NamedDisposition {
  readonly id: Disposition['id'];
  readonly code: string;
  readonly label: string;
}

/** The codes an agent means by what was typed: those whose code begins with it first, then those whose name contains every word. */
export function matchingDispositions(all: readonly NamedDisposition[], typed: string): NamedDisposition[] {
  const text = typed.trim().toLowerCase();
  if (text === '') return [...all];
  const byCode = all.filter((each) => each.code.toLowerCase().startsWith(text));
  const words = text.split(/\s+/);
  const byName = all.filter(
    (each) => !byCode.includes(each) && words.every((word) => each.label.toLowerCase().includes(word)),
  );
  return [...byCode, ...byName];
}
