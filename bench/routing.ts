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
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
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
const rounds = 15;

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

/** One machine full of waiting calls and one full of free agents, in the same world. */
class Bed {
  readonly #scene: Scene;
  readonly #random = createSeededRandom(1);
  readonly #agents: readonly Agent[];
  readonly #waiting: AcdMachine;
  readonly #idle: AcdMachine;
  readonly agentFrees: number[] = [];
  readonly callComes: number[] = [];
  #calls = 0;
  #nowMs = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#agents = Array.from({ length: agentCount }, (_, index) =>
      sceneAgent(
        `agent-${index}`,
        Array.from({ length: scene.skillsPerAgent }, (_each, place) =>
          skillAt(`skill-${(index + place * 7) % scene.skills}`, 1 + this.#below(9)),
        ),
      ),
    );
    const { queues } = scene;
    const agents = this.#agents;
    this.#waiting = new AcdMachine(this.#random);
    this.#waiting.configure(
      { queues, agents, callOrder: ['own-customer', 'queue-priority', 'customer-priority'] },
      0,
    );
    for (let index = 0; index < scene.waiting; index++) this.#waiting.handle(this.#comes(), this.#nowMs++);
    this.#idle = new AcdMachine(this.#random);
    this.#idle.configure({ queues, agents }, 0);
    for (const { id } of agents) this.#idle.handle({ kind: 'agent-ready', agentId: id }, this.#nowMs++);
  }

  /** Every decision takes one call and one agent away; both come back, so that as many wait and are free as before. */
  round(decisions: number): { readonly agentFrees: number; readonly callComes: number } {
    const agentFrees: number[] = [];
    const callComes: number[] = [];
    while (agentFrees.length < decisions) {
      this.#nowMs++;
      const agentId = this.#agents[this.#below(agentCount)]!.id;
      const machine = this.#waiting;
      const taken = timed(() => machine.handle({ kind: 'agent-ready', agentId }, this.#nowMs), agentFrees);
      for (const { callId } of taken) machine.handle({ kind: 'call-left', callId }, this.#nowMs);
      if (taken.length > 0) machine.handle(this.#comes(), this.#nowMs);
      else machine.handle({ kind: 'agent-unready', agentId }, this.#nowMs);
    }
    while (callComes.length < decisions) {
      this.#nowMs++;
      const call = this.#comes();
      const machine = this.#idle;
      for (const { agentId } of timed(() => machine.handle(call, this.#nowMs), callComes)) {
        machine.handle({ kind: 'call-left', callId: call.callId }, this.#nowMs);
        machine.handle({ kind: 'agent-ready', agentId }, this.#nowMs);
      }
    }
    this.agentFrees.push(...agentFrees);
    this.callComes.push(...callComes);
    return { agentFrees: timesOf(agentFrees).p50, callComes: timesOf(callComes).p50 };
  }

  #below(limit: number): number {
    return randomInteger(this.#random, limit);
  }

  #comes() {
    const callId = callNamed(`call-${this.#calls++}`);
    const { queues } = this.#scene;
    const queueId = queues[this.#below(queues.length)]!.id;
    const customerLevel = this.#below(10) === 0 ? 1 + this.#below(3) : null;
    const lastAgentId = this.#below(4) === 0 ? this.#agents[this.#below(agentCount)]!.id : null;
    return { kind: 'call-queued', callId, queueId, customerLevel, lastAgentId } as const;
  }
}

function timed(work: () => readonly AcdEffect[], times: number[]): readonly AcdEffect[] {
  const startedMs = performance.now();
  const effects = work();
  if (effects.length > 0) times.push(performance.now() - startedMs);
  return effects;
}

function timesOf(times: readonly number[]): Times {
  const sorted = [...times].sort((a, b) => a - b);
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
          whenBelowTarget: false,
          requires: [skillAt(`skill-${index % skills}`, 1)],
          groupIds: [],
        },
      ],
      // By what is asked, so that however many queues ask it, the load is the same.
      priority: 4 + ((index % skills) % 3),
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

/** Few and many queues in turn: what the machine does meanwhile meets both. */
function growth(few: Bed, many: Bed): { readonly agentFrees: number; readonly callComes: number } {
  const ratios = Array.from({ length: rounds }, () => {
    const [a, b] = [few.round(decisions / rounds), many.round(decisions / rounds)];
    return { agentFrees: b.agentFrees / a.agentFrees, callComes: b.callComes / a.callComes };
  });
  const middle = (which: 'agentFrees' | 'callComes') => timesOf(ratios.map((one) => one[which])).p50;
  return { agentFrees: middle('agentFrees'), callComes: middle('callComes') };
}

const beds = Object.entries(scenes).map(([scene, settings]) => ({ scene, bed: new Bed(settings) }));
const [largest, fewShared, manyShared, fewOwn, manyOwn] = beds.map(({ bed }) => bed) as [
  Bed,
  Bed,
  Bed,
  Bed,
  Bed,
];
for (const { bed } of beds) {
  // The compiler is warm before anything counts.
  bed.round(1_000);
  bed.agentFrees.length = bed.callComes.length = 0;
}
largest.round(decisions);
const shared = growth(fewShared, manyShared);
const own = growth(fewOwn, manyOwn);
const rows = beds.map(({ scene, bed }) => {
  const agentFrees = timesOf(bed.agentFrees);
  const callComes = timesOf(bed.callComes);
  const told = ({ p50, p99, longest }: Times) =>
    [p50, p99, longest].map((ms) => (ms * 1_000).toFixed(1)).join(' / ');
  console.log(`${scene.padEnd(42)} agent frees ${told(agentFrees)} µs, call comes ${told(callComes)} µs`);
  return { scene, agentFrees, callComes };
});
console.log(
  `p50 / p99 / longest of ${decisions} decisions, ${agentCount} agents; calibration ${calibrationMs.toFixed(0)} ms`,
);
const times = ({ agentFrees, callComes }: typeof shared) =>
  `x ${agentFrees.toFixed(2)} and x ${callComes.toFixed(2)}`;
console.log(`10 to 10,000 queues, median of ${rounds} rounds in turn: shared demands ${times(shared)}, own demands ${times(own)}`); // prettier-ignore

const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('routing.json', folder),
  `${JSON.stringify({ calibrationMs, cpu: cpus()[0]!.model, rows, growth: { shared, own } }, null, 2)}\n`,
);
