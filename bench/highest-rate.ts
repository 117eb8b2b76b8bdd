/**
 * The highest rate at which a node serves every call, on the dial plan of `bench node`: (a) plain calls, (b) prompt, key and a
 * queue of 400 agents; `--only caller` or `caller-digit` one of them. A rate passes when of its calls none fails or stays without an agent, at most one message in a hundred is
 * sent again, and the callers kept the rate up; a rate that does not is tried once more. Up by a quarter, then between the two.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { nodeFlags } from '@seatgrid/edge-node/node-flags.ts';
import { calibrate, median } from './rig/calibrate.ts';
import { nextRate, type TriedRate } from '@seatgrid/testkit/next-rate.ts';
import { peers } from './rig/peer-dial-plan.ts';
import { nodeCore, sippCore } from './rig/plain-calls.ts';
import { cpuSeconds } from './rig/process-cpu.ts';
import { startSipp } from './rig/sipp.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const repeats = values.quick ? 1 : 3;
const seconds = 6;
const resentShareMax = 0.01;
const keptUpMin = 0.97;
const place = { address: '127.0.12.1', port: 5_060 };
const callers = { address: peers.trunk, port: 5_060 };
const answering = { address: peers.phones.host, port: peers.phones.port };

const cases = [
  { name: 'plain', scenario: 'caller', service: '2000', holdMs: 500, from: 80, step: 10 },
  {
    name: 'prompt, key, queue',
    scenario: 'caller-digit',
    service: '400400',
    holdMs: 1_500,
    from: 40,
    step: 5,
  },
] as const;
type Case = (typeof cases)[number];

interface Try extends TriedRate {
  readonly failed: number;
  readonly unserved: number;
  readonly resent: number;
  readonly keptUp: number;
  readonly coreShare: number;
}

const calibrationMs = calibrate(nodeCore);
const rows = cases
  .filter(({ scenario }) => scenario === (values.only ?? scenario))
  .map((one) => ({ ...one, found: [] as { highest: number; tries: readonly Try[] }[] }));
for (let repeat = 0; repeat < repeats; repeat++)
  for (const row of rows) {
    // Each search has a node of its own, which has rehearsed and holds nothing of the one before.
    const node = await startDialPlan();
    try {
      row.found.push(await search(node.pid!, row));
    } finally {
      node.kill('SIGTERM');
      await new Promise((resolve) => node.once('exit', resolve));
    }
  }
console.log(
  `Calibration ${calibrationMs.toFixed(0)} ms of CPU on core ${nodeCore}; ${seconds} s each rate; ${repeats} of each\n`,
);
for (const { name, found } of rows) {
  const highest = found.map((one) => one.highest);
  const share = found.map(({ tries, highest: rate }) => 100 * (tries.findLast((one) => one.rate === rate && one.passes)?.coreShare ?? 0));
  console.log(`${name.padEnd(20)} ${median(highest)} calls/s [${Math.min(...highest)}..${Math.max(...highest)}] at ${median(share).toFixed()} % of the core`);
} // prettier-ignore
const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('highest-rate.json', folder),
  `${JSON.stringify({ calibrationMs, seconds, rows }, null, 2)}\n`,
);

async function search(pid: number, one: Case): Promise<{ highest: number; tries: readonly Try[] }> {
  await attempt(pid, one, { rate: one.from, calls: one.from * seconds, aloneMs: 0 });
  const { lastedMs: aloneMs } = await attempt(pid, one, { rate: one.from, calls: 1, aloneMs: 0 });
  const tries: Try[] = [];
  for (;;) {
    const rate = nextRate(tries, one);
    if (rate === null) break;
    const tried = await attempt(pid, one, { rate, calls: rate * seconds, aloneMs });
    tries.push(tried);
    console.error(`${one.name}: ${rate} calls/s ${tried.passes ? 'pass' : `do not: ${tried.failed} failed, ${tried.unserved} without an agent, ${tried.resent} resent, ${(100 * tried.keptUp).toFixed()} % kept up`}`);
  }
  return { highest: Math.max(0, ...tries.filter(({ passes }) => passes).map(({ rate }) => rate)), tries };
} // prettier-ignore

/** `aloneMs` is how long one call lasts by itself: so much later than the last is begun the caller's program should end. */
async function attempt(
  pid: number,
  one: Case,
  { rate, calls, aloneMs }: { readonly rate: number; readonly calls: number; readonly aloneMs: number },
): Promise<Try & { readonly lastedMs: number }> {
  const callee = startSipp({ scenario: 'callee', core: sippCore, ...answering });
  await pause(300);
  const before = cpuSeconds(pid);
  const startedMs = performance.now();
  const placed = await startSipp({
    scenario: one.scenario,
    core: sippCore,
    ...callers,
    target: `${place.address}:${place.port}`,
    service: one.service,
    rate,
    calls,
    holdMs: one.holdMs,
  }).finished;
  const lastedMs = performance.now() - startedMs;
  const used = cpuSeconds(pid) - before;
  const answered = await callee.stop();
  await pause(1_000);
  const failed = calls - placed.succeeded;
  const unserved = Math.max(0, placed.succeeded - answered.created);
  const resent = placed.retransmissions + answered.retransmissions;
  const keptUp = (1_000 * (calls - 1)) / rate / (lastedMs - aloneMs);
  return {
    rate,
    passes: failed === 0 && unserved === 0 && resent <= resentShareMax * calls && keptUp >= keptUpMin,
    failed,
    unserved,
    resent,
    keptUp,
    lastedMs,
    coreShare: used / (lastedMs / 1_000),
  };
}

/** `bench node` on its core, ready and rehearsed. */
function startDialPlan(): Promise<ChildProcess> {
  const program = new URL('./node.ts', import.meta.url).pathname;
  const child = spawn(
    'taskset',
    ['-c', String(nodeCore), process.execPath, '--disable-warning=ExperimentalWarning', ...nodeFlags, program, '--profile', 'small', '--listen', `${place.address}:${place.port}`],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { PATH: process.env['PATH'] } },
  ); // prettier-ignore
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (part: Buffer) => part.includes('"ready":true') && resolve(child));
    child.once('exit', (code) => reject(new Error(`the node ended with ${code}`)));
  });
}
