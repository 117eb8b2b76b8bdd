import type { Snippet } from 'svelte';

/** What a page may put into the bar above it: the desk its state control, and the state of its own link. */
class TopBar {
  middle = $state.raw<Snippet>();
  link = $state.raw<Snippet>();
}

export const topBar = new TopBar();
