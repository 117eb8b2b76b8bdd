import type { FloorAgent } from '@seatgrid/contracts/realtime/floor.ts';
import { pickText, type Locale, type LocalText } from '@seatgrid/core/kernel/locale.ts';
import type { Word } from '#lib/words/catalogue.ts';

interface Lists {
  readonly queues: readonly { readonly id: string; readonly name: string }[];
  readonly agents: readonly {
    readonly id: string;
    readonly name: string;
    readonly staffId: string;
    readonly extension: string;
    readonly groupId: string | null;
    readonly skills: readonly { readonly skillId: string }[];
  }[];
  readonly skills: readonly { readonly id: string; readonly name: string }[];
  readonly pauseReasons: readonly {
    readonly id: string;
    readonly kind: 'not-ready' | 'break';
    readonly name: LocalText;
  }[];
  readonly locale: Locale;
  readonly say: (word: Word) => string;
}

/** The names behind the ids of the floor. What was just removed, or not yet fetched, is told as unknown. */
export class FloorNames {
  readonly #lists: Lists;

  constructor(lists: Lists) {
    this.#lists = lists;
  }

  queue(id: string | null): string {
    return this.#lists.queues.find((queue) => queue.id === id)?.name ?? this.#unknown(id);
  }

  agent(id: string | null): string {
    return this.#lists.agents.find((agent) => agent.id === id)?.name ?? this.#unknown(id);
  }

  extension(id: string): string {
    return this.#lists.agents.find((agent) => agent.id === id)?.extension ?? '';
  }

  /** H-17: by staff ID, extension, name or skill. */
  isMeant(id: string, typed: string): boolean {
    const text = typed.trim().toLowerCase();
    if (text === '') return true;
    const agent = this.#lists.agents.find((one) => one.id === id);
    if (!agent) return false;
    const has = new Set(agent.skills.map(({ skillId }) => skillId));
    return (
      agent.staffId.startsWith(text) ||
      agent.extension.startsWith(text) ||
      agent.name.toLowerCase().includes(text) ||
      this.#lists.skills.some((skill) => has.has(skill.id) && skill.name.toLowerCase().includes(text))
    );
  }

  /** H-17: an agent of this group; '' is any. */
  isOf(id: string, groupId: string): boolean {
    return groupId === '' || this.#lists.agents.find((agent) => agent.id === id)?.groupId === groupId;
  }

  pauseKind(reasonId: string | null): 'not-ready' | 'break' {
    return this.#lists.pauseReasons.find((reason) => reason.id === reasonId)?.kind ?? 'not-ready';
  }

  /** Why an agent is paused, in words; undefined when not paused or no reason was given. */
  pause(agent: Pick<FloorAgent, 'state' | 'pauseReasonId' | 'pauseCause'>): string | undefined {
    if (agent.state !== 'paused') return undefined;
    const reason = this.#lists.pauseReasons.find((each) => each.id === agent.pauseReasonId);
    if (reason) return pickText(reason.name, this.#lists.locale, this.#lists.locale);
    if (agent.pauseCause === null || agent.pauseCause === 'chosen') return undefined;
    return this.#lists.say(`presence.pause.${agent.pauseCause}`);
  }

  #unknown(id: string | null): string {
    return id === null ? '' : this.#lists.say('floor.unknown');
  }
}
