/**
 * The machine beside a slow, obvious matcher in random worlds: orders of strategies, skills, groups, widenings, levels, and what happens
 * in them. A world is read from octets, so that a failing one shrinks to the fewest. `ROUTING_WORLDS` asks for more, `ROUTING_SEED` for others.
 */
import { assert as holds, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import {
  agentNamed,
  callNamed,
  queueNamed,
  sceneAgent,
  sceneQueue,
  skillAt,
  told,
} from '@seatgrid/testkit/routing-scene.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import type { AgentId, CallId, GroupId, SiteId } from '../kernel/ids.ts';
import { AcdMachine, type AcdInput, type Distribution } from './acd-machine.ts';
import type { Widening } from './queue.ts';
import { ReferenceMatcher } from '@seatgrid/testkit/reference-matcher.ts';
import { agentStrategies, callStrategies } from './strategy.ts';

const worlds = Number(process.env['ROUTING_WORLDS'] ?? 100_000);
const seed = Number(process.env['ROUTING_SEED'] ?? 20_261_125);
const agentIds = ['a', 'b', 'c', 'd', 'e'].map(agentNamed);
const queueIds = ['p', 'q', 'r'].map(queueNamed);

/** Reads choices from octets; zeros once they are used up. */
class Choices {
  #at = 0;
  readonly #octets: Uint8Array;
  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }
  get isOver(): boolean {
    return this.#at >= this.#octets.length;
  }
  below(limit: number): number {
    return (this.#octets[this.#at++] ?? 0) % limit;
  }
  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }
  some<Item>(items: readonly Item[]): Item[] {
    const left = [...items];
    const taken: Item[] = [];
    for (let count = this.below(4); count > 0; count--)
      taken.push(...left.splice(this.below(left.length), 1));
    return taken;
  }
}

const demand = (choices: Choices) => ({
  requires: choices.below(4) ? [skillAt(choices.of(['s', 't']), 1 + choices.below(3))] : [],
  groupIds: choices.below(4) ? [] : [choices.of(['g', 'h']) as GroupId],
});

function distribution(choices: Choices): Distribution {
  const widening = (): Widening => {
    const whenBelowTarget = choices.below(4) === 3;
    return {
      afterMs: choices.of([0, 3, 9, null]),
      whenWaiting: whenBelowTarget ? null : choices.of([1, 2, 3]),
      whenBelowTarget,
      ...demand(choices),
    };
  };
  return {
    callOrder: choices.some(callStrategies),
    agents: agentIds.slice(choices.below(2)).map((id) =>
      sceneAgent(id, choices.below(8) ? [skillAt(choices.of(['s', 't']), 1 + choices.below(3))] : [], {
        groupId: choices.of([null, 'g' as GroupId, 'h' as GroupId]),
      }),
    ),
    queues: queueIds.map((id) =>
      sceneQueue(id, {
        ...demand(choices),
        widenings: choices.below(2) ? [widening()] : [],
        priority: 4 + choices.below(3),
        overtakenMaxMs: choices.of([4, 12, 60]),
        serviceTarget: choices.of([null, { percent: 50, withinMs: 8 }, { percent: 90, withinMs: 3 }]),
        agentOrder: choices.some(agentStrategies),
        fixedOrder: choices.some(agentIds),
      }),
    ),
  };
}

/** What happens next, and `undefined` where it cannot. */
function happening(choices: Choices, reference: ReferenceMatcher, number: number): AcdInput | undefined {
  const ringing = reference.calls.filter((call) => !call.isWaiting);
  const known = reference.calls.map((call) => call.id);
  switch (choices.below(11)) {
    case 0:
    case 1:
    case 2:
      return {
        kind: 'call-queued',
        callId: callNamed(`${number}`),
        queueId: choices.of(queueIds),
        customerLevel: choices.of([null, null, 1, 2]),
        dedicatedAgentId: choices.of([null, ...agentIds.slice(0, 2)]),
        lastAgentId: choices.of([null, ...agentIds.slice(1, 3)]),
        siteId: choices.of([null, 'north' as SiteId, 'south' as SiteId]),
      };
    case 3:
    case 4:
    case 5: {
      const agentId = choices.of(agentIds);
      const today = { callsAnswered: choices.below(3), phoneMs: choices.below(3) };
      const siteId = choices.of([null, 'north' as SiteId]);
      return reference.ready.some(({ id }) => id === agentId)
        ? undefined
        : { kind: 'agent-ready', agentId, today, siteId };
    }
    case 6:
      return { kind: 'agent-unready', agentId: choices.of(agentIds) };
    case 7:
      return ringing.length === 0 ? undefined : { kind: 'call-returned', callId: choices.of(ringing).id };
    case 8:
      return known.length === 0 ? undefined : { kind: 'call-claimed', callId: choices.of(known) };
    case 9:
      return known.length === 0
        ? undefined
        : { kind: 'call-left', callId: choices.of(known), isAnswered: choices.below(2) === 1 };
    default:
      return known.length === 0
        ? undefined
        : { kind: 'call-aged', callId: choices.of(known), waitedMs: choices.of([0, 3, 9]) };
  }
}

