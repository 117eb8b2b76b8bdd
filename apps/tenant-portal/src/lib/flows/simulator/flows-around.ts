/** What a flow that is tried may lead to: the flows it calls, those that rules lead to, and what each rule says. */
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import type { FlowId } from '@seatgrid/core/kernel/ids.ts';
import { calendarDates, type Calendar } from '@seatgrid/core/numbers/calendar.ts';
import { EntryRules } from '@seatgrid/core/numbers/entry-rules.ts';
import type { InboundRule } from '@seatgrid/core/numbers/inbound-rule.ts';
import type { FlowDraft } from '../flow-draft.ts';
import type { Around } from './simulation.ts';

export interface Surroundings {
  readonly timeZone: string;
  readonly published: readonly { readonly id: string; readonly publishedVersion: number | null }[];
  readonly rules: readonly InboundRule[];
  readonly calendars: readonly Calendar[];
  readonly read: (id: string, version: number) => Promise<FlowDraft>;
}

/** Only flows that may be come to are read; a rule's name may stand in a variable, so that one rule step may come to any. */
export async function flowsAround(draft: FlowDraft, surroundings: Surroundings): Promise<Around> {
  const { timeZone, rules, calendars } = surroundings;
  const entry = new EntryRules({
    timeZone,
    rules,
    calendars,
    forcedHandling: null,
    barredNumbers: [],
    customerLevels: [],
    numberSegments: [],
    dedicatedAgents: [],
  });
  const flows = new Map<FlowId, CallFlow>();
  const toRead = new Set(namedBy(draft, rules));
  for (const id of toRead) {
    const version = surroundings.published.find((one) => one.id === id)?.publishedVersion ?? null;
    if (version === null) continue;
    const flow = await surroundings.read(id, version);
    flows.set(id, { ...flow, id, version });
    for (const next of namedBy(flow, rules)) toRead.add(next);
  }
  const dates = new Map(calendars.map((one) => [one.id, calendarDates(one)]));
  return { flows, calendars: dates, named: (rule, atMs) => entry.named(rule, atMs) };
}

function namedBy({ steps }: FlowDraft, rules: readonly InboundRule[]): FlowId[] {
  const all = Object.values(steps);
  const called = all.flatMap((step) => (step.kind === 'subflow' ? [step.flowId] : []));
  if (!all.some(({ kind }) => kind === 'go-to-rule')) return called;
  const led = rules.flatMap(({ onDuty, offDuty }) =>
    [onDuty, offDuty].flatMap((next) => (next?.kind === 'flow' ? [next.flowId] : [])),
  );
  return [...called, ...led];
}
