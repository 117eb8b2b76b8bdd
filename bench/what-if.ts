/**
 * A day of 50,000 calls under two settings beside the day as it was, each on other days like it: time and processor it takes, and how near the
 * replay comes to the day. `node bench/what-if.ts [--quick]`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { dayMs, hourMs, minuteMs, secondMs } from '@seatgrid/core/kernel/duration.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { applyChanges } from '@seatgrid/core/what-if/apply-changes.ts';
import { compareDays, measureOf, measures } from '@seatgrid/core/what-if/compare-days.ts';
import { dayKinds, DayReader, type DayFacts } from '@seatgrid/core/what-if/day-reader.ts';
import { DayTally } from '@seatgrid/core/what-if/day-tally.ts';
import { otherDaysDefault } from '@seatgrid/core/what-if/limits.ts';
import { liveDay } from '@seatgrid/testkit/day-at-node.ts';
import { sceneAgent, sceneQueue, skillAt } from '@seatgrid/testkit/routing-scene.ts';
import { calibrate } from './rig/calibrate.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const callsPerDay = values.quick ? 5_000 : 50_000;
const skills = 20;
const agents = Array.from({ length: callsPerDay / 120 }, (_, at) =>
  sceneAgent(
    `agent-${at}`,
    [0, 1, 2].map((place) => skillAt(`skill-${(at + place * 7) % skills}`, 1 + ((at + place) % 9))),
  ),
);
const queues = Array.from({ length: 2 * skills }, (_, at) =>
  sceneQueue(`queue-${at}`, {
    requires: [skillAt(`skill-${at % skills}`, 1)],
    priority: 4 + (at % 3),
    agentOrder: ['last-agent', 'skill-level', 'longest-idle'],
    wrapUpMs: 15 * secondMs,
    waitMaxMs: 5 * minuteMs,
    widenings: [{ afterMs: 30 * secondMs, whenWaiting: null, whenBelowTarget: false, requires: [skillAt(`skill-${(at + 1) % skills}`, 1)], groupIds: [] }], // prettier-ignore
  }),
);
const distribution = { queues, agents };
const fromMs = Date.UTC(2026, 10, 24);
const span = { fromMs, untilMs: fromMs + dayMs };
const targetMs = 20 * secondMs;

const calibrationMs = calibrate(0);
const events = liveDay({
  tenantId: 'tenant' as TenantId,
  seed: 1,
  fromMs,
  hours: { opens: 7, closes: 22 },
  distribution,
  callsPerDay,
  talkMs: 3 * minuteMs,
  patienceMs: 2 * minuteMs,
  missed: 0.02,
  declined: 0.01,
  transferred: 0.03,
});

const began = { wall: performance.now(), cpu: process.cpuUsage() };
const tally = new DayTally({ ...span, targetMs });
const reader = new DayReader(span, tally);
const kinds: ReadonlySet<string> = new Set(dayKinds);
for (const { atMs, facts } of events)
  if (kinds.has(facts.kind)) reader.take({ nodeId: 'node' as NodeId, atMs, facts: facts as DayFacts });
const day = reader.finish();
const real = tally.figures();
const asSet = { ...distribution, duties: day.duties, volume: 1, talk: 1 };
const shift = { fromMs: 9 * hourMs, untilMs: 18 * hourMs };
const tried = applyChanges(day, asSet, {
  queues: [],
  callOrder: null,
  agents: [],
  added: [{ count: agents.length / 10, skills: [0, 1, 2, 3].map((at) => skillAt(`skill-${at}`, 5)), groupId: null, shift }],
  volume: 1,
  talk: 1,
}); // prettier-ignore
const days = compareDays({ day, settings: [asSet, tried], targetMs, seed: 1, otherDays: otherDaysDefault });
let step = days.next();
while (!step.done) step = days.next();
const wallMs = performance.now() - began.wall;
const { user, system } = process.cpuUsage(began.cpu);
const cpuMs = (user + system) / 1_000;

const [first, second] = step.value;
const apart = measures.map((measure) => {
  const was = measureOf(real, measure);
  const is = measureOf(first!.figures, measure);
  return { measure, by: was ? Math.abs(is! - was) / was : 0, was, is };
});
const furthest = apart.reduce((most, one) => (one.by > most.by ? one : most));
const replays = 2 * (otherDaysDefault + 1);
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
console.log(
  `${callsPerDay} calls, ${agents.length} agents, ${queues.length} queues, ${events.length} events; ${replays} days replayed`,
);
console.log(`${(wallMs / 1_000).toFixed(1)} s, ${(cpuMs / 1_000).toFixed(1)} CPU s (${(cpuMs / replays).toFixed(0)} CPU ms a day); calibration ${calibrationMs.toFixed(0)} ms`); // prettier-ignore
console.log(`the day as recorded against itself: at most ${percent(furthest.by)} apart (${furthest.measure}: ${furthest.is} instead of ${furthest.was})`); // prettier-ignore
for (const [name, compared] of [
  ['as set', first!],
  ['more agents', second!],
] as const) {
  const { low, high } = compared.ranges.serviceLevel!;
  console.log(`${name}: service level ${percent(measureOf(compared.figures, 'serviceLevel')!)} (${percent(low)} to ${percent(high)})`); // prettier-ignore
}

const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('what-if.json', folder),
  `${JSON.stringify({ calibrationMs, cpu: cpus()[0]!.model, callsPerDay, replays, wallMs, cpuMs, apart }, null, 2)}\n`,
);
