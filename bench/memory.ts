/**
 * Memory of a node for a call it holds, with two legs and no sound: of the second and third of three equal parts, since the heap of a
 * node that is warm has room for the first (decision 0066). `node bench/memory.ts [--calls 1800]`
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { calibrate, median } from './rig/calibrate.ts';
import { nodeCore, openPlainCalls } from './rig/plain-calls.ts';
import { proportionalKibibytes } from './rig/process-cpu.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '1800' },
    quick: { type: 'boolean', default: false },
  },
});
const calls = Number(values.calls);
const first = Math.round(calls / 3);
const rate = 60;

const calibrationMs = calibrate(nodeCore);
const plain = await openPlainCalls();
try {
  await plain.place('caller', { rate, calls: 200, holdMs: 1_000 }).finished;
  const found: number[] = [];
  for (let repeat = 0; repeat < (values.quick ? 1 : 3); repeat++) {
    await pause(2_000);
    const upMs = (calls / rate) * 1_000;
    const held = plain.place('caller', { rate, calls, holdMs: upMs + 4_000 });
    await pause((first / rate) * 1_000);
    const before = proportionalKibibytes(plain.node.pid);
    await pause(upMs - (first / rate) * 1_000 + 2_000);
    found.push((proportionalKibibytes(plain.node.pid) - before) / (calls - first));
    await held.finished;
  }
  const [least, most] = [Math.min(...found), Math.max(...found)].map(Math.round);
  console.log(`Calibration ${calibrationMs.toFixed(0)} ms of CPU on core ${nodeCore}; of the last ${calls - first} of ${calls} calls held, garbage included`);
  console.log(`${Math.round(median(found))} KiB / call [${least}..${most}]`);
} finally {
  await plain.close();
} // prettier-ignore
