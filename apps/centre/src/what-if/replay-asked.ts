/**
 * What a replay is asked for, made of a tenant's records and settings: reads whole days, so it runs apart (`replay-apart.ts`). Deciding is
 * core's (`core/what-if`); here is only what is read and how it is told.
 */
import { inTenant, type TenantPool, type TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  answeredBefore,
  countSettingChanges,
  readDay,
} from '@seatgrid/adapters/postgres/stores/day-store.ts';
import { readTenantConfig } from '@seatgrid/adapters/postgres/stores/tenant-config-store.ts';
import { findCallList, type WhatIfEnd } from '@seatgrid/adapters/postgres/stores/what-if-store.ts';
import type { TenantConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { ListedCall, ToldCompared, ToldDayFigures, WhatIfAsked } from '@seatgrid/contracts/nouns/what-if.ts'; // prettier-ignore
import { dayMs, hourMs } from '@seatgrid/core/kernel/duration.ts';
import type { CallId, NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { CallerLists } from '@seatgrid/core/numbers/caller-lists.ts';
import { applyChanges, goneAgents, shiftOf } from '@seatgrid/core/what-if/apply-changes.ts';
import { compareDays } from '@seatgrid/core/what-if/compare-days.ts';
import { DayReader } from '@seatgrid/core/what-if/day-reader.ts';
import { DayTally, type DayFigures } from '@seatgrid/core/what-if/day-tally.ts';
import { callsPerDayMax, spillMs } from '@seatgrid/core/what-if/limits.ts';
import type { RecordedDay } from '@seatgrid/core/what-if/recorded-day.ts';
import type { ReplaySettings } from '@seatgrid/core/what-if/replay-day.ts';
import { dateStartMs, dayStartMs } from '../api/records/day-start.ts';

export interface ReplayOrder {
  readonly tenantId: TenantId;
  readonly asked: WhatIfAsked;
  readonly nowMs: number;
}

interface Ground {
  readonly config: TenantConfig;
  readonly day: RecordedDay;
  readonly real: DayFigures | null;
  readonly evidence: RecordedDay['calls'];
  readonly changedSince: number;
}

export async function replayAsked(
  pool: TenantPool,
  { tenantId, asked, nowMs }: ReplayOrder,
  tellProgress: (share: number) => void,
): Promise<WhatIfEnd> {
  const { config, day, real, evidence, changedSince } = await inTenant(pool, tenantId, (trx) =>
    groundOf(trx, asked, nowMs),
  );
  if (day.calls.length === 0) return { fault: 'no-calls' };
  if (day.calls.length > callsPerDayMax) return { fault: 'too-many-calls' };
  const { queues, callOrder } = config;
  const lists = new CallerLists(config);
  const gone = goneAgents(day, config);
  const asSet: ReplaySettings = {
    queues,
    callOrder,
    agents: [...config.agents, ...gone],
    duties: day.duties,
    volume: 1,
    talk: 1,
    dedicatedAgentOf: (caller) => lists.dedicatedAgentOf(caller),
  };
  const settings = [asSet, ...asked.variations.map(({ changes }) => applyChanges(day, asSet, changes))];
  const days = compareDays({ ...asked, day, settings, evidence });
  let step = days.next();
  for (; !step.done; step = days.next()) tellProgress(step.value);
  const visits = [...day.calls, ...evidence].flatMap((call) => call.visits);
  return {
    result: {
      fromMs: day.fromMs,
      real: real && toldFigures(real),
      compared: step.value.map((compared) => ({ ...compared, figures: toldFigures(compared.figures) }) as ToldCompared), // prettier-ignore
      notes: {
        changedSince,
        agentsGone: gone.length,
        abandonments: visits.filter(({ left, patienceMs }) => patienceMs !== null || left?.cause === 'abandoned').length, // prettier-ignore
        nodes: new Set(day.calls.map(({ nodeId }) => nodeId)).size,
      },
    },
  };
}

async function groundOf(trx: TenantTrx, asked: WhatIfAsked, nowMs: number): Promise<Ground> {
  const config = await readTenantConfig(trx);
  const { timeZone } = config.tenant;
  const { arrivals } = asked;
  const fromMs = arrivals.date === null ? dayStartMs(timeZone, nowMs) : dateStartMs(timeZone, arrivals.date);
  const nextMs = dayStartMs(timeZone, fromMs + dayMs + 6 * hourMs);
  const span = { fromMs, untilMs: nextMs };
  const tally = new DayTally({ ...span, targetMs: asked.targetMs });
  const reader = new DayReader(span, tally);
  if (arrivals.date !== null)
    for await (const happening of readDay(trx, { fromMs: fromMs - hourMs, untilMs: nextMs + spillMs }))
      reader.take(happening);
  const recorded = reader.finish();
  const goesByLastAgent = config.queues.some(({ agentOrder }) => agentOrder.includes('last-agent'));
  const known = async (calls: RecordedDay['calls']) =>
    goesByLastAgent ? answeredBefore(trx, fromMs, [...new Set(calls.map(({ caller }) => caller))]) : [];
  const changedSince = await countSettingChanges(trx, fromMs);
  if (arrivals.kind === 'day')
    return {
      config,
      day: { ...recorded, answeredBefore: await known(recorded.calls) },
      real: tally.figures(),
      evidence: [],
      changedSince,
    };
  const listed = (await findCallList(trx, arrivals.listId)) ?? [];
  const day = dayOfList(listed, recorded, config);
  const before = (await known(day.calls)).map((answered) => ({ ...answered, nodeId: listNode }));
  return {
    config,
    day: { ...day, answeredBefore: before },
    real: null,
    evidence: recorded.calls,
    changedSince: 0,
  };
}

const listNode = 'list' as NodeId;

/** Whoever worked on the day it stands for serves a list; without one every agent, from its first call to an hour after its last. */
function dayOfList(listed: readonly ListedCall[], recorded: RecordedDay, { agents }: TenantConfig): RecordedDay {
  const { fromMs, untilMs } = recorded;
  const sorted = [...listed].sort((a, b) => a.atMs - b.atMs);
  const shift = { fromMs: sorted[0]?.atMs ?? 0, untilMs: (sorted.at(-1)?.atMs ?? 0) + hourMs };
  return {
    fromMs,
    untilMs,
    calls: sorted.map(({ atMs, queueId, caller, talkMs, patienceMs, level }, index) => ({
      callId: `listed-${index}` as CallId,
      nodeId: listNode,
      caller,
      customerLevel: level,
      visits: [
        {
          queueId,
          enteredAtMs: fromMs + atMs,
          left: null,
          service: { agentId: null, rangMs: null, talkMs, wrapMs: null },
          misses: [],
          rangInVainMs: 0,
          patienceMs,
        },
      ],
    })),
    duties:
      recorded.duties.length > 0
        ? recorded.duties.map((duty) => ({ ...duty, nodeId: listNode }))
        : agents.flatMap(({ id }) => shiftOf(recorded, { agentId: id, nodeId: listNode, shift })),
  };
} // prettier-ignore

/** As the contract writes it: counts of causes as they came. */
function toldFigures(figures: DayFigures): ToldDayFigures {
  return figures as unknown as ToldDayFigures;
}
