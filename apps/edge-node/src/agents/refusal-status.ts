/** One table from why a desk is refused to what a phone or another node is told, and back. */
import type { DeskOutcome, DeskRefusalCode } from './desk-commands.ts';

const statuses: readonly (readonly [DeskRefusalCode, number, string])[] = [
  ['no-such-target', 404, 'nobody serves this target'],
  ['not-available', 480, 'this target cannot be reached now'],
  ['no-route', 503, 'no line to the outside is free'],
  ['wrong-state', 491, 'not possible as the call stands now'],
];

export function statusOfRefusal(refusal: DeskRefusalCode): number {
  return statuses.find(([code]) => code === refusal)?.[1] ?? 603;
}

/** What a desk is told where another node has answered for it. */
export function outcomeOfStatus(status: number): DeskOutcome {
  if (status < 300) return { ok: true };
  const known = statuses.find(([, one]) => one === status);
  if (!known)
    return { ok: false, code: 'not-available', detail: `the other node has refused it (${status})` };
  const [code, , detail] = known;
  return { ok: false, code, detail };
}
