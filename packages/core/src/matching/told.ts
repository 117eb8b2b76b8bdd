/** What a node has told the matchmaker of its calls, or of its agents, so that it tells changes alone. */
export interface News<Id, Fact> {
  readonly isWhole: boolean;
  readonly added: readonly Fact[];
  readonly gone: readonly Id[];
}

export class Told<Id, Fact> {
  /** Undefined: nothing yet, and a whole picture is due. */
  #known: Map<Id, string> | undefined;
  readonly #kept = new Set<Id>();

  /** The next news are the whole picture. */
  forget(): void {
    this.#known = undefined;
  }

  /** The matchmaker has taken it out by a proposal of its own: it is told again once it is there again. */
  takenOut(id: Id): void {
    this.#known?.delete(id);
  }

  /** We refused it though we had told of it: not told again before it has been away. */
  refused(id: Id): void {
    this.takenOut(id);
    this.#kept.add(id);
  }

  /** What was refused is not refused any more: all there is is told anew. */
  refusesNoMore(): void {
    this.#kept.clear();
    this.forget();
  }

  /** `present`: all there are now, each with what makes it another one than before. Undefined: nothing is new. */
  news(
    present: ReadonlyMap<Id, { readonly fact: Fact; readonly version: string }>,
  ): News<Id, Fact> | undefined {
    for (const id of this.#kept) if (!present.has(id)) this.#kept.delete(id);
    const before = this.#known;
    const known = (this.#known = new Map<Id, string>());
    const added: Fact[] = [];
    for (const [id, { fact, version }] of present) {
      if (this.#kept.has(id)) continue;
      known.set(id, version);
      if (before?.get(id) !== version) added.push(fact);
    }
    if (!before) return { isWhole: true, added, gone: [] };
    const gone = [...before.keys()].filter((id) => !known.has(id));
    return added.length > 0 || gone.length > 0 ? { isWhole: false, added, gone } : undefined;
  }
}
