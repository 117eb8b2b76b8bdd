/** which next step a call to a number takes, by the number dialled and the hour. */
import type { AgentId, DidId, FlowId, Id, QueueId } from '../kernel/ids.ts';
import type { Utterance } from '../flows/step-field.ts';

export type InboundRuleId = Id<'inbound-rule'>;

export interface InboundRule {
  readonly id: InboundRuleId;
  readonly name: string;
  /** A number stands in one rule at most. */
  readonly didIds: readonly DidId[];
  /** On duty within any of these; always when empty. */
  readonly workingTime: readonly WorkingPeriod[];
  readonly onDuty: NextStep;
  readonly offDuty: NextStep;
}

/** In the tenant's zone. `days`: 1 Monday … 7 Sunday. `from` < `to`, both `HH:MM`, `to` up to `24:00`. */
export interface WorkingPeriod {
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
}

export type NextStep =
  | { readonly kind: 'flow'; readonly flowId: FlowId }
  | { readonly kind: 'queue'; readonly queueId: QueueId }
  | { readonly kind: 'agent'; readonly agentId: AgentId }
  | { readonly kind: 'hang-up'; readonly say: readonly Utterance[] };
