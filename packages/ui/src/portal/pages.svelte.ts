/**
 * A list the centre gives page by page, newest first: what has come so far, and whether there is more. News goes on top
 * without losing the older pages already in sight.
 */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export class Pages<Item> {
  items = $state.raw<readonly Item[]>();
  error = $state<string>();
  isLoadingMore = $state(false);
  #next = $state<string | null>(null);
  readonly #load: (before: string | undefined) => Promise<PageOf<Item>>;
  readonly #key: (item: Item) => string;
  readonly #explain: (cause: unknown) => string;
  #latest = 0;

  constructor(
    load: (before: string | undefined) => Promise<PageOf<Item>>,
    key: (item: Item) => string,
    explain: (cause: unknown) => string,
  ) {
    this.#load = load;
    this.#key = key;
    this.#explain = explain;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  /** From the first page anew. */
  restart = async (): Promise<void> => {
    const mine = ++this.#latest;
    try {
      const page = await this.#load(undefined);
      if (mine !== this.#latest) return;
      this.items = page.items;
      this.#next = page.next;
      this.error = undefined;
    } catch (cause) {
      if (mine !== this.#latest) return;
      this.items = undefined;
      this.error = this.#explain(cause);
    }
  };

  /** The first page again, laid over what is there. */
  refresh = async (): Promise<void> => {
    if (this.items === undefined) return this.restart();
    const mine = this.#latest;
    const page = await this.#load(undefined).catch(() => undefined);
    if (!page || mine !== this.#latest) return;
    const fresh = new Set(page.items.map(this.#key));
    const older = page.next === null ? [] : this.items.filter((item) => !fresh.has(this.#key(item)));
    this.items = [...page.items, ...older];
  };

  more = async (): Promise<void> => {
    if (this.#next === null || this.isLoadingMore) return;
    const mine = this.#latest;
    this.isLoadingMore = true;
    try {
      const page = await this.#load(this.#next);
      if (mine !== this.#latest) return;
      const known = new Set((this.items ?? []).map(this.#key));
      this.items = [...(this.items ?? []), ...page.items.filter((item) => !known.has(this.#key(item)))];
      this.#next = page.next;
    } catch (cause) {
      if (mine === this.#latest) this.error = this.#explain(cause);
    } finally {
      this.isLoadingMore = false;
    }
  };
}
