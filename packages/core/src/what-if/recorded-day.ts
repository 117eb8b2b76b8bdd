/**
 * One day as its records tell it: who called for which queue and what came of it, and who was on duty when. What a replay
 * starts from; nothing in it is decided by settings.
 */
import type { AgentId, CallId, NodeId, QueueId } from '../kernel/ids.ts';
import type { OverflowCause } from '../routing/overflow.ts';

export interface RecordedDay {
  readonly fromMs: number;
  /** Calls that come from here on are the next day's. */
  readonly untilMs: number;
  /** In the order they came. */
  readonly calls: readonly RecordedCall[];
  readonly duties: readonly Duty[];
  /** Who answered its callers on the days before, the oldest first: what queues that go by the last agent (F-07) know in the morning. */
  readonly answeredBefore?: readonly AnsweredCall[];
}

export interface AnsweredCall {
  readonly nodeId: NodeId;
  readonly caller: string;
  readonly agentId: AgentId;
}

export interface RecordedCall {
  readonly callId: CallId;
  readonly nodeId: NodeId;
  readonly caller: string;
  readonly customerLevel: number | null;
  /** Queues it was in, one after the other: overflowed, or transferred. At least one. */
  readonly visits: readonly Visit[];
}

export type LeftCause = 'agent' | 'abandoned' | 'timeout' | 'ended' | OverflowCause;

export interface Visit {
  readonly queueId: QueueId;
  readonly enteredAtMs: number;
  /** Null: nobody recorded it, as in an uploaded list. */
  readonly left: { readonly cause: LeftCause; readonly waitedMs: number } | null;
  readonly service: Service | null;
  /** Before it, in the order they were. */
  readonly misses: readonly Miss[];
  /** An agent rang so long in vain when the caller hung up: an answer would have taken longer. */
  readonly rangInVainMs: number;
  /** Said outright, in an uploaded list. */
  readonly patienceMs: number | null;
}

/** What an agent's answer took; null: not known. */
export interface Service {
  readonly agentId: AgentId | null;
  readonly rangMs: number | null;
  readonly talkMs: number | null;
  readonly wrapMs: number | null;
}

/** A ring in vain: the caller waited on, and the agent was away for a while. */
export interface Miss {
  /** By hand; null: it rang to its end. */
  readonly declinesAfterMs: number | null;
  readonly awayMs: number;
}

/** From here on the agent is there for queues, or is not. */
export type Duty = { readonly agentId: AgentId; readonly nodeId: NodeId; readonly atMs: number } & (
  | { readonly kind: 'on' }
  /** `isOnCall`: with a call of no queue, as far as expected waits ask. */
  | { readonly kind: 'off'; readonly isSignedIn: boolean; readonly isOnCall: boolean }
);
