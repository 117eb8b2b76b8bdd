import type { CallAct } from './call-acts.ts';

/** The keys of the desk (portal-design §3), shown in tooltips and listed at `?`. The keypad has none: digits are its keys. */
export const actKeys: Readonly<Partial<Record<CallAct, string>>> = {
  answer: 'Alt+A',
  hold: 'Alt+H',
  conference: 'Alt+H',
  consult: 'Alt+C',
  back: 'Alt+C',
  mute: 'Alt+M',
  transfer: 'Alt+T',
  end: 'Alt+E',
};
export const readyKeys = 'Alt+R';
export const wrapUpKeys = 'Alt+W';
export const finishKeys = 'Mod+Enter';
