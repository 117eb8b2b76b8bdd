/**
 * What-if across sites: days lived by whole nodes and the centre's matchmaker are read from their journals and replayed, callers of one site
 * served by agents of others as they were. Simulated days are short and quiet; many of them are one busy one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayMs, secondMs } from '@seatgrid/core/kernel/duration.ts';
import type { QueueId } from '@seatgrid/core/kernel/ids.ts';
import { DayReader, dayKinds, type DayFacts } from '@seatgrid/core/what-if/day-reader.ts';
import { DayTally, type VisitTold } from '@seatgrid/core/what-if/day-tally.ts';
import { Fates } from '@seatgrid/core/what-if/fates.ts';
import type { RecordedDay } from '@seatgrid/core/what-if/recorded-day.ts';
import { replayDay } from '@seatgrid/core/what-if/replay-day.ts';
import { afterAll, expect, test, vi } from 'vitest';
import { planOf } from './site-plan.ts';
import { runSites, type SiteRun } from './site-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'seatgrid-replayed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const targetMs = 20 * secondMs;
const kinds: ReadonlySet<string> = new Set(dayKinds);

function dayOf({ told }: SiteRun): RecordedDay {
  const events = [...told].flatMap(([nodeId, some]) => some.map((event) => ({ ...event, nodeId })));
  // As the centre's tables give them.
  events.sort((a, b) => (a.id < b.id ? -1 : 1));
  const fromMs = Math.floor((events[0]?.atMs ?? 0) / dayMs) * dayMs;
  const span = { fromMs, untilMs: fromMs + dayMs };
  const reader = new DayReader(span, new DayTally({ ...span, targetMs }));
  for (const { nodeId, atMs, facts } of events)
    if (kinds.has(facts.kind)) reader.take({ nodeId, atMs, facts: facts as DayFacts });
  return reader.finish();
}

test('a day of several sites is replayed as it was: who waited how long, and who was served by another site', async () => {
  const visits = vi.spyOn(DayTally.prototype, 'visit');
  const count = { all: 0, asItWas: 0, across: 0, answered: 0, answeredAgain: 0, waitedMs: 0, waitedAgainMs: 0 };
  for (let seed = 1; seed <= 40; seed++) {
    const plan = planOf(seed);
    // Where a call goes next is told apart by when it left, to the millisecond: nobody hands on.
    const agentsOfPlan = plan.agents.map((agent) => ({ ...agent, transfersPercent: 0 }));
    const run = await runSites({ ...plan, agents: agentsOfPlan, faults: [], lostPermille: 0 }, folder);
    const { queues, agents } = run.tenant;
    const day = dayOf(run);
    visits.mockClear();
    replayDay({ day, settings: { queues, agents, duties: day.duties, volume: 1, talk: 1 }, fates: new Fates(day, queues), seed: null, targetMs });
    const again = new Map<string, VisitTold>(visits.mock.calls.map(([told]) => [nameOf(told), told]));
    count.across += run.across;
    for (const { visits: lived } of day.calls)
      for (const { queueId, enteredAtMs, left } of lived) {
        const replayed = again.get(nameOf({ queueId, enteredAtMs }));
        count.all++;
        if (left?.cause === 'agent') (count.answered++, (count.waitedMs += left.waitedMs));
        if (replayed?.cause === 'agent') (count.answeredAgain++, (count.waitedAgainMs += replayed.waitedMs));
        if (left && left.cause === replayed?.cause && Math.abs(left.waitedMs - replayed.waitedMs) < 2 * secondMs) count.asItWas++;
      }
  }
  expect(count.across).toBeGreaterThan(200);
  const apart = (was: number, is: number) => Math.abs(is - was) / was;
  expect(apart(count.answered, count.answeredAgain)).toBeLessThan(0.02);
  expect(apart(count.waitedMs / count.answered, count.waitedAgainMs / count.answeredAgain)).toBeLessThan(0.02);
  expect(count.asItWas / count.all).toBeGreaterThan(0.97);
}, 120_000); // prettier-ignore

const nameOf = ({ queueId, enteredAtMs }: { queueId: QueueId; enteredAtMs: number }) =>
  `${queueId} ${enteredAtMs}`;
