/** A day's settings and staff with the changes tried on them: what is not named stays as it is. */
import type { AgentId, GroupId, NodeId, QueueId } from '../kernel/ids.ts';
import type { NextStep } from '../numbers/inbound-rule.ts';
import type { Queue } from '../routing/queue.ts';
import type { CallStrategy } from '../routing/strategy.ts';
import type { Agent, AgentSkill } from '../workforce/agent.ts';
import type { Duty, RecordedDay } from './recorded-day.ts';
import type { ReplaySettings } from './replay-day.ts';

/** Of a queue, what decides who is served when. */
export type QueueChange = { readonly queueId: QueueId } & Partial<
  Pick<
    Queue,
    | 'requires'
    | 'groupIds'
    | 'widenings'
    | 'priority'
    | 'overtakenMaxMs'
    | 'agentOrder'
    | 'fixedOrder'
    | 'ringing'
    | 'ringTimeoutMs'
    | 'wrapUpMs'
    | 'waitingMax'
    | 'waitMaxMs'
    | 'onFull'
    | 'onTimeout'
    | 'onNobody'
    | 'onAllBusy'
    | 'onLongWait'
    | 'serviceTarget'
  >
>;

/** Since the day's beginning. */
export interface Shift {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface AgentChange {
  readonly agentId: AgentId;
  readonly skills?: readonly AgentSkill[];
  readonly groupId?: GroupId | null;
  /** Instead of when the agent was on duty; an empty one: not at all. */
  readonly shift?: Shift | null;
}

export interface AddedAgents {
  readonly count: number;
  readonly skills: readonly AgentSkill[];
  readonly groupId: GroupId | null;
  readonly shift: Shift;
}

export interface Changes {
  readonly queues: readonly QueueChange[];
  readonly callOrder: readonly CallStrategy[] | null;
  readonly agents: readonly AgentChange[];
  readonly added: readonly AddedAgents[];
  /** Calls, and talk time, for each there was. */
  readonly volume: number;
  readonly talk: number;
}

export function applyChanges(day: RecordedDay, asSet: ReplaySettings, changes: Changes): ReplaySettings {
  const queueChanges = new Map(changes.queues.map((change) => [change.queueId, change]));
  const agentChanges = new Map(changes.agents.map((change) => [change.agentId, change]));
  const changedSteps = new Set<NextStep>();
  const queues = asSet.queues.map((queue) => {
    const change = queueChanges.get(queue.id);
    if (!change) return queue;
    const { queueId: _, ...settings } = change;
    if (settings.onLongWait) changedSteps.add(settings.onLongWait.step);
    for (const name of ['onFull', 'onTimeout', 'onNobody', 'onAllBusy'] as const) {
      const step = settings[name];
      if (step && JSON.stringify(step) !== JSON.stringify(queue[name])) changedSteps.add(step);
    }
    return { ...queue, ...settings };
  });
  const agents = asSet.agents.map((agent) => {
    const { skills, groupId } = agentChanges.get(agent.id) ?? {};
    return { ...agent, ...(skills && { skills }), ...(groupId !== undefined && { groupId }) };
  });
  const duties = asSet.duties.filter(({ agentId }) => !agentChanges.get(agentId)?.shift);
  const added: Agent[] = [];
  const main = mainNode(day, asSet);
  for (const { agentId, shift } of changes.agents) {
    const nodeId = asSet.duties.find((duty) => duty.agentId === agentId)?.nodeId ?? main;
    if (shift && nodeId) duties.push(...shiftOf(day, { agentId, nodeId, shift }));
  }
  for (const { count, skills, groupId, shift } of changes.added)
    for (let number = 0; number < count; number++) {
      const agent = newcomer(added.length + 1, skills, groupId);
      added.push(agent);
      if (main) duties.push(...shiftOf(day, { agentId: agent.id, nodeId: main, shift }));
    }
  return {
    ...asSet,
    queues,
    agents: [...agents, ...added],
    ...(changes.callOrder && { callOrder: changes.callOrder }),
    duties: duties.sort((a, b) => a.atMs - b.atMs),
    volume: changes.volume,
    talk: changes.talk,
    changedSteps,
  };
}

export function shiftOf(
  { fromMs }: Pick<RecordedDay, 'fromMs'>,
  { agentId, nodeId, shift }: { agentId: AgentId; nodeId: NodeId; shift: Shift },
): Duty[] {
  if (shift.untilMs <= shift.fromMs) return [];
  return [
    { kind: 'on', agentId, nodeId, atMs: fromMs + shift.fromMs },
    { kind: 'off', agentId, nodeId, atMs: fromMs + shift.untilMs, isSignedIn: false, isOnCall: false },
  ];
}

/** Where most of the day's calls came in: newcomers sit there. */
function mainNode({ calls }: RecordedDay, { duties }: ReplaySettings): NodeId | undefined {
  const counts = new Map<NodeId, number>();
  for (const { nodeId } of calls) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1])[0];
  return most?.[0] ?? duties[0]?.nodeId;
}

function newcomer(number: number, skills: readonly AgentSkill[], groupId: GroupId | null): Agent {
  return {
    id: `added-${number}` as AgentId,
    userId: `added-${number}` as Agent['userId'],
    name: `+${number}`,
    staffId: '',
    extension: '',
    locale: 'en',
    kind: 'general',
    groupId,
    skills,
    isAutoAnswer: false,
  };
}

/**
 * Agents who worked that day and are there no more: they could do what they were seen doing. Their level in each skill is what the
 * queues they answered for ask.
 */
export function goneAgents(day: RecordedDay, { queues, agents }: Pick<ReplaySettings, 'queues' | 'agents'>): Agent[] {
  const present = new Set(agents.map(({ id }) => id));
  const byId = new Map(queues.map((queue) => [queue.id, queue]));
  const gone = new Map<AgentId, Map<AgentSkill['skillId'], AgentSkill>>();
  for (const { visits } of day.calls)
    for (const { queueId, service } of visits) {
      if (!service?.agentId || present.has(service.agentId)) continue;
      const skills = gone.get(service.agentId) ?? new Map<AgentSkill['skillId'], AgentSkill>();
      gone.set(service.agentId, skills);
      for (const skill of byId.get(queueId)?.requires ?? [])
        if (skill.level > (skills.get(skill.skillId)?.level ?? 0)) skills.set(skill.skillId, skill);
    }
  return [...gone].map(([id, skills]) => ({ ...newcomer(0, [...skills.values()], null), id }));
} // prettier-ignore
