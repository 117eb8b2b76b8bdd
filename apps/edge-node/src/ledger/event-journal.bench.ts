/**
 * What an event costs: `node apps/edge-node/src/ledger/event-journal.bench.ts [calls/s] [seconds]`. Prints the main thread's
 * CPU for an event (a call has about ten), the whole process's, and the most the journal takes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import { createIdSource } from '@seatgrid/core/kernel/ids.ts';
import { systemRandom } from '@seatgrid/media/call/runtime/system-random.ts';
import { realClock } from '../runtime/real-clock.ts';
import { openEventJournal } from './event-journal.ts';

const [callsPerSecond = 50, seconds = 5] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'seatgrid-journal-bench-'));
const ids = createIdSource(realClock, systemRandom);
const journal = openEventJournal({ path: join(folder, 'journal.sqlite'), ids, clock: realClock });
const tenantId = ids.next<'tenant'>();

function callEvents(): EventFacts[] {
  const callId = ids.next<'call'>();
  const [queueId, agentId, reservationId] = [
    ids.next<'queue'>(),
    ids.next<'agent'>(),
    ids.next<'reservation'>(),
  ];
  const step = { kind: 'flow.step', callId, flowId: ids.next<'flow'>(), flowName: 'Main menu', flowVersion: 3, stepKey: 'menu', stepKind: 'menu', title: 'Language and service', enteredAtMs: 1_767_225_600_000, outcome: '1', digits: '1', label: 'Cards' } as const; // prettier-ignore
  // prettier-ignore
  return [
    { kind: 'call.started', callId, direction: 'inbound', fromNumber: '13800138000', toNumber: '+8640080010001', didId: ids.next<'did'>(), trunkId: ids.next<'trunk'>(), agentId: null, ruleName: 'Working time' },
    { kind: 'call.answered', callId },
    step,
    { ...step, stepKey: 'queue', stepKind: 'enqueue' },
    { kind: 'queue.entered', callId, queueId, queueName: 'Cards', position: 1 },
    { kind: 'reservation.made', callId, reservationId, agentId, queueId },
    { kind: 'reservation.ended', callId, reservationId, agentId, outcome: 'accepted', rangMs: 2_400 },
    { kind: 'queue.left', callId, queueId, cause: 'agent', waitedMs: 2_400, position: 1 },
    { kind: 'call.bridged', callId, agentId, queueId },
    { kind: 'call.ended', callId, reason: { party: 'caller', code: 'hung-up' }, startedAtMs: 1, answeredAtMs: 2, talkMs: 3, waitMs: 4, billableSeconds: 5, language: 'zh-Hans', collected: { card: '6222' } },
  ];
}

const eventLists = Array.from({ length: 200 }, callEvents);
const eventsPerCall = eventLists[0]!.length;
/** CPU of the paced loop in microseconds, whatever `record` does. */
async function paced(record: (facts: EventFacts) => void, calls: number) {
  const beganMs = performance.now();
  const before = { main: process.threadCpuUsage(), all: process.cpuUsage() };
  for (let call = 0; call < calls;) {
    const due = Math.min(calls, ((performance.now() - beganMs) / 1_000) * callsPerSecond);
    for (; call < due; call++) eventLists[call % eventLists.length]!.forEach(record);
    await new Promise<void>((resolve) => realClock.after(4, resolve));
  }
  await journal.flush();
  const sum = (used: { user: number; system: number }) => used.user + used.system;
  return { main: sum(process.threadCpuUsage(before.main)), all: sum(process.cpuUsage(before.all)) };
}

async function run(calls: number): Promise<void> {
  let commits = 0;
  const cancel = journal.onCommitted(() => commits++);
  const idle = await paced(() => {}, calls);
  const busy = await paced((facts) => journal.record(tenantId, facts), calls);
  cancel();
  const [main, all] = [busy.main - idle.main, busy.all - idle.all].map((used) => used / calls);
  console.log(
    `${callsPerSecond} calls/s, ${calls * eventsPerCall} events in ${commits} commits: CPU for a call of ${eventsPerCall} events ` +
      `${main!.toFixed(0)} µs on the main thread, ${all!.toFixed(0)} µs in the process (the loop itself, taken off, ${(idle.main / calls).toFixed(0)} µs)`,
  );
}

async function flatOut(events: number): Promise<void> {
  const beganMs = performance.now();
  for (let event = 0; event < events; event += eventsPerCall) {
    for (const facts of eventLists[(event / eventsPerCall) % eventLists.length]!)
      journal.record(tenantId, facts);
    if (event % 5_000 === 0) await journal.flush();
  }
  await journal.flush();
  console.log(`flat out: ${Math.round((events / (performance.now() - beganMs)) * 1_000)} durable events/s`);
}

for (let round = 0; round < 3; round++) await run(callsPerSecond * seconds);
await flatOut(200_000);
await journal.close();
rmSync(folder, { recursive: true });
