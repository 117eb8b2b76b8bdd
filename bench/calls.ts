/**
 * CPU seconds of a node for 1,000 calls: (a) a plain two-leg call, (b) menu → key → queue → agent on a desk phone; at 25, 50 and
 * 100 calls a second. The node has core 0, SIPp core 1; no sound from SIPp, so it is signalling, flow, queue, journal and the
 * prompt that are measured. Sound is `bench media`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { FixtureConfig, type FixtureTenant } from '../apps/edge-node/test/fixture-config.ts';
import { calibrate, median } from './rig/calibrate.ts';
import { registerPhones, signInAll } from './rig/desk-agents.ts';
import { startNode } from './rig/node-under-test.ts';
import { cpuSeconds, residentMegabytes } from './rig/process-cpu.ts';
import { startSipp } from './rig/sipp.ts';

const nodeCore = 0;
const sippCore = 1;
const callers = { address: '127.0.0.2', port: 15_062 };
const callee = { address: '127.0.0.3', port: 15_063 };
const phones = { address: '127.0.0.4', port: 15_064 };
const numbers = { plain: '+18005550001', queue: '+18005550002' };
const agentsMax = 300;

type Case = 'plain' | 'queue';
interface Run {
  readonly cpuSecondsPer1000: number;
  /** The same without what the node uses when nobody calls. */
  readonly aboveIdlePer1000: number;
  readonly failed: number;
  readonly unserved: number;
  readonly retransmissions: number;
  readonly coreShare: number;
}

interface Row {
  readonly name: Case;
  readonly rate: number;
  readonly idle: number;
  readonly runs: Run[];
}

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const rates = [25, 50, 100];
const seconds = values.quick ? 4 : 10;
const repeats = values.quick ? 1 : 3;

const { fixture, tenant } = configuration();
const calibrationMs = calibrate(nodeCore);
const node = await startNode(fixture.build(), nodeCore);
try {
  const rows: Row[] = await measure('plain');
  await registerPhones(node, tenant, phones);
  const desks = await signInAll(node, fixture, tenant);
  rows.push(...(await measure('queue')));
  for (const desk of desks) desk.close();
  tell(rows);
  save(rows);
} finally {
  await node.close();
}

/** The rates in turn, again and again, so that an hour's mood of the machine touches all alike. */
async function measure(name: Case): Promise<Row[]> {
  // The first calls pay for compilation: they are placed and not counted.
  await run(name, 50, 0);
  await run(name, 100, 0);
  const idle = await idleShare();
  const rows: Row[] = rates.map((rate) => ({ name, rate, idle, runs: [] }));
  for (let repeat = 0; repeat < repeats; repeat++)
    for (const row of rows) row.runs.push(await run(name, row.rate, idle));
  return rows;
}

async function idleShare(): Promise<number> {
  const before = cpuSeconds(node.pid);
  const startedMs = performance.now();
  await quiet(4_000);
  return (cpuSeconds(node.pid) - before) / ((performance.now() - startedMs) / 1_000);
}

function configuration(): { fixture: FixtureConfig; tenant: FixtureTenant } {
  const fixture = new FixtureConfig();
  fixture.trunk({ sources: [callers.address], target: { host: callee.address, port: callee.port }, channelsMax: 10_000 });
  const tenant = fixture.tenant({
    slug: 'bench',
    number: numbers.plain,
    agents: agentsMax,
    quotas: { agentsSignedIn: 10_000, concurrentCalls: 10_000 },
  });
  const second = { id: fixture.queue(tenant, { name: 'service', waitingMax: 10_000 }) };
  const plain = fixture.flow(tenant, 'dial', {
    dial: { kind: 'dial', number: '+498912345', ringTimeoutMs: 20_000, onFailed: 'sorry' },
    sorry: { kind: 'hang-up', say: [] },
  }, 'Plain');
  const menu = fixture.flow(tenant, 'menu', {
    menu: { kind: 'menu', welcome: [], prompt: [{ kind: 'text', text: { en: 'For service, press one.' } }], invalid: [], choices: { '1': { label: 'Service', next: 'queue' } }, timeoutMs: 5_000, attempts: 2, otherwise: 'sorry' },
    queue: { kind: 'enqueue', queueId: second.id.id },
    sorry: { kind: 'hang-up', say: [] },
  }, 'Menu');
  fixture.route(tenant, { kind: 'flow', flowId: plain.id });
  const did = { ...tenant.config.dids[0]!, id: crypto.randomUUID() as never, number: numbers.queue };
  const rule = { ...tenant.config.rules[0]!, id: crypto.randomUUID() as never, name: 'Menu', didIds: [did.id], onDuty: { kind: 'flow' as const, flowId: menu.id }, offDuty: { kind: 'flow' as const, flowId: menu.id } };
  tenant.config.dids = [...tenant.config.dids, did];
  tenant.config.rules = [...tenant.config.rules, rule];
  return { fixture, tenant };
} // prettier-ignore

