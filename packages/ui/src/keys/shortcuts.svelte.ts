import { SvelteMap } from 'svelte/reactivity';
import { matchesCombo } from './key-combo.ts';

export interface Shortcut {
  readonly id: string;
  /** `Alt+A`, `Mod+K`, `/`; see key-combo. */
  readonly keys: string;
  readonly label: string;
  readonly group: string;
  readonly run: () => void;
  /** When it answers; always, if absent. A shortcut that does not answer lets the key through. */
  readonly isActive?: () => boolean;
}

export const isMac = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');

/** Every key the page answers to, in one table: what `?` lists is what is listened for. */
class Shortcuts {
  #entries = new SvelteMap<string, Shortcut>();

  /** Adds a shortcut; returns what takes it away. Meant for an `$effect`, whose clean-up it is. */
  register(shortcut: Shortcut): () => void {
    this.#entries.set(shortcut.id, shortcut);
    return () => {
      if (this.#entries.get(shortcut.id) === shortcut) this.#entries.delete(shortcut.id);
    };
  }

  registerAll(list: readonly Shortcut[]): () => void {
    const removals = list.map((shortcut) => this.register(shortcut));
    return () => removals.forEach((remove) => remove());
  }

  get all(): readonly Shortcut[] {
    return [...this.#entries.values()];
  }

  /** Does what a shortcut does, without its key. */
  run(id: string): void {
    this.#entries.get(id)?.run();
  }

  /** Gives a key press to the first shortcut that wants it. Letters and signs alone stay with whoever types. */
  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    const hasModifier = event.altKey || event.ctrlKey || event.metaKey;
    if (!hasModifier && isTyping(event.target)) return;
    for (const shortcut of this.#entries.values()) {
      if (!matchesCombo(shortcut.keys, event, isMac)) continue;
      if (shortcut.isActive && !shortcut.isActive()) continue;
      event.preventDefault();
      shortcut.run();
      return;
    }
  }
}

export const shortcuts = new Shortcuts();

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}
