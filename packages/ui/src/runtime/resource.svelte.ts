/**
 * Something fetched to be shown: what came, or why it did not. While a newer one is on its way the older stays in sight.
 * A reply that was overtaken by a later request is dropped.
 */
export class Resource<T> {
  data = $state.raw<T>();
  error = $state<string>();
  isLoading = $state(false);
  readonly #load: () => Promise<T>;
  readonly #explain: (cause: unknown) => string;
  #latest = 0;

  constructor(load: () => Promise<T>, explain: (cause: unknown) => string) {
    this.#load = load;
    this.#explain = explain;
  }

  reload = async (): Promise<void> => {
    const mine = ++this.#latest;
    this.isLoading = true;
    try {
      const data = await this.#load();
      if (mine !== this.#latest) return;
      this.data = data;
      this.error = undefined;
    } catch (cause) {
      if (mine === this.#latest) this.error = this.#explain(cause);
    } finally {
      if (mine === this.#latest) this.isLoading = false;
    }
  };
}
