/**
 * Time of one decision of the distribution: an agent becomes free while thousands wait, a call comes while thousands are free; and how it
 * follows the number of queues. `node bench/routing.ts [--quick]`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { AcdMachine, type AcdEffect } from '@seatgrid/core/routing/acd-machine.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import {
  agentNamed,
  callNamed,
  queueNamed,
  sceneAgent,
  sceneQueue,
  skillAt,
} from '@seatgrid/testkit/routing-scene.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { calibrate } from './rig/calibrate.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const decisions = values.quick ? 5_000 : 30_000;
const agentCount = 15_000;

interface Scene {
  readonly queues: readonly Queue[];
  readonly skills: number;
  readonly skillsPerAgent: number;
  readonly waiting: number;
}

interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** Every decision takes one call and one agent away; both come back, so that as many wait and are free as before. */
function measure(scene: Scene): { readonly agentFrees: Times; readonly callComes: Times } {
  const random = createSeededRandom(1);
  const below = (limit: number) => randomInteger(random, limit);
  const agents = Array.from({ length: agentCount }, (_, index) =>
    sceneAgent(
      `agent-${index}`,
      Array.from({ length: scene.skillsPerAgent }, (_each, place) =>
        skillAt(`skill-${(index + place * 7) % scene.skills}`, 1 + below(9)),
      ),
    ),
  );
  const machine = new AcdMachine(random);
  machine.configure(
    { queues: scene.queues, agents, callOrder: ['own-customer', 'queue-priority', 'customer-priority'] },
    0,
  );
  let calls = 0;
  let nowMs = 0;
  const comes = () => {
    const callId = callNamed(`call-${calls++}`);
    const queueId = scene.queues[below(scene.queues.length)]!.id;
    const customerLevel = below(10) === 0 ? 1 + below(3) : null;
    const lastAgentId = below(4) === 0 ? agents[below(agentCount)]!.id : null;
    return { kind: 'call-queued', callId, queueId, customerLevel, lastAgentId } as const;
  };
  const left = (effects: readonly AcdEffect[]) => {
    for (const { callId } of effects) machine.handle({ kind: 'call-left', callId }, nowMs);
  };
  const timed = (work: () => readonly AcdEffect[], times: number[]) => {
    const startedMs = performance.now();
    const effects = work();
    if (effects.length > 0) times.push(performance.now() - startedMs);
    return effects;
  };

  for (let index = 0; index < scene.waiting; index++) machine.handle(comes(), nowMs++);
  const agentFrees: number[] = [];
  while (agentFrees.length < decisions) {
    nowMs++;
    const agentId = agents[below(agentCount)]!.id;
    const taken = timed(() => machine.handle({ kind: 'agent-ready', agentId }, nowMs), agentFrees);
    left(taken);
    if (taken.length > 0) machine.handle(comes(), nowMs);
    else machine.handle({ kind: 'agent-unready', agentId }, nowMs);
  }

  const idle = new AcdMachine(random);
  idle.configure({ queues: scene.queues, agents }, 0);
  for (const { id } of agents) idle.handle({ kind: 'agent-ready', agentId: id }, nowMs++);
  const callComes: number[] = [];
  while (callComes.length < decisions) {
    nowMs++;
    const call = comes();
    for (const { agentId } of timed(() => idle.handle(call, nowMs), callComes)) {
      idle.handle({ kind: 'call-left', callId: call.callId }, nowMs);
      idle.handle({ kind: 'agent-ready', agentId }, nowMs);
    }
  }
  return { agentFrees: timesOf(agentFrees), callComes: timesOf(callComes) };
}

function timesOf(times: number[]): Times {
  // The first thousand warm the compiler up.
  const sorted = times.slice(1_000).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)]!;
  return { p50: at(0.5), p99: at(0.99), longest: sorted.at(-1)! };
}

/** One queue for each skill and level, again and again until there are enough of them. */
function queuesOf(count: number, skills: number, levels = 3): Queue[] {
  return Array.from({ length: count }, (_, index) =>
    sceneQueue(`queue-${index}`, {
      id: queueNamed(`queue-${index}`),
      requires: [skillAt(`skill-${index % skills}`, 1 + (Math.floor(index / skills) % levels))],
      widenings: [
        {
          afterMs: 30_000,
          whenWaiting: null,
          requires: [skillAt(`skill-${index % skills}`, 1)],
          groupIds: [],
        },
      ],
      priority: 4 + (index % 3),
      agentOrder: ['dedicated-agent', 'last-agent', 'skill-level', 'longest-idle'],
      fixedOrder: [agentNamed('agent-1')],
    }),
  );
}

/** Each queue asks for a skill of its own, and every agent has five of them, however many there are. */
function ownDemands(count: number): Queue[] {
  return Array.from({ length: count }, (_, index) =>
    sceneQueue(`queue-${index}`, { requires: [skillAt(`skill-${index}`, 1)], agentOrder: ['skill-level'] }),
  );
}

const calibrationMs = calibrate(0);
const scenes: Readonly<Record<string, Scene>> = {
  '200 skills, 600 queues, 10,000 waiting': {
    queues: queuesOf(600, 200),
    skills: 200,
    skillsPerAgent: 10,
    waiting: 10_000,
  },
  'shared demands, 10 queues': {
    queues: queuesOf(10, 10, 1),
    skills: 10,
    skillsPerAgent: 5,
    waiting: 10_000,
  },
  'shared demands, 10,000 queues': {
    queues: queuesOf(10_000, 10, 1),
    skills: 10,
    skillsPerAgent: 5,
    waiting: 10_000,
  },
  'own demands, 10 queues': { queues: ownDemands(10), skills: 10, skillsPerAgent: 5, waiting: 10_000 },
  'own demands, 10,000 queues': {
    queues: ownDemands(10_000),
    skills: 10_000,
    skillsPerAgent: 5,
    waiting: 10_000,
  },
};

const rows = Object.entries(scenes).map(([scene, settings]) => {
  const { agentFrees, callComes } = measure(settings);
  const told = ({ p50, p99, longest }: Times) =>
    [p50, p99, longest].map((ms) => (ms * 1_000).toFixed(1)).join(' / ');
  console.log(`${scene.padEnd(42)} agent frees ${told(agentFrees)} µs, call comes ${told(callComes)} µs`);
  return { scene, agentFrees, callComes };
});
const ratio = (few: number, many: number, which: 'agentFrees' | 'callComes') =>
  (rows[many]![which].p50 / rows[few]![which].p50).toFixed(2);
console.log(
  `p50 / p99 / longest of ${decisions} decisions, ${agentCount} agents; calibration ${calibrationMs.toFixed(0)} ms`,
);
console.log(`10 to 10,000 queues, median: shared demands x ${ratio(1, 2, 'agentFrees')} and x ${ratio(1, 2, 'callComes')}, own demands x ${ratio(3, 4, 'agentFrees')} and x ${ratio(3, 4, 'callComes')}`); // prettier-ignore

const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('routing.json', folder),
  `${JSON.stringify({ calibrationMs, cpu: cpus()[0]!.model, rows }, null, 2)}\n`,
);
