/** D-17: every change of a variable in a call's flows, with what it was before, read from the record in order. */
import type { Happening } from './call-phases.ts';

export interface VariableChange {
  readonly atMs: number;
  /** Title or key of the step that made it. */
  readonly step: string;
  readonly name: string;
  /** Null where it had not been given a value that was told. */
  readonly before: string | null;
  readonly after: string;
}

export function variableChanges(timeline: readonly Happening[]): VariableChange[] {
  const known = new Map<string, string>();
  const changes: VariableChange[] = [];
  for (const { atMs, facts } of [...timeline].sort((a, b) => a.sequence - b.sequence)) {
    if (facts.kind === 'call.started') {
      known.set('caller', facts.fromNumber);
      known.set('called', facts.toNumber);
      known.set('customerLevel', facts.customerLevel ? String(facts.customerLevel) : '');
      known.set('department', facts.department ?? '');
    }
    if (facts.kind !== 'flow.step') continue;
    for (const [name, after] of Object.entries(facts.changes ?? {})) {
      const before = known.get(name) ?? null;
      known.set(name, after);
      changes.push({ atMs, step: facts.title || facts.stepKey, name, before, after });
    }
  }
  return changes;
}
