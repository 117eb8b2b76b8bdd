/**
 * How a tenant's quotas are shared out among the nodes that serve it (C-08, architecture §2): each counts against its own share, and all
 * shares together are never more than the whole, whatever is lost on the way. What is lowered counts as held until its node has said that
 * it gave it up; what is raised counts from before it is said. Pure; who keeps the rows lets one writer at a time have them.
 */
import type { NodeId } from '../kernel/ids.ts';
import type { Quotas } from './tenant.ts';

/** Of the quotas those that nodes count. */
export type Shared = Pick<Quotas, 'agentsSignedIn' | 'concurrentCalls'>;
export const sharedQuotas = ['agentsSignedIn', 'concurrentCalls'] as const satisfies (keyof Shared)[];
export const noShare: Shared = { agentsSignedIn: 0, concurrentCalls: 0 };

export interface ShareRow {
  readonly nodeId: NodeId;
  /** Of the last word to the node; another one with every change of `told`. */
  readonly number: number;
  /** The share it was told to have. */
  readonly told: Shared;
  /** The most it may have, whatever it has heard. */
  readonly held: Shared;
  /** As it said last. */
  readonly used: Shared;
}

/** What a node says of itself: `number` of the last word it heard. */
export type ShareReport = Pick<ShareRow, 'nodeId' | 'number' | 'held' | 'used'>;

export interface ShareOutInput {
  readonly quotas: Shared;
  readonly rows: readonly ShareRow[];
  readonly reports: readonly ShareReport[];
  /** Whether the node hears us. One that does not keeps what it may hold: it may be serving alone. */
  isLinked(nodeId: NodeId): boolean;
  /** Whether the tenant is served there (C-12): where it is no more, calls under way keep what they use. */
  isServing(nodeId: NodeId): boolean;
}

export interface SharedOut {
  /** Of all nodes. */
  readonly rows: readonly ShareRow[];
  /** Those whose node is told: what has changed, and what was asked. */
  readonly tell: readonly ShareRow[];
}

export function shareOut({ quotas, rows, reports, isLinked, isServing }: ShareOutInput): SharedOut {
  const next = new Map<NodeId, ShareRow>(rows.map((row) => [row.nodeId, row]));
  for (const report of reports) next.set(report.nodeId, reported(next.get(report.nodeId), report));
  const asked = new Set<NodeId>(reports.map(({ nodeId }) => nodeId));
  const changed = new Map<NodeId, { told: Shared; held: Shared }>();
  for (const quota of sharedQuotas) {
    const holders = Array.from(next.values(), (row): Holder => {
      const { nodeId, told, held, used } = row;
      const isReached = isLinked(nodeId);
      return { nodeId, isReached, isServing: isServing(nodeId), told: told[quota], held: held[quota], used: used[quota] }; // prettier-ignore
    });
    const { anew, again } = shareOutOne(quotas[quota], holders);
    for (const { nodeId } of again) asked.add(nodeId);
    for (const { nodeId, told, held } of anew) {
      const row = changed.get(nodeId) ?? next.get(nodeId)!;
      const both = { told: { ...row.told, [quota]: told }, held: { ...row.held, [quota]: held } };
      changed.set(nodeId, both);
    }
  }
  for (const [nodeId, both] of changed) {
    const row = next.get(nodeId)!;
    next.set(nodeId, { ...row, ...both, number: row.number + 1 });
    asked.add(nodeId);
  }
  const all = [...next.values()];
  return { rows: all, tell: all.filter(({ nodeId }) => asked.has(nodeId) && isLinked(nodeId)) };
}

/** What is known of a node once it has spoken. */
function reported(row: ShareRow | undefined, report: ShareReport): ShareRow {
  // Not known, or from before this was restored: what the node has is what counts.
  if (!row || report.number > row.number) return { ...report, told: report.held };
  // It has not heard the last word yet.
  if (report.number < row.number) return { ...row, used: report.used };
  return { ...row, held: report.held, used: report.used };
}

interface Holder {
  readonly nodeId: NodeId;
  readonly isReached: boolean;
  readonly isServing: boolean;
  told: number;
  held: number;
  readonly used: number;
}

/** Those who are told another share, and those who have not given up yet what they were told to. */
function shareOutOne(
  quota: number,
  holders: readonly Holder[],
): { readonly anew: Holder[]; readonly again: Holder[] } {
  const reached = holders.filter(({ isReached }) => isReached);
  const sum = (some: readonly Holder[]) => some.reduce((all, { held }) => all + held, 0);
  const fair = fairShares(quota - sum(holders.filter(({ isReached }) => !isReached)), reached);
  const anew = new Set<Holder>();
  const again: Holder[] = [];
  let free = quota - sum(holders);
  const isShort = (one: Holder) => one.isServing && 2 * (one.told - one.used) < fair.get(one)! - one.used;
  if (free < 0 || reached.some(isShort))
    for (const one of reached) {
      const share = fair.get(one)!;
      if (one.held <= share) continue;
      if (one.told === share) again.push(one);
      else anew.add(one);
      one.told = share;
    }
  // Whoever has least to spare first.
  for (const one of reached.toSorted((a, b) => a.held - a.used - (b.held - b.used))) {
    const more = Math.min(fair.get(one)! - one.held, free);
    if (more <= 0) continue;
    free -= more;
    one.held += more;
    one.told = one.held;
    anew.add(one);
  }
  return { anew: [...anew], again };
}

/**
 * Each has what it uses; of what is free half is divided evenly, since any of them may be alone in a moment, and half by what each
 * uses. Before that whoever can has one to spare, so that nobody must ask first.
 */
function fairShares(whole: number, holders: readonly Holder[]): Map<Holder, number> {
  const rest = Math.max(0, whole);
  const used = holders.reduce((all, one) => all + one.used, 0);
  if (used > rest) return new Map(holders.map((one) => [one, Math.floor((rest * one.used) / used)] as const));
  const serving = holders.filter(({ isServing }) => isServing).toSorted((a, b) => b.used - a.used || (a.nodeId < b.nodeId ? -1 : 1)); // prettier-ignore
  const fair = new Map(holders.map((one) => [one, one.used] as const));
  let free = serving.length > 0 ? rest - used : 0;
  const give = (one: Holder, more: number) => {
    fair.set(one, fair.get(one)! + more);
    free -= more;
  };
  for (const one of serving) if (free > 0) give(one, 1);
  const usedByServing = serving.reduce((all, one) => all + one.used, 0);
  const weightOf = (one: Holder) => one.used + usedByServing / serving.length + 1;
  const weights = serving.reduce((all, one) => all + weightOf(one), 0);
  const split = free;
  for (const one of serving) give(one, Math.floor((split * weightOf(one)) / weights));
  for (const one of serving) if (free > 0) give(one, 1);
  return fair;
}
