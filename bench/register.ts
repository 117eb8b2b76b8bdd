/** REGISTER with digest, as many a second as a node on one core takes from phones on the other. `node bench/register.ts` */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execFileSync } from 'node:child_process';
import { calibrate, median } from './rig/calibrate.ts';
import { nodeCore, openPlainCalls, sippCore } from './rig/plain-calls.ts';
import { cpuSeconds } from './rig/process-cpu.ts';
import type { RegisteringPhones } from './rig/registering-phones.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const seconds = values.quick ? 3 : 8;
const extensions = 500;

const calibrationMs = calibrate(nodeCore);
const plain = await openPlainCalls(extensions);
const phones = fork(fileURLToPath(new URL('./rig/registering-phones.ts', import.meta.url)), { execArgv: [] });
try {
  execFileSync('taskset', ['-a', '-c', '-p', String(sippCore), String(phones.pid)], { stdio: 'ignore' });
  const { address, sipPort: port } = plain.node;
  phones.send({ address, port, domain: 'bench.seatgrid', extensions: plain.tenant.agents.map(({ extension }) => extension) } satisfies RegisteringPhones);
  await pause(3_000);
  const rates: number[] = [];
  const costs: number[] = [];
  for (let repeat = 0; repeat < (values.quick ? 1 : 3); repeat++) {
    const before = { done: await counted(), used: cpuSeconds(plain.node.pid), atMs: performance.now() };
    await pause(seconds * 1_000);
    const done = (await counted()) - before.done;
    rates.push((done * 1_000) / (performance.now() - before.atMs));
    costs.push(((cpuSeconds(plain.node.pid) - before.used) * 1e6) / done);
  }
  console.log(`Calibration ${calibrationMs.toFixed(0)} ms of CPU on core ${nodeCore}; ${extensions} phones, each proving itself by digest (MD5)`);
  console.log(`${Math.round(median(rates))} registrations / s, ${median(costs).toFixed(0)} µs of CPU each`);
} finally {
  phones.disconnect();
  await plain.close();
} // prettier-ignore

async function counted(): Promise<number> {
  phones.send('count');
  const [done] = (await once(phones, 'message')) as [number];
  return done;
}
