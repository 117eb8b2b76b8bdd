import type { MarkShape, Role } from '@seatgrid/ui';
import type { StepFate } from './compared-flow.ts';

/** A shape as well as a colour: each is told by either alone. */
export const fateMarks: Readonly<
  Record<Exclude<StepFate, 'same'>, { readonly shape: MarkShape; readonly role: Role }>
> = {
  added: { shape: 'check', role: 'green' },
  removed: { shape: 'cross', role: 'red' },
  changed: { shape: 'pencil', role: 'amber' },
};
