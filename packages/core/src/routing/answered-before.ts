/** Who answered a caller, the last one first: what a tenant's node remembers of the callers it heard last. */
import type { AgentId } from '../kernel/ids.ts';

export const callersRememberedMax = 50_000;
export const answersRememberedMax = 5;

export class AnsweredBefore {
  /** The caller heard last stands last. */
  readonly #byCaller = new Map<string, readonly AgentId[]>();

  note(caller: string, agentId: AgentId): void {
    if (caller === '') return;
    const earlier = this.of(caller).filter((one) => one !== agentId);
    this.#byCaller.delete(caller);
    this.#byCaller.set(caller, [agentId, ...earlier].slice(0, answersRememberedMax));
    if (this.#byCaller.size > callersRememberedMax)
      this.#byCaller.delete(this.#byCaller.keys().next().value!);
  }

  of(caller: string): readonly AgentId[] {
    return this.#byCaller.get(caller) ?? [];
  }
}
