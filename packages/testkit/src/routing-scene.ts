/** Queues and agents of tests about distribution: what such a test does not name is plain. */
import type { AgentId, CallId, QueueId, SkillId } from '@seatgrid/core/kernel/ids.ts';
import type { AcdEffect } from '@seatgrid/core/routing/acd-machine.ts';
import { plainRouting, type Queue } from '@seatgrid/core/routing/queue.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';

export const callNamed = (id: string) => id as CallId;
export const agentNamed = (id: string) => id as AgentId;
export const queueNamed = (id: string) => id as QueueId;
export const skillAt = (name: string, level: number) => ({ skillId: name as SkillId, level });

export function sceneQueue(id: string, settings: Partial<Queue> = {}): Queue {
  return {
    id: queueNamed(id),
    name: id,
    requires: [],
    ...plainRouting,
    ringing: 'one-by-one',
    ringTimeoutMs: 20_000,
    wrapUpMs: 0,
    waitingMax: 10_000,
    waitMaxMs: 86_400_000,
    onFull: { kind: 'hang-up', say: [] },
    onTimeout: { kind: 'hang-up', say: [] },
    entry: [],
    music: [],
    announcePositionEveryMs: null,
    isRecorded: false,
    ...settings,
  };
}

export function sceneAgent(id: string, skills: Agent['skills'] = [], rest: Partial<Agent> = {}): Agent {
  return {
    id: agentNamed(id),
    userId: id as Agent['userId'],
    name: id,
    staffId: id,
    extension: id,
    locale: 'en',
    kind: 'general',
    groupId: null,
    skills,
    isAutoAnswer: false,
    ...rest,
  };
}

export function told(effects: readonly AcdEffect[]): string[] {
  return effects.map(({ callId, agentId }) => `${callId}→${agentId}`);
}
