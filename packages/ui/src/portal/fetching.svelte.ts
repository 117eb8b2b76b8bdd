import type { Noun } from '@seatgrid/core/context/access.ts';
import { Resource } from '../runtime/resource.svelte.ts';
import { Pages, type PageOf } from './pages.svelte.ts';
import type { Realtime } from './realtime.svelte.ts';

/** How components fetch: while they live, and again when the centre says that something has changed. */
export class Fetching {
  readonly #realtime: Pick<Realtime, 'onChanged'>;
  readonly #explain: (cause: unknown) => string;

  constructor(realtime: Pick<Realtime, 'onChanged'>, explain: (cause: unknown) => string) {
    this.#realtime = realtime;
    this.#explain = explain;
  }

  /**
   * Fetches for a component, again whenever one of `nouns` changes at the centre and whenever state read by `load` (before
   * its first await) changes. To be called while a component is made.
   */
  useResource = <T>(load: () => Promise<T>, nouns: readonly Noun[] = []): Resource<T> => {
    const resource = new Resource(load, this.#explain);
    $effect(() => {
      void resource.reload();
    });
    $effect(() => this.#realtime.onChanged(nouns, () => void resource.reload()));
    return resource;
  };

  /** Pages for a component: from the start whenever state read by `load` changes, refreshed when one of `nouns` does. */
  usePages = <Item>(
    load: (before: string | undefined) => Promise<PageOf<Item>>,
    key: (item: Item) => string,
    nouns: readonly Noun[] = [],
  ): Pages<Item> => {
    const pages = new Pages(load, key, this.#explain);
    $effect(() => {
      void pages.restart();
    });
    $effect(() => this.#realtime.onChanged(nouns, () => void pages.refresh()));
    return pages;
  };
}
