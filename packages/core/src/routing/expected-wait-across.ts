/**
 * How long a call is going to wait where other nodes serve its queue too. Agents of a queue of strict order ask before they serve: of
 * those, whoever came before is served before, wherever they wait. Agents who serve their own node first come to callers of others when
 * theirs are served: a call waits until they have done so, or until the agents of its own node come to it, whichever is sooner.
 */
import type { AgentId, QueueId } from '../kernel/ids.ts';
import { expectedWait, type Surroundings } from './expected-wait.ts';
import type { Outlook } from './outlook.ts';
import type { ServicePace } from './service-pace.ts';

export interface Beside {
  readonly pace: ServicePace;
  /** Callers at other nodes, by queue. */
  readonly waiting: ReadonlyMap<QueueId, number>;
  /** How many of them were there when it came; null: it would come now. */
  readonly cameBefore: ReadonlyMap<QueueId, number> | null;
  /** Signed in at this node. */
  isHere(agentId: AgentId): boolean;
  /** Not asking first who waits elsewhere. */
  servesOwnFirst(agentId: AgentId): boolean;
}

export function expectedWaitAcross(
  here: Outlook,
  around: Omit<Surroundings, 'pace'>,
  beside: Beside,
  nowMs: number,
): number | null {
  const { pace } = beside;
  const ownFirst = here.servers.some((id) => around.isAtWork(id) && beside.servesOwnFirst(id));
  const byAge = expectedWait(withThose(here, (queueId) => beforeByAge(here, beside, queueId), beside), { ...around, pace }, nowMs); // prettier-ignore
  if (!ownFirst || byAge === null) return byAge;
  const isServedBy = (agentId: AgentId) => !beside.isHere(agentId) && beside.servesOwnFirst(agentId);
  const theirs = { isServedBy, perMs: pace.elsewherePerMs(nowMs) };
  const last = expectedWait(
    withThose(here, () => Infinity, beside),
    { ...around, pace, theirs },
    nowMs,
  );
  const isAtWork = (agentId: AgentId) => beside.isHere(agentId) && around.isAtWork(agentId);
  const own = expectedWait(here, { ...around, isAtWork, pace: pace.here }, nowMs);
  // How callers and agents are spread over the others nobody tells: it lies between no order of theirs and all of them before.
  const shared = last === null ? null : Math.sqrt(byAge * last);
  return own === null || shared === null ? (own ?? shared) : Math.min(own, shared);
}

function withThose(here: Outlook, countOf: (queueId: QueueId) => number, { waiting }: Beside): Outlook {
  const before = new Map(here.before);
  for (const [queueId, count] of waiting) {
    const theirs = Math.min(count, countOf(queueId));
    if (theirs > 0) before.set(queueId, (before.get(queueId) ?? 0) + theirs);
  }
  return { ...here, before };
}

/** Of those who wait elsewhere. */
function beforeByAge(here: Outlook, { cameBefore }: Beside, queueId: QueueId): number {
  if (here.overtaking.includes(queueId)) return Infinity;
  if (queueId !== here.queueId && !here.preceding.includes(queueId)) return 0;
  return cameBefore === null ? Infinity : (cameBefore.get(queueId) ?? 0);
}
