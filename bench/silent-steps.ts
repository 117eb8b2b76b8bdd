/**
 * What twenty steps nobody hears add to a call: the same two legs with and without them, rounds by turns at one node, CPU seconds
 * for 1,000 calls. The node has core 0, SIPp core 1. `node bench/silent-steps.ts [--quick]`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { FixtureConfig, newId, plainRule } from '../apps/edge-node/test/fixture-config.ts';
import { calibrate, median } from './rig/calibrate.ts';
import { startNode } from './rig/node-under-test.ts';
import { cpuSeconds } from './rig/process-cpu.ts';
import { startSipp } from './rig/sipp.ts';

const nodeCore = 0;
const sippCore = 1;
const callers = { address: '127.0.0.2', port: 15_062 };
const callee = { address: '127.0.0.3', port: 15_063 };
/** How many steps nobody hears stand before the dialling, by the number that leads to them: many tell what one costs through the noise. */
const stepsOf = { '+18005550001': 0, '+18005550002': 20, '+18005550003': 200 } as const;
type Service = keyof typeof stepsOf;
const services = Object.keys(stepsOf) as Service[];
const rate = 50;

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const calls = values.quick ? 100 : 200;
const rounds = values.quick ? 2 : 9;

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
  for (const service of services) await costOf(service);
  const whole: Record<Service, number>[] = [];
  for (let round = 0; round < rounds; round++) {
    const costs = new Map<Service, number | undefined>();
    // Each is first, second and last in turn.
    for (const at of services.keys()) {
      const service = services[(at + round) % services.length]!;
      costs.set(service, await costOf(service));
    }
    // A call that failed does not cost what a call does.
    const known = Object.fromEntries(costs) as Record<Service, number>;
    if (!Object.values(known).includes(undefined as never)) whole.push(known);
  }
  const range = (of: readonly number[]) =>
    `${median(of).toFixed(2)} [${Math.min(...of).toFixed(2)}..${Math.max(...of).toFixed(2)}]`;
  console.log(`Calibration ${calibrationMs.toFixed(0)} ms of CPU on core ${nodeCore}; ${cpus()[0]!.model}; ${rounds} rounds of ${calls} calls of each kind at ${rate}/s, CPU s / 1,000 calls\n`); // prettier-ignore
  const plain = services[0]!;
  console.log(`two legs                       ${range(whole.map((round) => round[plain]))}`);
  const added = services.slice(1).map((service) => {
    const more = whole.map((round) => round[service] - round[plain]);
    const steps = stepsOf[service];
    console.log(`${String(steps).padStart(3)} silent steps before, added ${range(more)}: for twenty ${((median(more) * 20) / steps).toFixed(3)}`);
    return { steps, more };
  }); // prettier-ignore
  console.log(`left out, since calls failed: ${rounds - whole.length} rounds`);
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('silent-steps.json', folder), `${JSON.stringify({ calibrationMs, cpu: cpus()[0]!.model, calls, rate, whole, added }, null, 2)}\n`); // prettier-ignore
} finally {
  await answering.stop();
  await node.close();
}

function configuration(): FixtureConfig {
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: [callers.address], target: { host: callee.address, port: callee.port }, channelsMax: 10_000 }); // prettier-ignore
  const tenant = fixture.tenant({ slug: 'bench', number: services[0]!, agents: 1, quotas: { concurrentCalls: 10_000 } }); // prettier-ignore
  for (const number of services) {
    const silent = Array.from({ length: stepsOf[number] }, (_, at) => [
      `s${at}`,
      kinds[at % kinds.length]!(at + 1 < stepsOf[number] ? `s${at + 1}` : 'dial'),
    ]);
    const flow = fixture.flow(tenant, silent.length > 0 ? 's0' : 'dial', { ...Object.fromEntries(silent), ...ending }, number); // prettier-ignore
    const did = { ...tenant.config.dids[0]!, id: newId<'did'>(), number };
    const step = { kind: 'flow' as const, flowId: flow.id };
    tenant.config.dids.push(did);
    tenant.config.rules.push({ ...plainRule, id: newId<'inbound-rule'>(), name: number, didIds: [did.id], onDuty: step, offDuty: step }); // prettier-ignore
  }
  tenant.config.dids.shift();
  return fixture;
}

/** CPU seconds of the node for 1,000 calls to that number; undefined where one of them failed. */
async function costOf(service: Service): Promise<number | undefined> {
  const before = cpuSeconds(node.pid);
  const { finished } = startSipp({ scenario: 'caller', core: sippCore, ...callers, target: `${node.address}:${node.sipPort}`, service, rate, calls, holdMs: 500 }); // prettier-ignore
  const placed = await finished;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  if (placed.succeeded === calls) return ((cpuSeconds(node.pid) - before) * 1_000) / calls;
  console.log(
    `${placed.failed} of ${calls} calls to ${service} failed; SIPp says: ${placed.complaint || 'nothing'}`,
  );
  for (const warning of node.warnings()) console.log(`the node says: ${warning}`);
  return undefined;
}