/** Lives one world; throws where the two differ or a promise is broken. Returns all that was decided. */
function live(octets: Uint8Array): string[] {
  const choices = new Choices(octets);
  const chance = choices.below(256);
  const machine = new AcdMachine(createSeededRandom(chance));
  const reference = new ReferenceMatcher(createSeededRandom(chance));
  const settings = distribution(choices);
  machine.configure(settings, 0);
  reference.configure(settings, 0);
  const story: string[] = [];
  let nowMs = 0;
  for (let number = 0; !choices.isOver; number++) {
    nowMs += choices.below(5);
    const isNewGeneration = choices.below(16) === 15;
    const input = isNewGeneration ? undefined : happening(choices, reference, number);
    if (!isNewGeneration && !input) continue;
    const changed = isNewGeneration ? distribution(choices) : undefined;
    const before = {
      ready: new Set<AgentId>(reference.ready.map(({ id }) => id)),
      starved: starvedBy(reference, input, nowMs),
    };
    const effects = changed ? machine.configure(changed, nowMs) : machine.handle(input!, nowMs);
    const wanted = changed ? reference.configure(changed, nowMs) : reference.handle(input!, nowMs);
    const made = told(effects);
    if (made.join() !== wanted.join())
      throw new Error(`${JSON.stringify(input)}: [${made}], not [${wanted}]`);
    promises(effects, input, before);
    story.push(...made);
  }
  for (const id of queueIds)
    if (
      machine.waitingIn(id) !==
      reference.calls.filter((call) => call.isWaiting && call.asked.queueId === id).length
    )
      throw new Error(`another number waits in ${id}`);
  return story;
}

/** Calls that an agent who becomes free may take, and whom nobody may overtake any more, in their order. */
function starvedBy(reference: ReferenceMatcher, input: AcdInput | undefined, nowMs: number): CallId[] {
  if (input?.kind !== 'agent-ready') return [];
  return reference.calls
    .filter((call) => call.isWaiting && reference.widthFor(input.agentId, call) < Infinity)
    .filter((call) => reference.overdueAtMs(call) <= nowMs)
    .sort((a, b) => reference.overdueAtMs(a) - reference.overdueAtMs(b) || a.order - b.order)
    .map((call) => call.id);
}

function promises(
  effects: ReturnType<AcdMachine['handle']>,
  input: AcdInput | undefined,
  before: { readonly ready: Set<AgentId>; readonly starved: readonly CallId[] },
): void {
  const free = new Set(before.ready);
  if (input?.kind === 'agent-ready') free.add(input.agentId);
  for (const { agentId, decision } of effects) {
    if (!free.delete(agentId)) throw new Error(`${agentId} is not free, or reserved twice`);
    if (decision.passedOver.length > decision.among + 2) throw new Error('more passed over than there were');
  }
  const [first] = before.starved;
  if (first !== undefined && effects[0]?.callId !== first) throw new Error(`${first} starves`);
}

const world = uint8Array({ minLength: 60, maxLength: 240, size: 'max' });

test(`${worlds} random worlds: the same choice as a slow, obvious matcher; nobody starves, no agent twice`, () => {
  holds(
    property(world, (octets) => void live(octets)),
    { numRuns: worlds, seed },
  );
}, 600_000);

test('the same seed gives the same answer', () => {
  holds(
    property(world, (octets) => void expect(live(octets)).toEqual(live(octets))),
    { numRuns: 1_000, seed },
  );
}, 60_000);

test('random worlds reach what they are for: widened, overdue, named, equal and random choices are all among them', () => {
  const reached = new Set<string>();
  const random = createSeededRandom(seed);
  for (let index = 0; index < 2_000; index++) {
    const choices = new Choices(random.bytes(200));
    const machine = new AcdMachine(createSeededRandom(1));
    const reference = new ReferenceMatcher(createSeededRandom(1));
    const settings = distribution(choices);
    machine.configure(settings, 0);
    reference.configure(settings, 0);
    for (let number = 0; !choices.isOver; number++) {
      const input = happening(choices, reference, number);
      if (!input) continue;
      reference.handle(input, number);
      for (const { decision } of machine.handle(input, number)) {
        reached.add(`came ${decision.came}`).add(`width ${decision.width}`);
        for (const { by } of decision.passedOver) reached.add(by);
      }
    }
  }
  expect([...reached].sort()).toEqual(
    [
      ...agentStrategies,
      ...callStrategies,
      'not-free',
      'overdue',
      'came call',
      'came agent',
      'width 0',
      'width 1',
    ].sort(),
  );
});
