/** What becomes of a supervisor's command, and how two nodes tell each other of it. */
import type { NodeToSupervisor } from '@seatgrid/contracts/supervision/supervision-messages.ts';

export type SupervisionRefusalCode = (NodeToSupervisor & { kind: 'refusal' })['code'];
export type SupervisionRefusal = {
  readonly ok: false;
  readonly code: SupervisionRefusalCode;
  readonly detail: string;
};
export type SupervisionOutcome = { readonly ok: true; readonly answer: string | null } | SupervisionRefusal;

export const done: SupervisionOutcome = { ok: true, answer: null };

export function refuse(code: SupervisionRefusalCode, detail: string): SupervisionRefusal {
  return { ok: false, code, detail };
}

/** One table from refusal to status, and back. */
const statuses: Readonly<Record<SupervisionRefusalCode, number>> = {
  malformed: 400,
  'not-allowed': 403,
  'no-such-agent': 404,
  'no-call': 410,
  'not-available': 480,
  'media-refused': 488,
  'wrong-state': 491,
};

export function statusOfSupervision(outcome: SupervisionOutcome): number {
  return outcome.ok ? 200 : statuses[outcome.code];
}

export function supervisionOfStatus(status: number): SupervisionOutcome {
  if (status < 300) return done;
  const known = Object.entries(statuses).find(([, one]) => one === status);
  const code = (known?.[0] ?? 'not-available') as SupervisionRefusalCode;
  return refuse(code, `the agent’s node has refused it (${status})`);
}
