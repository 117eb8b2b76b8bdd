/** which next step a call takes, by the number dialled, the trunk, the caller and the hour. */
import type {
  AgentId,
  DidId,
  FaxBoxId,
  FlowId,
  Id,
  MailboxId,
  QueueId,
  RingGroupId,
  TrunkId,
} from '../kernel/ids.ts';
import type { Utterance } from '../flows/step-field.ts';
import type { CalendarId, DayHours } from './calendar.ts';

export type InboundRuleId = Id<'inbound-rule'>;

export interface InboundRule {
  readonly id: InboundRuleId;
  readonly name: string;
  /** Rules of one number are asked in this order, the lowest first; the first that fits has the call. */
  readonly order: number;
  readonly didIds: readonly DidId[];
  /** Calls over any of these; over every trunk, and from where there is none, when empty. */
  readonly trunkIds: readonly TrunkId[];
  /** Callers any of these patterns fits (`number-pattern.ts`); everybody when empty. */
  readonly callers: readonly string[];
  /** Customers of these levels; everybody when empty. */
  readonly levels: readonly number[];
  /** On duty within any of these; always when empty. */
  readonly workingTime: readonly WorkingPeriod[];
  /** Its days go before working time; null: no day is special. */
  readonly calendarId: CalendarId | null;
  readonly onDuty: NextStep;
  /** Null: off duty the rule does not fit, and the next one is asked. */
  readonly offDuty: NextStep | null;
}

/** In the tenant's zone. `days`: 1 Monday … 7 Sunday. */
export interface WorkingPeriod extends DayHours {
  readonly days: readonly number[];
}

export type NextStep =
  | { readonly kind: 'flow'; readonly flowId: FlowId }
  | { readonly kind: 'queue'; readonly queueId: QueueId }
  | { readonly kind: 'agent'; readonly agentId: AgentId }
  | { readonly kind: 'ring-group'; readonly ringGroupId: RingGroupId }
  /** D-11: the caller leaves a message. */
  | { readonly kind: 'mailbox'; readonly mailboxId: MailboxId }
  /** D-11: the caller listens to messages, by the number of a box and its PIN. */
  | { readonly kind: 'messages' }
  /** A fax is received. */
  | { readonly kind: 'fax'; readonly faxBoxId: FaxBoxId }
  | { readonly kind: 'hang-up'; readonly say: readonly Utterance[] };
