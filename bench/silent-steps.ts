/**
 * What twenty steps nobody hears add to a call: the same two legs with and without them, rounds by turns at one node, CPU seconds
 * for 1,000 calls. The node has core 0, SIPp core 1. `node bench/silent-steps.ts [--quick]`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { FixtureConfig } from '../apps/edge-node/test/fixture-config.ts';
import { calibrate, median } from './rig/calibrate.ts';
import { startNode } from './rig/node-under-test.ts';
import { cpuSeconds } from './rig/process-cpu.ts';
import { startSipp } from './rig/sipp.ts';

const nodeCore = 0;
const sippCore = 1;
const callers = { address: '127.0.0.2', port: 15_062 };
const callee = { address: '127.0.0.3', port: 15_063 };
const numbers = { without: '+18005550001', with: '+18005550002' };
const silentSteps = 20;
const rate = 40;

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const calls = values.quick ? 150 : 300;
const rounds = values.quick ? 2 : 7;

/** Each leads to `next`, whichever way it goes. */
const kinds: readonly ((next: string) => FlowStep)[] = [
  (next) => ({ kind: 'set', variable: 'last', value: 'from {caller}', next }),
  (next) => ({ kind: 'branch', variable: 'caller', cases: [{ test: 'starts-with', value: '010', next }], otherwise: next }), // prettier-ignore
  (next) => ({ kind: 'split', shares: [{ percent: 70, label: '', next }], otherwise: next }),
  (next) => ({ kind: 'compute', values: [{ variable: 'sum', expression: '1 + 1' }], next }),
  (next) => ({ kind: 'decide', conditions: [{ condition: 'caller.startsWith("010")', label: '', next }], otherwise: next }), // prettier-ignore
];
const ending: Readonly<Record<string, FlowStep>> = {
  dial: { kind: 'dial', number: '+498912345', ringTimeoutMs: 20_000, onFailed: 'sorry' },
  sorry: { kind: 'hang-up', say: [] },
};

const calibrationMs = calibrate(nodeCore);
const node = await startNode(configuration().build(), nodeCore);
const answering = startSipp({ scenario: 'callee', core: sippCore, ...callee });
try {
  // The first calls pay for compilation: they are placed and not counted.
  await costOf(numbers.without);
  await costOf(numbers.with);
  const pairs: { without: number; with: number }[] = [];
  let leftOut = 0;
  for (let round = 0; round < rounds; round++) {
    const first = await costOf(round % 2 === 0 ? numbers.without : numbers.with);
    const second = await costOf(round % 2 === 0 ? numbers.with : numbers.without);
    // A call the load gate refused does not cost what a call does.
    if (first === undefined || second === undefined) leftOut++;
    else pairs.push(round % 2 === 0 ? { without: first, with: second } : { with: first, without: second });
  }
  const added = pairs.map((pair) => pair.with - pair.without);
  const range = (of: readonly number[]) =>
    `${median(of).toFixed(2)} [${Math.min(...of).toFixed(2)}..${Math.max(...of).toFixed(2)}]`;
  console.log(`Calibration ${calibrationMs.toFixed(0)} ms of CPU on core ${nodeCore}; ${cpus()[0]!.model}; ${rounds} rounds of ${calls} calls at ${rate}/s, CPU s / 1,000 calls\n`); // prettier-ignore
  console.log(`two legs                          ${range(pairs.map((pair) => pair.without))}`);
  console.log(`with ${silentSteps} silent steps before         ${range(pairs.map((pair) => pair.with))}`);
  console.log(
    `added, of pairs                   ${range(added)}; ${leftOut} rounds left out, since calls failed`,
  );
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('silent-steps.json', folder), `${JSON.stringify({ calibrationMs, cpu: cpus()[0]!.model, silentSteps, calls, rate, pairs, addedMedian: median(added) }, null, 2)}\n`); // prettier-ignore
} finally {
  await answering.stop();
  await node.close();
}

function configuration(): FixtureConfig {
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: [callers.address], target: { host: callee.address, port: callee.port }, channelsMax: 10_000 }); // prettier-ignore
  const tenant = fixture.tenant({ slug: 'bench', number: numbers.without, agents: 1, quotas: { concurrentCalls: 10_000 } }); // prettier-ignore
  const without = fixture.flow(tenant, 'dial', ending, 'Without');
  const row = Array.from({ length: silentSteps }, (_, at) => [
    `s${at}`,
    kinds[at % kinds.length]!(at + 1 < silentSteps ? `s${at + 1}` : 'dial'),
  ]);
  const silent = fixture.flow(tenant, 's0', { ...Object.fromEntries(row), ...ending }, 'Silent');
  fixture.route(tenant, { kind: 'flow', flowId: without.id });
  const did = { ...tenant.config.dids[0]!, id: crypto.randomUUID() as never, number: numbers.with };
  const step = { kind: 'flow' as const, flowId: silent.id };
  const rule = { ...tenant.config.rules[0]!, id: crypto.randomUUID() as never, name: 'Silent', didIds: [did.id], onDuty: step, offDuty: step }; // prettier-ignore
  tenant.config.dids = [...tenant.config.dids, did];
  tenant.config.rules = [...tenant.config.rules, rule];
  return fixture;
}

/** CPU seconds of the node for 1,000 calls to that number; undefined where one of them failed. */
async function costOf(service: string): Promise<number | undefined> {
  const before = cpuSeconds(node.pid);
  const { finished } = startSipp({ scenario: 'caller', core: sippCore, ...callers, target: `${node.address}:${node.sipPort}`, service, rate, calls, holdMs: 500 }); // prettier-ignore
  const placed = await finished;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  return placed.succeeded === calls ? ((cpuSeconds(node.pid) - before) * 1_000) / calls : undefined;
}
