/**
 * The floor of the house out of the floors of its nodes: queues add up, every agent stands once where they are signed in,
 * calls stand side by side. A node's word that is stale stays in, marked.
 */
import type { FloorAgent, FloorCall, FloorNotice, FloorQueue } from '@seatgrid/contracts/realtime/floor.ts';
import type { FloorFrame } from '#lib/realtime/realtime.svelte.ts';

export interface Staleable {
  /** When this was last true; null while it is live. Its clocks stand still there. */
  readonly asOfMs: number | null;
}

export interface HouseFloor {
  readonly queues: readonly (FloorQueue & Staleable)[];
  readonly agents: readonly (FloorAgent & Staleable)[];
  readonly calls: readonly (FloorCall & Staleable)[];
  readonly notices: readonly FloorNotice[];
  readonly staleNodes: readonly { readonly name: string; readonly atMs: number }[];
}

const noticesMax = 20;

/** `lostAtMs`: when the centre was last heard, where its word has stopped; everything is then as of that moment at the latest. */
export function mergeFloors(frames: readonly FloorFrame[], lostAtMs: number | null = null): HouseFloor {
  const queues = new Map<string, FloorQueue & Staleable>();
  const agents = new Map<string, FloorAgent & Staleable>();
  // What one of them says for all, the newest says.
  for (const frame of [...frames].sort((a, b) => a.floor.atMs - b.floor.atMs)) {
    const { floor } = frame;
    const asOfMs = staleSince(frame, lostAtMs);
    for (const queue of floor.queues)
      queues.set(queue.queueId, addQueue(queues.get(queue.queueId), { ...queue, asOfMs }));
    for (const agent of floor.agents) {
      const known = agents.get(agent.agentId);
      if (!known || isNewer({ ...agent, asOfMs }, known)) agents.set(agent.agentId, { ...agent, asOfMs });
    }
  }
  return {
    queues: [...queues.values()],
    agents: [...agents.values()],
    calls: frames.flatMap((frame) =>
      frame.floor.calls.map((call) => ({ ...call, asOfMs: staleSince(frame, lostAtMs) })),
    ),
    notices: frames
      .flatMap(({ floor }) => floor.notices)
      .sort((a, b) => b.atMs - a.atMs)
      .slice(0, noticesMax),
    staleNodes: frames
      .filter((frame) => frame.isStale)
      .map((frame) => ({ name: frame.nodeName, atMs: frame.floor.atMs })),
  };
}

function staleSince(frame: FloorFrame, lostAtMs: number | null): number | null {
  return frame.isStale ? frame.floor.atMs : lostAtMs;
}

function addQueue(
  sum: (FloorQueue & Staleable) | undefined,
  next: FloorQueue & Staleable,
): FloorQueue & Staleable {
  if (!sum) return next;
  const since = [sum.longestSinceMs, next.longestSinceMs].filter((at) => at !== null);
  return {
    queueId: sum.queueId,
    waiting: sum.waiting + next.waiting,
    longestSinceMs: since.length > 0 ? Math.min(...since) : null,
    agentsReady: sum.agentsReady + next.agentsReady,
    agentsSignedIn: sum.agentsSignedIn + next.agentsSignedIn,
    offered: sum.offered + next.offered,
    answered: sum.answered + next.answered,
    answeredInTarget: sum.answeredInTarget + next.answeredInTarget,
    abandoned: sum.abandoned + next.abandoned,
    overflowed: addCounts(sum.overflowed, next.overflowed),
    service: bothServices(sum.service, next.service),
    asOfMs:
      sum.asOfMs === null
        ? next.asOfMs
        : next.asOfMs === null
          ? sum.asOfMs
          : Math.min(sum.asOfMs, next.asOfMs),
  };
}

/** A node that tells what it served by itself knows of the others: each says the same of all, and the newer word stands. */
function bothServices(sum: FloorQueue['service'], next: FloorQueue['service']): FloorQueue['service'] {
  if (!sum || !next) return sum ?? next;
  if (sum.total && next.total) return next;
  return { ...next, calls: sum.calls + next.calls, inTime: sum.inTime + next.inTime };
}

function addCounts<Key extends string>(
  sum: Partial<Record<Key, number>>,
  next: Partial<Record<Key, number>>,
): Partial<Record<Key, number>> {
  const total = { ...sum };
  for (const key of Object.keys(next) as Key[]) total[key] = (total[key] ?? 0) + (next[key] ?? 0);
  return total;
}

/** Signed in beats signed out, live beats stale, then the later change wins: an agent may have moved to another node. */
function isNewer(agent: FloorAgent & Staleable, known: FloorAgent & Staleable): boolean {
  if ((agent.asOfMs === null) !== (known.asOfMs === null)) return agent.asOfMs === null;
  const isHere = agent.state !== 'offline';
  if (isHere !== (known.state !== 'offline')) return isHere;
  return agent.sinceMs > known.sinceMs;
}

/** The share answered in time of those whose fate is known; undefined while there is none. */
export function serviceLevel(
  queue: Pick<FloorQueue, 'answered' | 'answeredInTarget' | 'abandoned'>,
): number | undefined {
  const known = queue.answered + queue.abandoned;
  return known === 0 ? undefined : queue.answeredInTarget / known;
}
