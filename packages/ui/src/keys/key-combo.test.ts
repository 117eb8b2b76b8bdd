import { expect, test } from 'vitest';
import { comboCaps, matchesCombo, type KeyPress } from './key-combo.ts';

const press = (over: Partial<KeyPress>): KeyPress => ({
  key: '',
  code: '',
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...over,
});

test.each([
  [
    'Alt+A by its physical key, though the layout prints å',
    'Alt+A',
    press({ key: 'å', code: 'KeyA', altKey: true }),
    true,
    true,
  ],
  ['Alt+A not without Alt', 'Alt+A', press({ key: 'a', code: 'KeyA' }), false, false],
  ['Mod+K is Ctrl on a PC', 'Mod+K', press({ key: 'k', code: 'KeyK', ctrlKey: true }), false, true],
  ['Mod+K is Command on a Mac', 'Mod+K', press({ key: 'k', code: 'KeyK', metaKey: true }), true, true],
  ['Mod+K is not Ctrl on a Mac', 'Mod+K', press({ key: 'k', code: 'KeyK', ctrlKey: true }), true, false],
  [
    'AltGr (Ctrl and Alt) is typing, not a shortcut',
    'Alt+E',
    press({ key: '€', code: 'KeyE', altKey: true, ctrlKey: true }),
    false,
    false,
  ],
  ['? needs its Shift and takes it', '?', press({ key: '?', code: 'Slash', shiftKey: true }), false, true],
  ['a digit of the keypad', '3', press({ key: '3', code: 'Numpad3' }), false, true],
])('%s', (_name, combo, keyPress, isMac, matches) => {
  expect(matchesCombo(combo, keyPress, isMac)).toBe(matches);
});

test('draws the signs of the machine', () => {
  expect(comboCaps('Mod+K', true)).toEqual(['⌘', 'K']);
  expect(comboCaps('Alt+a', false)).toEqual(['Alt', 'A']);
});
