/**
 * Steps of a flow that one core walks in a millisecond, by kind: pure interpretation, nothing spoken and nobody asked.
 * `node bench/flows.ts [--quick]`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { CelExpressions } from '@seatgrid/contracts/expressions/cel-expressions.ts';
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import { FlowMachine } from '@seatgrid/core/flows/flow-machine.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { FlowId } from '@seatgrid/core/kernel/ids.ts';
import { calibrate } from './rig/calibrate.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const calls = values.quick ? 500 : 5_000;
/** In a row, before the call is hung up. */
const stepsInARow = 100;
const rounds = values.quick ? 3 : 7;

/** Each leads to `next`, whichever way it goes. */
const kinds: Readonly<Record<string, (next: string) => FlowStep>> = {
  set: (next) => ({ kind: 'set', variable: 'last', value: 'from {caller}', next }),
  branch: (next) => ({ kind: 'branch', variable: 'caller', cases: [{ test: 'starts-with', value: '010', next }, { test: 'longer-than', value: '8', next }], otherwise: next }), // prettier-ignore
  split: (next) => ({ kind: 'split', shares: [{ percent: 70, label: '', next }], otherwise: next }),
  time: (next) => ({ kind: 'time', periods: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }], inside: next, outside: next }), // prettier-ignore
  compute: (next) => ({ kind: 'compute', values: [{ variable: 'sum', expression: 'sum + 1' }], next }),
  decide: (next) => ({ kind: 'decide', conditions: [{ condition: 'caller.startsWith("010")', label: '', next }, { condition: 'sum > 3', label: '', next }], otherwise: next }), // prettier-ignore
};
const turns = Object.values(kinds);
const chains: Readonly<Record<string, (at: number, next: string) => FlowStep>> = {
  ...Object.fromEntries(Object.entries(kinds).map(([name, step]) => [name, (_at, next) => step(next)])),
  'all of them in turn': (at, next) => turns[at % turns.length]!(next),
};

function flowOf(name: string, step: (at: number, next: string) => FlowStep): CallFlow {
  const row = Array.from({ length: stepsInARow }, (_, at) => [`s${at}`, step(at, `s${at + 1}`)] as const);
  return {
    id: name as FlowId,
    name,
    version: 1,
    start: 's0',
    steps: Object.fromEntries([...row, [`s${stepsInARow}`, { kind: 'hang-up', say: [] }]]),
  };
}

const expressions = new CelExpressions();
const startedAtMs = Date.UTC(2026, 0, 5, 10);

function walk(flow: CallFlow): void {
  const machine = new FlowMachine({
    flow,
    variables: new Map<string, string | bigint>([['caller', '13800138000'], ['called', '4001234567'], ['language', 'en'], ['sum', 0n]]), // prettier-ignore
    timeZone: 'Asia/Shanghai',
    defaultLocale: 'en',
    expressions,
    flows: new Map(),
    chance: () => 0.5,
  });
  const steps = machine.handle({ kind: 'start' }, startedAtMs).filter(({ kind }) => kind === 'step');
  // The hang-up, too, is one; a flow that failed on its way would be no measurement.
  if (!machine.isEnded || steps.length !== stepsInARow + 1)
    throw new Error(`${flow.name}: ${steps.length} steps were walked, not ${stepsInARow + 1}`);
}

const calibrationMs = calibrate(0);
const rows = Object.entries(chains).map(([name, step]) => {
  const flow = flowOf(name, step);
  const perMs = Array.from({ length: rounds }, () => {
    const { user, system } = process.cpuUsage();
    for (let call = 0; call < calls; call++) walk(flow);
    const used = process.cpuUsage({ user, system });
    return (calls * stepsInARow) / ((used.user + used.system) / 1_000);
  }).sort((a, b) => a - b);
  const median = perMs[Math.floor(rounds / 2)]!;
  console.log(
    `${name.padEnd(22)} ${median.toFixed(0).padStart(6)} steps a millisecond [${perMs[0]!.toFixed(0)}..${perMs.at(-1)!.toFixed(0)}]`,
  );
  return { name, median, perMs };
});
console.log(
  `median [least..most] of ${rounds} rounds of ${calls} calls of ${stepsInARow} steps; calibration ${calibrationMs.toFixed(0)} ms`,
);

const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('flows.json', folder),
  `${JSON.stringify({ calibrationMs, cpu: cpus()[0]!.model, rows }, null, 2)}\n`,
);
