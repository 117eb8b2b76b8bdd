/** Which pools there are for some queues and agents: one for each demand and order, whatever the number of queues that share it. */
import type { SiteDistance } from '../fleet/site-distance.ts';
import type { AgentId, GroupId, SkillId } from '../kernel/ids.ts';
import type { Agent } from '../workforce/agent.ts';
import type { Queue, Staff } from './queue.ts';
import { AgentOrder, type AgentState, type StaffMember } from './staff-member.ts';
import { StaffPool } from './staff-pool.ts';
import type { CompareCalls } from './waiting-call.ts';

export class StaffIndex {
  readonly #agents: readonly Agent[];
  readonly #states: ReadonlyMap<AgentId, AgentState>;
  readonly #compareCalls: CompareCalls;
  readonly #distance: SiteDistance;
  readonly #bySkill = new Map<SkillId, Agent[]>();
  readonly #byGroup = new Map<GroupId, Agent[]>();
  readonly #chains = new Map<string, readonly StaffPool[]>();
  readonly #pools = new Map<string, StaffPool>();

  constructor(
    agents: readonly Agent[],
    states: ReadonlyMap<AgentId, AgentState>,
    compareCalls: CompareCalls,
    distance: SiteDistance,
  ) {
    this.#agents = agents;
    this.#states = states;
    this.#compareCalls = compareCalls;
    this.#distance = distance;
    for (const agent of agents) {
      for (const { skillId } of agent.skills) listUnder(this.#bySkill, skillId, agent);
      if (agent.groupId) listUnder(this.#byGroup, agent.groupId, agent);
    }
  }

  /** The pools of a queue by width. */
  poolsOf(queue: Queue): readonly StaffPool[] {
    const steps = staffSteps(queue);
    const key = JSON.stringify([queue.agentOrder, orderedPlaces(queue), steps.map(demandOf)]);
    let chain = this.#chains.get(key);
    if (!chain) this.#chains.set(key, (chain = this.#buildChain(queue, steps)));
    return chain;
  }

  #buildChain(queue: Queue, steps: readonly Staff[]): readonly StaffPool[] {
    const reached = new Set<AgentId>();
    return steps.map((staff, width) => {
      const demands = steps.slice(0, width + 1).map(demandOf);
      const key = JSON.stringify([queue.agentOrder, orderedPlaces(queue), demands]);
      const known = this.#pools.get(key);
      const pool =
        known ?? new StaffPool(width, new AgentOrder(queue.agentOrder, this.#distance), this.#compareCalls);
      if (!known) this.#pools.set(key, pool);
      for (const agent of this.#candidates(staff)) {
        if (reached.has(agent.id) || !serves(agent, staff)) continue;
        reached.add(agent.id);
        if (!known) this.#join(pool, agent, queue, staff);
      }
      return pool;
    });
  }

  #candidates(staff: Staff): readonly Agent[] {
    const [skill] = staff.requires;
    if (skill) return this.#bySkill.get(skill.skillId) ?? [];
    if (staff.groupIds.length === 1) return this.#byGroup.get(staff.groupIds[0]!) ?? [];
    return this.#agents;
  }

  #join(pool: StaffPool, agent: Agent, queue: Queue, staff: Staff): void {
    const state = this.#states.get(agent.id)!;
    const place = queue.fixedOrder.indexOf(agent.id);
    const member: StaffMember = {
      agent: state,
      pool,
      level: levelAt(agent, staff),
      place: place < 0 ? queue.fixedOrder.length : place,
    };
    pool.members.set(agent.id, member);
    state.memberships.push(member);
  }
}

/** By width: the queue's own staff, then its widenings. */
function staffSteps(queue: Queue): readonly Staff[] {
  return [queue, ...queue.widenings];
}

function demandOf({ requires, groupIds }: Staff): unknown {
  return [requires.map(({ skillId, level }) => [skillId, level]), groupIds];
}

function orderedPlaces(queue: Queue): readonly AgentId[] {
  return queue.agentOrder.includes('fixed-order') ? queue.fixedOrder : [];
}

export function serves(
  agent: Agent,
  { requires, groupIds = [] }: Pick<Staff, 'requires'> & Partial<Staff>,
): boolean {
  if (groupIds.length > 0 && (agent.groupId === null || !groupIds.includes(agent.groupId))) return false;
  return requires.every((need) =>
    agent.skills.some((skill) => skill.skillId === need.skillId && skill.level >= need.level),
  );
}

function levelAt(agent: Agent, { requires }: Staff): number {
  let sum = 0;
  for (const { skillId } of requires)
    sum += agent.skills.find((skill) => skill.skillId === skillId)?.level ?? 0;
  return sum;
}

function listUnder<Key>(lists: Map<Key, Agent[]>, key: Key, agent: Agent): void {
  const list = lists.get(key);
  if (list) list.push(agent);
  else lists.set(key, [agent]);
}
