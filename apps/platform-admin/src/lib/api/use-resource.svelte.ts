import type { Noun } from '@seatgrid/core/context/access.ts';
import { Resource } from '@seatgrid/ui';
import { realtime } from '#lib/realtime/realtime.svelte.ts';
import { problemText } from './problem-text.ts';

/**
 * Fetches for a component, again whenever one of `nouns` changes at the centre and whenever state read by `load` (before
 * its first await) changes. To be called while a component is made.
 */
export function useResource<T>(load: () => Promise<T>, nouns: readonly Noun[] = []): Resource<T> {
  const resource = new Resource(load, problemText);
  $effect(() => {
    void resource.reload();
  });
  $effect(() => realtime.onChanged(nouns, () => void resource.reload()));
  return resource;
}
