/** A recorded day once more, in virtual time, under settings given: the same calls come, and are served by whoever these say. */
import { VirtualClock } from '../kernel/virtual-clock.ts';
import type { AgentId, NodeId } from '../kernel/ids.ts';
import { randomInteger } from '../kernel/random.ts';
import { createSeededRandom } from '../kernel/seeded-random.ts';
import type { NextStep } from '../numbers/inbound-rule.ts';
import type { Distribution } from '../routing/acd-machine.ts';
import { DayTally, type DayFigures } from './day-tally.ts';
import { chanceOfCopies, copyOf, type Fates } from './fates.ts';
import { copyShiftMaxMs, spillMs } from './limits.ts';
import type { Duty, RecordedDay } from './recorded-day.ts';
import type { ReplayCall } from './replay-call.ts';
import { ReplayMatches } from './replay-matches.ts';
import { ReplayNode } from './replay-node.ts';

export interface ReplaySettings extends Distribution {
  readonly duties: readonly Duty[];
  /** Calls for each recorded one; 1: as many as there were. */
  readonly volume: number;
  /** Talk time for each recorded millisecond. */
  readonly talk: number;
  dedicatedAgentOf?(caller: string): AgentId | undefined;
  /** Steps of queues that are not what they were: calls go by them, not by the record. */
  readonly changedSteps?: ReadonlySet<NextStep>;
}

export interface ReplayAsked {
  readonly day: RecordedDay;
  readonly settings: ReplaySettings;
  readonly fates: Fates;
  /** Null: the day as it was; else another like it. */
  readonly seed: number | null;
  readonly targetMs: number;
}

export function replayDay({ day, settings, fates, seed, targetMs }: ReplayAsked): DayFigures {
  const { fromMs, untilMs } = day;
  const clock = new VirtualClock(Math.min(fromMs, settings.duties[0]?.atMs ?? fromMs));
  const tally = new DayTally({ fromMs, untilMs, targetMs });
  const nodes = new Map<NodeId, ReplayNode>();
  const nodeIds = new Set([...settings.duties, ...day.calls].map(({ nodeId }) => nodeId));
  const across = nodeIds.size > 1 ? new ReplayMatches({ clock, random: createSeededRandom(seed ?? 0), distribution: settings }) : null;
  const nodeOf = (id: NodeId) => {
    let node = nodes.get(id);
    if (!node) {
      nodes.set(
        id,
        (node = new ReplayNode({
          clock,
          random: createSeededRandom((seed ?? 0) + 1),
          tally,
          settings,
          across,
          fateOf: ({ whose }, visit, queueId, recorded) => fates.of({ ...whose, visit }, queueId, recorded, seed),
          missOf: ({ whose }, visit, ring, recorded) => fates.missOf({ ...whose, visit }, ring, recorded, seed),
        })),
      );
      across?.join(id, node);
    }
    return node;
  }; // prettier-ignore
  for (const { nodeId, caller, agentId } of day.answeredBefore ?? [])
    nodeOf(nodeId).remembers(caller, agentId);
  const startMs = clock.nowMs();
  // Whoever comes and goes in the same millisecond as a call does so before it, as at a node.
  for (const duty of settings.duties) clock.after(duty.atMs - startMs, () => nodeOf(duty.nodeId).onDuty(duty));
  for (const { atMs, call } of callsOf(day, settings.volume, seed)) {
    const { nodeId, visits } = call.recorded;
    clock.after(atMs - startMs, () => nodeOf(nodeId).enter(call, visits[0]!.queueId));
  }
  clock.advance(untilMs - startMs);
  for (const node of nodes.values()) node.finish();
  clock.advance(spillMs);
  return tally.figures();
} // prettier-ignore

function* callsOf(day: RecordedDay, volume: number, seed: number | null): Iterable<{ readonly atMs: number; readonly call: ReplayCall }> {
  for (const [index, recorded] of day.calls.entries()) {
    const random = volume === 1 ? undefined : chanceOfCopies(seed, index);
    const copies = random ? Math.floor(volume + randomInteger(random, 1_000_000) / 1_000_000) : 1;
    const { enteredAtMs } = recorded.visits[0]!;
    for (let copy = 0; copy < copies; copy++) {
      const shiftMs = copy === 0 ? 0 : randomInteger(random!, 2 * copyShiftMaxMs) - copyShiftMaxMs;
      const atMs = Math.min(Math.max(day.fromMs, enteredAtMs + shiftMs), day.untilMs - 1);
      const call = { id: copyOf(recorded.callId, copy), recorded, whose: { call: index, copy }, visits: 0, isElsewhere: false };
      yield { atMs, call };
    }
  }
} // prettier-ignore