async function run(name: Case, rate: number, idle: number): Promise<Run> {
  const calls = rate * seconds;
  const answering = startSipp({
    scenario: 'callee',
    core: sippCore,
    ...(name === 'plain' ? callee : phones),
  });
  await quiet(300);
  const before = cpuSeconds(node.pid);
  const startedMs = performance.now();
  const placing = startSipp({
    scenario: name === 'plain' ? 'caller' : 'caller-digit',
    core: sippCore,
    ...callers,
    target: `${node.address}:${node.sipPort}`,
    service: numbers[name],
    rate,
    calls,
    holdMs: 1_500,
  });
  const placed = await placing.finished;
  const used = cpuSeconds(node.pid) - before;
  const lastedMs = performance.now() - startedMs;
  const answered = await answering.stop();
  await quiet(500);
  return {
    cpuSecondsPer1000: (used * 1_000) / calls,
    aboveIdlePer1000: ((used - idle * (lastedMs / 1_000)) * 1_000) / calls,
    failed: calls - placed.succeeded,
    unserved: Math.max(0, calls - answered.created),
    retransmissions: placed.retransmissions + answered.retransmissions,
    coreShare: used / (lastedMs / 1_000),
  };
}

function tell(rows: readonly Row[]): void {
  const names: Record<Case, string> = { plain: '(a) two legs', queue: '(b) menu, key, queue, agent' };
  const range = (values: readonly number[]) =>
    `${median(values).toFixed(2)} [${Math.min(...values).toFixed(2)}..${Math.max(...values).toFixed(2)}]`;
  console.log(`Calibration ${calibrationMs.toFixed(0)} ms of CPU on core ${nodeCore}; ${cpus()[0]!.model}; (b) with ${agentsMax} agents on desk phones, each with a desk\n`);
  console.log('                              calls/s  CPU s / 1,000 calls    without idle           core   idle  failed  no agent  resent');
  for (const { name, rate, idle, runs } of rows) {
    const sum = (of: (run: Run) => number) => String(runs.reduce((total, one) => total + of(one), 0));
    const percent = (share: number) => `${Math.round(100 * share)} %`;
    console.log(
      names[name].padEnd(30) +
        String(rate).padStart(7) +
        `  ${range(runs.map((one) => one.cpuSecondsPer1000)).padEnd(23)}` +
        range(runs.map((one) => one.aboveIdlePer1000)).padEnd(21) +
        percent(median(runs.map((one) => one.coreShare))).padStart(6) +
        percent(idle).padStart(7) +
        sum((one) => one.failed).padStart(8) +
        sum((one) => one.unserved).padStart(10) +
        sum((one) => one.retransmissions).padStart(8),
    );
  }
  console.log(`\nThe node's memory after all: ${residentMegabytes(node.pid).toFixed(0)} MB`);
} // prettier-ignore

function save(rows: unknown): void {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('calls.json', folder), `${JSON.stringify({ calibrationMs, cpu: cpus()[0]!.model, seconds, repeats, rows }, null, 2)}\n`);
} // prettier-ignore

function quiet(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
