/**
 * Small choices a person makes for this browser (language, theme, columns), kept in localStorage. A browser that
 * refuses storage forgets them and everything else works.
 */
export function recall(key: string): string | undefined {
  try {
    return globalThis.localStorage?.getItem(`seatgrid.${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`seatgrid.${key}`);
    else localStorage.setItem(`seatgrid.${key}`, value);
  } catch {
    // Private windows may refuse: the choice then lasts as long as the page.
  }
}

/** A remembered value that is a JSON list of strings, or undefined when absent or broken. */
export function recallList(key: string): string[] | undefined {
  const text = recall(key);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
