/** How a call of the floor stands, told by mark and words; of one whose node is silent, how it stood and when. */
import type { FloorCall } from '@seatgrid/contracts/realtime/floor.ts';
import { format, type MarkShape, type Role } from '@seatgrid/ui';
import { say } from '#lib/words/say.svelte.ts';
import type { Staleable } from './merge-floors.ts';

interface ShownMark {
  readonly shape: MarkShape;
  readonly role: Role;
}

const marks: Readonly<Record<FloorCall['state'], ShownMark>> = {
  'in-flow': { shape: 'dot', role: 'neutral' },
  queued: { shape: 'pause', role: 'amber' },
  ringing: { shape: 'ringing', role: 'blue' },
  talking: { shape: 'handset', role: 'blue' },
  held: { shape: 'pause', role: 'amber' },
  consulting: { shape: 'handsets', role: 'indigo' },
  conference: { shape: 'handsets', role: 'indigo' },
  dialling: { shape: 'handset-out', role: 'blue' },
};

export function callState({
  state,
  asOfMs,
}: Pick<FloorCall, 'state'> & Staleable): ShownMark & { label: string } {
  const was = say(`floor.call.${state}`);
  if (asOfMs === null) return { ...marks[state], label: was };
  const label = say('floor.call.lost', { state: was, time: format.date(asOfMs, 'time') });
  return { shape: 'broken-link', role: 'amber', label };
}
