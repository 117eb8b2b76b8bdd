/** D-11: where callers leave messages for a person, a group or a queue, and who may listen to them. */
import type { Utterance } from '../flows/step-field.ts';
import type { AgentId, GroupId, MailboxId, QueueId } from '../kernel/ids.ts';
import { serves } from '../routing/staff-index.ts';
import type { Queue } from '../routing/queue.ts';
import type { Agent } from '../workforce/agent.ts';

export type MailboxOwner =
  | { readonly kind: 'agent'; readonly agentId: AgentId }
  | { readonly kind: 'group'; readonly groupId: GroupId }
  | { readonly kind: 'queue'; readonly queueId: QueueId };

export interface Mailbox {
  readonly id: MailboxId;
  readonly name: string;
  readonly owner: MailboxOwner;
  /** What whoever calls for messages keys to name this box; null: it is named by nobody, and opened from its owner's phone alone. */
  readonly number: string | null;
  /** Said before the tone where the owner has recorded nothing by phone; the product's own sentence when empty. */
  readonly greeting: readonly Utterance[];
  /** Opens it by phone; without one it is heard at the desk alone. */
  readonly pin: PinDigest | null;
  readonly messageMaxMs: number;
  /** Messages kept at a time; a caller who finds it full is told so. */
  readonly messagesMax: number;
  /** A message is thrown away after so many days; null: kept as recordings are. */
  readonly keptDays: number | null;
  /** Who is told of a new message by e-mail. */
  readonly mailTo: readonly string[];
  /** The sound goes with the mail; else the mail says where it is heard. */
  readonly isSoundMailed: boolean;
}

/** Of a PIN, which itself is kept nowhere: scrypt with a salt of its own. Base64. */
export interface PinDigest {
  readonly salt: string;
  readonly hash: string;
}

/** What is done with a message; `purged`: its sound is gone for good. */
export const messageActs = ['heard', 'unheard', 'deleted', 'restored', 'purged'] as const;
export type MessageAct = (typeof messageActs)[number];

/** Dialled at a desk phone or desk: the messages of whoever dials, and those of a box that is asked for. */
export const ownMessagesCode = '*97';
export const anyMessagesCode = '*98';

/** An agent's own box, those of the group the agent is led in, and of the queues the agent serves; the own one first. */
export function boxesOpenTo(
  agent: Agent,
  boxes: readonly Mailbox[],
  queueOf: (queueId: QueueId) => Queue | undefined,
): readonly Mailbox[] {
  const open = boxes.filter(({ owner }) => {
    if (owner.kind === 'agent') return owner.agentId === agent.id;
    if (owner.kind === 'group') return owner.groupId === agent.groupId;
    const queue = queueOf(owner.queueId);
    return queue !== undefined && serves(agent, queue);
  });
  return open.toSorted((one, other) => rank[one.owner.kind] - rank[other.owner.kind]);
}

const rank: Readonly<Record<MailboxOwner['kind'], number>> = { agent: 0, group: 1, queue: 2 };
