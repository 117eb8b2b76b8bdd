import { recall, remember } from '../runtime/remembered.ts';

export const themes = ['system', 'light', 'dark'] as const;

export type Theme = (typeof themes)[number];

const storageKey = 'theme';

/** Light, dark, or as the system does; a person's choice for this browser. */
class ThemeState {
  current = $state<Theme>('system');

  constructor() {
    const recalled = recall(storageKey);
    this.current = themes.find((theme) => theme === recalled) ?? 'system';
  }

  choose(theme: Theme): void {
    this.current = theme;
    remember(storageKey, theme === 'system' ? undefined : theme);
  }

  applyTo(root: HTMLElement): void {
    if (this.current === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = this.current;
  }
}

export const theme = new ThemeState();
