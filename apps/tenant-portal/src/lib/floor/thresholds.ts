import type { Role } from '@seatgrid/ui/marks/roles.ts';

/** From when a wait is worth a look, and from when it is too long. */
export const waitWarnMs = 60_000;
export const waitAlarmMs = 180_000;

const levelGood = 0.8;
const levelPoor = 0.6;

/** The colour of a service level; the figure itself always stands beside it. */
export function levelRole(level: number): Role {
  return level >= levelGood ? 'green' : level >= levelPoor ? 'amber' : 'red';
}
