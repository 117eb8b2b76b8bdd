/** What stands between a call and its agent, by the order the distribution serves in: an instant's picture, for `expected-wait.ts`. */
import type { AgentId, QueueId } from '../kernel/ids.ts';
import { compareAt, type QueueState } from './queue-state.ts';
import type { CompareCalls, WaitingCall } from './waiting-call.ts';

export interface Outlook {
  readonly queueId: QueueId;
  /** Who may be given the call as it stands now. */
  readonly servers: readonly AgentId[];
  /** How many wait who are served before it, wherever both may be: by queue. */
  readonly before: ReadonlyMap<QueueId, number>;
  /** Queues whose calls yet to come are served before it. */
  readonly overtaking: readonly QueueId[];
  /** Queues whose calls that came earlier are served before it. */
  readonly preceding: readonly QueueId[];
}

/** `plainCall`: one that would come to that queue then. */
export function outlookOf(
  call: WaitingCall,
  queues: Iterable<QueueState>,
  plainCall: (queue: QueueState, sinceMs: number) => WaitingCall,
  compareCalls: CompareCalls,
  nowMs: number,
): Outlook {
  const compare = compareAt(nowMs, compareCalls);
  const before = new Map<QueueId, number>();
  const overtaking: QueueId[] = [];
  const preceding: QueueId[] = [];
  for (const queue of queues) {
    let count = 0;
    for (const other of queue.waiting.items) if (other !== call && compare(other, call) < 0) count++;
    if (count > 0) before.set(queue.settings.id, count);
    if (queue === call.queue) continue;
    if (compare(plainCall(queue, nowMs), call) < 0) overtaking.push(queue.settings.id);
    else if (compare(plainCall(queue, call.sinceMs - 1), call) < 0) preceding.push(queue.settings.id);
  }
  const pools = call.queue.reachedNow(call.width);
  return {
    queueId: call.queueId,
    servers: pools.flatMap(({ members }) => [...members.keys()]),
    before,
    overtaking,
    preceding,
  };
}
