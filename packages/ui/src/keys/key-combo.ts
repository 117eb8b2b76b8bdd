/** Key combinations as text: `Alt+A`, `Mod+K`, `?`, `1`. `Mod` is ⌘ on a Mac and Ctrl elsewhere. */

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

interface Combo {
  readonly alt: boolean;
  readonly mod: boolean;
  readonly key: string;
}

export function matchesCombo(combo: string, press: KeyPress, isMac: boolean): boolean {
  const wanted = parseCombo(combo);
  const mod = isMac ? press.metaKey : press.ctrlKey;
  const otherMod = isMac ? press.ctrlKey : press.metaKey;
  if (wanted.alt !== press.altKey || wanted.mod !== mod || otherMod) return false;
  // With Alt held, layouts print accents (å for Alt+A on a Mac): the physical key is what the person means.
  if (/^[a-z]$/.test(wanted.key)) return press.code === `Key${wanted.key.toUpperCase()}` && !press.shiftKey;
  if (/^\d$/.test(wanted.key))
    return press.code === `Digit${wanted.key}` || press.code === `Numpad${wanted.key}`;
  return press.key.toLowerCase() === wanted.key;
}

/** The combination as caps to draw, with the Mac's own signs there. */
export function comboCaps(combo: string, isMac: boolean): string[] {
  return combo.split('+').map((part) => {
    if (part === 'Mod') return isMac ? '⌘' : 'Ctrl';
    if (part === 'Alt') return isMac ? '⌥' : 'Alt';
    return part.length === 1 ? part.toUpperCase() : part;
  });
}

function parseCombo(combo: string): Combo {
  const parts = combo.split('+');
  return {
    alt: parts.includes('Alt'),
    mod: parts.includes('Mod'),
    key: (parts.at(-1) ?? '').toLowerCase(),
  };
}
