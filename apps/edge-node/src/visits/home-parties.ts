/** Who is in a call at its home, as its host shows them: under keys that are none of its own. */
import type { DeskInteraction } from '@seatgrid/contracts/desk/desk-messages.ts';

const prefix = 'home/';

export function partiesAtHome(told: DeskInteraction['parties']): DeskInteraction['parties'] {
  return told.map((party) => ({ ...party, key: `${prefix}${party.key}` }));
}

export function isPartyAtHome(key: string): boolean {
  return key.startsWith(prefix);
}

export function keyAtHome(key: string): string {
  return key.slice(prefix.length);
}
