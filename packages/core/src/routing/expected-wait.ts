/**
 * How long a call is going to wait: whoever is served before it, at the pace of the agents who are there and may take it. Null where it
 * cannot be said: nobody is there, or too little was seen. A caller who is served leaves the queue at the pace of the agents; of the
 * others ahead some give up, the more the more there are (a birth-death process that only dies). What is told is the median: as many wait
 * longer as do not, and the error is least on average.
 */
import type { AgentId, QueueId } from '../kernel/ids.ts';
import { expectedWaitMsMax, paceShareMin } from './limits.ts';
import type { Outlook } from './outlook.ts';
import type { ServicePace } from './service-pace.ts';

export type Pace = Pick<ServicePace, 'handleMs' | 'givingUpPerMs' | 'arrivalsPerMs' | 'correction'>;

export interface Surroundings {
  readonly pace: Pace;
  /** Ready, rung, talking or wrapping up. */
  isAtWork(agentId: AgentId): boolean;
  serversOf(queueId: QueueId): readonly AgentId[];
  /** Where agents of other nodes serve whoever comes there before this call: who those agents are, and how many come, by queue. */
  readonly theirs?: {
    readonly isServedBy: (agentId: AgentId) => boolean;
    readonly perMs: ReadonlyMap<QueueId, number>;
  };
}

export function expectedWait(outlook: Outlook, around: Surroundings, nowMs: number): number | null {
  const { pace } = around;
  const { queueId } = outlook;
  const rates = new Map<AgentId, number>();
  let rate = 0;
  let elsewhere = 0;
  for (const agentId of outlook.servers) {
    if (!around.isAtWork(agentId)) continue;
    const handleMs = pace.handleMs(agentId, queueId);
    if (handleMs === null) return null;
    rates.set(agentId, 1 / Math.max(1, handleMs));
    rate += 1 / Math.max(1, handleMs);
    if (around.theirs?.isServedBy(agentId)) elsewhere += 1 / Math.max(1, handleMs);
  }
  if (rate === 0) return null;
  const shareOf = sharesOf(rates, around);
  let ahead = 0;
  for (const [other, count] of outlook.before) ahead += count * (other === queueId ? 1 : shareOf(other));
  let overtakingPerMs = 0;
  for (const other of outlook.overtaking)
    overtakingPerMs += pace.arrivalsPerMs(other, nowMs) * shareOf(other);
  let theirsPerMs = 0;
  for (const [other, perMs] of around.theirs?.perMs ?? [])
    if (!outlook.overtaking.includes(other)) theirsPerMs += perMs * (other === queueId ? 1 : shareOf(other));
  overtakingPerMs += Math.min(elsewhere, theirsPerMs);
  const left = Math.max(rate * paceShareMin, rate - overtakingPerMs);
  const medianMs = medianOf(ahead + 1, waitMsAt(ahead, left, pace.givingUpPerMs(queueId)));
  const waitMs = medianMs * pace.correction(queueId);
  return waitMs > expectedWaitMsMax ? null : waitMs;
}

/** Which part of another queue's calls is taken by these agents: theirs of the work of all who serve it. */
function sharesOf(rates: ReadonlyMap<AgentId, number>, around: Surroundings): (queueId: QueueId) => number {
  const known = new Map<QueueId, number>();
  return (queueId) => {
    let share = known.get(queueId);
    if (share !== undefined) return share;
    let all = 0;
    let shared = 0;
    for (const agentId of around.serversOf(queueId)) {
      if (!around.isAtWork(agentId)) continue;
      const rate = rates.get(agentId);
      all += rate ?? 1 / Math.max(1, around.pace.handleMs(agentId, queueId) ?? Infinity);
      shared += rate ?? 0;
    }
    known.set(queueId, (share = all > 0 ? shared / all : 0));
    return share;
  };
}

/** One after the other leaves, served or having given up, until it is this caller's turn; a part of a caller takes its part of the time. */
function waitMsAt(ahead: number, ratePerMs: number, givingUpPerMs: number): number {
  let waitMs = 0;
  for (let left = ahead; left > -1; left--)
    waitMs += Math.min(1, left + 1) / (ratePerMs + Math.max(0, left) * givingUpPerMs);
  return waitMs;
}

/** Of a sum of so many like times (E. B. Wilson and M. M. Hilferty). */
function medianOf(count: number, meanMs: number): number {
  return meanMs * (1 - 1 / (9 * count)) ** 3;
}
