/** What is tried, as the form keeps it, and as the API is asked. */
import type { AgentId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { AgentSkill } from '@seatgrid/core/workforce/agent.ts';
import type { WhatIfAsked } from '@seatgrid/contracts/nouns/what-if.ts';

type Changed = Exclude<WhatIfAsked['variations'][number]['changes']['queues'][number], { queueId: never }>;

/** Settings of a queue that can be tried. */
export const triedSettings = [
  'requires',
  'groupIds',
  'widenings',
  'priority',
  'overtakenMaxMs',
  'serviceTarget',
  'agentOrder',
  'fixedOrder',
  'ringTimeoutMs',
  'wrapUpMs',
  'waitingMax',
  'waitMaxMs',
  'onFull',
  'onTimeout',
  'onNobody',
  'onAllBusy',
  'onLongWait',
] as const satisfies readonly (keyof Changed)[];

type Settings = { -readonly [Key in (typeof triedSettings)[number]]: Queue[Key] };
export type QueueDraft = Settings & { readonly queueId: QueueId };

/** `HH:MM`; empty: as recorded. */
interface ShiftDraft {
  from: string;
  to: string;
}

export interface AgentDraft extends ShiftDraft {
  readonly agentId: AgentId;
  skills: readonly AgentSkill[];
  duty: 'recorded' | 'own' | 'absent';
}

export interface AddedDraft extends ShiftDraft {
  count: number;
  skills: readonly AgentSkill[];
}

export interface VariationDraft {
  name: string;
  volumePercent: number;
  talkPercent: number;
  queues: QueueDraft[];
  agents: AgentDraft[];
  added: AddedDraft[];
}

export const emptyVariation = (name: string): VariationDraft => ({
  name,
  volumePercent: 100,
  talkPercent: 100,
  queues: [],
  agents: [],
  added: [],
});

export function queueDraft(queue: Queue): QueueDraft {
  const settings = Object.fromEntries(
    triedSettings.map((name) => [name, queue[name]]),
  ) as unknown as Settings;
  return { queueId: queue.id, ...structuredClone(settings) };
}

const minuteMs = 60_000;

export function shiftMs({ from, to }: ShiftDraft): { fromMs: number; untilMs: number } {
  const ms = (written: string) => {
    const [hours = 0, minutes = 0] = written.split(':').map(Number);
    return (hours * 60 + minutes) * minuteMs;
  };
  return { fromMs: ms(from), untilMs: ms(to) };
}

/** Of a queue only what differs from its settings is sent. */
export function variationAsked(draft: VariationDraft, queues: readonly Queue[]): WhatIfAsked['variations'][number] {
  return {
    name: draft.name,
    changes: {
      queues: draft.queues.flatMap(({ queueId, ...settings }) => {
        const queue = queues.find(({ id }) => id === queueId);
        const differing = triedSettings.filter(
          (name) => JSON.stringify(settings[name]) !== JSON.stringify(queue?.[name]),
        );
        if (differing.length === 0) return [];
        return [{ queueId, ...Object.fromEntries(differing.map((name) => [name, settings[name]])) }];
      }),
      callOrder: null,
      agents: draft.agents.map(({ agentId, skills, duty, ...shift }) => ({
        agentId,
        skills: [...skills],
        ...(duty === 'own' && { shift: shiftMs(shift) }),
        ...(duty === 'absent' && { shift: { fromMs: 0, untilMs: 0 } }),
      })),
      added: draft.added.map(({ count, skills, ...shift }) => ({
        count,
        skills: [...skills],
        groupId: null,
        shift: shiftMs(shift),
      })),
      volume: draft.volumePercent / 100,
      talk: draft.talkPercent / 100,
    },
  };
} // prettier-ignore
