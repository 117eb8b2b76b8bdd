import type { DeskState } from '@seatgrid/contracts/desk/desk-messages.ts';

type Colleague = DeskState['colleagues'][number];

/** Who can be meant by what was typed, name, extension or staff ID; those who can take a call now first, those who are gone last. */
export function matchingColleagues(all: readonly Colleague[], typed: string): Colleague[] {
  const text = typed.trim().toLowerCase();
  return all
    .filter(
      (each) =>
        each.name.toLowerCase().includes(text) ||
        [each.extension, each.staffId].some((id) => id.startsWith(text)),
    )
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

function rank(colleague: Colleague): number {
  return colleague.state === 'ready' ? 0 : colleague.state === 'offline' ? 2 : 1;
}
