/**
 * Twenty times as many callers as the node is rated for: of the calls it admits, how many are served to their end; how much
 * memory it takes; how soon it serves as before. `node bench/flood.ts [--rated 150] [--seconds 60] [--quick]`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { calibrate } from './rig/calibrate.ts';
import { nodeCore, openPlainCalls } from './rig/plain-calls.ts';
import { residentMegabytes } from './rig/process-cpu.ts';

const { values } = parseArgs({
  options: {
    rated: { type: 'string', default: '150' },
    seconds: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const rated = Number(values.rated);
const seconds = Number(values.seconds ?? (values.quick ? 5 : 60));
const times = 20;
const holdMs = 1_000;

const calibrationMs = calibrate(nodeCore);
const plain = await openPlainCalls();
try {
  // Compiled and with its memory grown to what the rated load needs.
  await plain.place('flood', { rate: rated, calls: rated * 10, holdMs }).finished;
  const memoryBefore = residentMegabytes(plain.node.pid);
  let memoryMost = memoryBefore;
  const flood = plain.place('flood', { rate: rated * times, calls: rated * times * seconds, holdMs });
  const watching = setInterval(() => {
    memoryMost = Math.max(memoryMost, residentMegabytes(plain.node.pid));
  }, 500);
  const counts = await flood.finished;
  clearInterval(watching);
  const recoveredMs = await untilRecovered(performance.now());
  const answered = counts.counter('answered');
  const result = {
    calibrationMs,
    rated,
    seconds,
    offered: counts.created,
    answered,
    served: counts.counter('served'),
    refused: counts.counter('refused'),
    goodput: counts.counter('served') / Math.max(1, answered),
    memory: { beforeMb: memoryBefore, mostMb: memoryMost, times: memoryMost / memoryBefore },
    recoveredMs,
  };
  console.log(`Calibration ${calibrationMs.toFixed(0)} ms of CPU on core ${nodeCore}; ${times} x ${rated} calls/s for ${seconds} s\n`);
  console.log(`offered ${result.offered}, admitted ${answered}, of these served to their end ${(100 * result.goodput).toFixed(1)} %, refused ${result.refused}`);
  console.log(`memory ${memoryBefore.toFixed(0)} MB before, ${memoryMost.toFixed(0)} MB at most (x ${result.memory.times.toFixed(2)}); serves as before ${(recoveredMs / 1_000).toFixed(1)} s after`);
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('flood.json', folder), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await plain.close();
} // prettier-ignore

/** The first second of callers none of whom is refused or lost. */
async function untilRecovered(sinceMs: number): Promise<number> {
  for (;;) {
    const atMs = performance.now() - sinceMs;
    const rate = Math.round(rated / 2);
    const { counter } = await plain.place('flood', { rate, calls: rate, holdMs: 100 }).finished;
    if (counter('served') === rate || atMs > 60_000) return atMs;
  }
}
