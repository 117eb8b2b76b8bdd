/** Where a call lives that is served here: what the agent at the desk does not do by hand is done there. */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { AgentId, NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { DeskInteraction } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import type { VisitWish } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { DeskOutcome } from '../agents/desk-commands.ts';

export interface CallHome {
  readonly nodeId: NodeId;
  /** B-02: it came for a flow, and whoever that leads to serves here; what becomes of it is decided here, as at home. */
  readonly isForFlow: boolean;
  /** Whether the conversation is recorded here, whatever the queue says. */
  readonly isRecordedHere: boolean;
  /** Whether the home records it. */
  readonly isRecordedThere: boolean;
  /** Whoever is here serves nobody yet: asked by a colleague there, or waiting for the number that is called back. */
  readonly isAside: boolean;
  /** Who is in the call there, where they are more than two; `isMe` is the way to here. */
  readonly parties: DeskInteraction['parties'];
  /** The home does what an agent here wants, or says why not. */
  ask(wish: VisitWish): Promise<DeskOutcome>;
  servedBy(agentId: AgentId): void;
  /** By an agent, or by the flow. */
  recordingPaused(by: AgentId | 'flow', isPaused: boolean): void;
  /** Nobody here serves the caller any more, who waits for another at home. */
  giveBack(reason: EndReason): void;
  /** The flow that ran here is over, and the one of the home goes on. */
  flowReturned(): void;
}

/** What the home alone writes of a call, wherever it is served: its beginning, its end, and who serves it. */
export const writtenAtHome: ReadonlySet<EventFacts['kind']> = new Set([
  'call.started',
  'call.answered',
  'call.bridged',
  'call.ended',
]);
