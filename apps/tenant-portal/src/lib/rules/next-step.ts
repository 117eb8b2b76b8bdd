import type { InboundRule, NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import type {
  AgentId,
  FaxBoxId,
  FlowId,
  MailboxId,
  QueueId,
  RingGroupId,
} from '@seatgrid/core/kernel/ids.ts';

export type NextStepKind = NextStep['kind'];
export const nextStepKinds = [
  'flow',
  'queue',
  'agent',
  'ring-group',
  'mailbox',
  'messages',
  'fax',
  'hang-up',
] as const satisfies readonly NextStepKind[];

/** What a next step may lead to, by the names the tenant gave them. */
export interface Destinations {
  readonly flows: readonly {
    readonly id: string;
    readonly name: string;
    readonly publishedVersion: number | null;
  }[];
  readonly queues: readonly { readonly id: string; readonly name: string }[];
  readonly sites: readonly { readonly id: string; readonly name: string }[];
  readonly agents: readonly { readonly id: string; readonly name: string; readonly extension: string }[];
  readonly ringGroups: readonly { readonly id: string; readonly name: string }[];
  readonly calendars: readonly { readonly id: string; readonly name: string }[];
  readonly mailboxes: readonly {
    readonly id: string;
    readonly name: string;
    readonly number: string | null;
  }[];
  readonly faxBoxes: readonly { readonly id: string; readonly name: string }[];
  /** Nodes that can receive no fax. */
  readonly nodesWithoutFax: readonly string[];
}

/** A next step of a kind with its target still to be chosen. */
export function emptyNextStep(kind: NextStepKind): NextStep {
  switch (kind) {
    case 'flow':
      return { kind, flowId: '' as FlowId };
    case 'queue':
      return { kind, queueId: '' as QueueId };
    case 'agent':
      return { kind, agentId: '' as AgentId };
    case 'ring-group':
      return { kind, ringGroupId: '' as RingGroupId };
    case 'mailbox':
      return { kind, mailboxId: '' as MailboxId };
    case 'messages':
      return { kind };
    case 'fax':
      return { kind, faxBoxId: '' as FaxBoxId };
    case 'hang-up':
      return { kind, say: [] };
  }
}

export function targetId(next: NextStep): string | undefined {
  switch (next.kind) {
    case 'flow':
      return next.flowId;
    case 'queue':
      return next.queueId;
    case 'agent':
      return next.agentId;
    case 'ring-group':
      return next.ringGroupId;
    case 'mailbox':
      return next.mailboxId;
    case 'fax':
      return next.faxBoxId;
    case 'messages':
    case 'hang-up':
      return undefined;
  }
}

export function withTargetId(next: NextStep, id: string): NextStep {
  switch (next.kind) {
    case 'flow':
      return { kind: 'flow', flowId: id as FlowId };
    case 'queue':
      return { kind: 'queue', queueId: id as QueueId };
    case 'agent':
      return { kind: 'agent', agentId: id as AgentId };
    case 'ring-group':
      return { kind: 'ring-group', ringGroupId: id as RingGroupId };
    case 'mailbox':
      return { kind: 'mailbox', mailboxId: id as MailboxId };
    case 'fax':
      return { kind: 'fax', faxBoxId: id as FaxBoxId };
    case 'messages':
    case 'hang-up':
      return next;
  }
}

/** The field a problem of the target is told at: `onDuty.flowId`. */
export const targetFields: Readonly<Record<NextStepKind, string>> = {
  flow: 'flowId',
  queue: 'queueId',
  agent: 'agentId',
  'ring-group': 'ringGroupId',
  mailbox: 'mailboxId',
  messages: 'kind',
  fax: 'faxBoxId',
  'hang-up': 'say',
};

/** The name of what a next step leads to; undefined when it is gone or not chosen. */
export function targetName(next: NextStep, destinations: Destinations): string | undefined {
  const id = targetId(next);
  if (next.kind === 'hang-up' || next.kind === 'messages') return undefined;
  return destinations[listOf[next.kind]].find((each) => each.id === id)?.name;
}

const listOf = {
  flow: 'flows',
  queue: 'queues',
  agent: 'agents',
  'ring-group': 'ringGroups',
  mailbox: 'mailboxes',
  fax: 'faxBoxes',
} as const satisfies Readonly<Record<Exclude<NextStepKind, 'hang-up' | 'messages'>, keyof Destinations>>;

/** A rule under the pen. */
export type RuleDraft = { -readonly [Field in keyof Omit<InboundRule, 'id'>]: InboundRule[Field] };
