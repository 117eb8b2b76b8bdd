/** Memory of a node for a call it holds: two legs and no sound. `node bench/memory.ts [--calls 400]` */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { calibrate, median } from './rig/calibrate.ts';
import { nodeCore, openPlainCalls } from './rig/plain-calls.ts';
import { proportionalKibibytes } from './rig/process-cpu.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '400' },
    quick: { type: 'boolean', default: false },
  },
});
const calls = Number(values.calls);
const rate = 40;

const calibrationMs = calibrate(nodeCore);
const plain = await openPlainCalls();
try {
  await plain.place('caller', { rate, calls: 200, holdMs: 1_000 }).finished;
  const found: number[] = [];
  for (let repeat = 0; repeat < (values.quick ? 1 : 3); repeat++) {
    await pause(2_000);
    const before = proportionalKibibytes(plain.node.pid);
    const upMs = (calls / rate) * 1_000;
    const held = plain.place('caller', { rate, calls, holdMs: upMs + 4_000 });
    await pause(upMs + 2_000);
    found.push((proportionalKibibytes(plain.node.pid) - before) / calls);
    await held.finished;
  }
  const [least, most] = [Math.min(...found), Math.max(...found)].map(Math.round);
  console.log(`Calibration ${calibrationMs.toFixed(0)} ms of CPU on core ${nodeCore}; ${calls} calls held, garbage included`);
  console.log(`${Math.round(median(found))} KiB / call [${least}..${most}]`);
} finally {
  await plain.close();
} // prettier-ignore
