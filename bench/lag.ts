/**
 * How late a node's main thread is for its timers under plain calls, by the node's own metrics: a whole minute, and none of its
 * start or rehearsal. Beside it what that thread used and how long it waited for its core, since a thread that is kept waiting is
 * late by no work of its own. `node bench/lag.ts [--rate 100]`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readMetrics } from '@seatgrid/testkit/read-metrics.ts';
import { calibrate, median } from './rig/calibrate.ts';
import { nodeCore, openPlainCalls } from './rig/plain-calls.ts';
import { cpuSeconds, mainThreadSeconds } from './rig/process-cpu.ts';

const { values } = parseArgs({
  options: { rate: { type: 'string', default: '100' }, quick: { type: 'boolean', default: false } },
});
const rate = Number(values.rate);
const repeats = values.quick ? 1 : 3;
const holdMs = 1_500;
/** What the node looks over: the last whole minute since it was last asked after one. */
const windowSeconds = 60;
const marginSeconds = 3;
const quantiles = [0.5, 0.9, 0.99, 0.999];

interface Minute {
  readonly lateMs: readonly number[];
  /** Shares of a core: the main thread's own, what it stood ready without one, and the node's with its workers. */
  readonly used: number;
  readonly waited: number;
  readonly all: number;
  readonly failed: number;
}

const calibrationMs = calibrate(nodeCore);
const plain = await openPlainCalls();
try {
  const minutes: Minute[] = [];
  for (let minute = 0; minute <= repeats; minute++) {
    const before = { cpu: cpuSeconds(plain.node.pid), main: mainThreadSeconds(plain.node.pid) };
    const seconds = windowSeconds + marginSeconds;
    const placing = plain.place('caller', { rate, calls: rate * seconds, holdMs });
    await pause(1_000 * seconds);
    // Asked after its minute is over, it begins the next: the first was that of its start.
    const lateMs = await lateness();
    const main = mainThreadSeconds(plain.node.pid);
    const used = (main.used - before.main.used) / seconds;
    const waited = (main.waited - before.main.waited) / seconds;
    const all = (cpuSeconds(plain.node.pid) - before.cpu) / seconds;
    const { failed } = await placing.finished;
    if (minute > 0) minutes.push({ lateMs, used, waited, all, failed });
  }
  const over = (of: (minute: Minute) => number) => minutes.map(of).toSorted((a, b) => a - b);
  const told = (found: readonly number[], digits: number) =>
    `${median(found).toFixed(digits)} [${found[0]!.toFixed(digits)}..${found.at(-1)!.toFixed(digits)}]`;
  console.log(`Calibration ${calibrationMs.toFixed(0)} ms of CPU on core ${nodeCore}; ${minutes.length} minutes of ${rate} plain calls/s; median [least..most]\n`);
  for (const [index, quantile] of quantiles.entries())
    console.log(`p${Number((100 * quantile).toFixed(1))}`.padEnd(8) + `${told(over(({ lateMs }) => lateMs[index]!), 1)} ms late`);
  const percent = (of: (minute: Minute) => number) => told(over((minute) => 100 * of(minute)), 0);
  console.log(`main thread: used ${percent(({ used }) => used)} % of its core, waited for it ${percent(({ waited }) => waited)} % of the time; the node with its workers used ${percent(({ all }) => all)} %; failed ${minutes.reduce((sum, { failed }) => sum + failed, 0)}`);
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('lag.json', folder), `${JSON.stringify({ calibrationMs, rate, quantiles, minutes }, null, 2)}\n`);
} finally {
  await plain.close();
} // prettier-ignore

async function lateness(): Promise<readonly number[]> {
  const { values: told } = readMetrics(await (await fetch(`${plain.node.localApiUrl}/metrics`)).text());
  return quantiles.map(
    (quantile) => 1_000 * told.get(`seatgrid_node_event_loop_lag_seconds{quantile="${quantile}"}`)!,
  );
}
