/**
 * What the agent may do now, as a table: the six buttons of the call bar are always there and never move; this says which
 * of them work. The node has the last word on every one.
 */
import type { DeskInteraction, DeskState } from '@seatgrid/contracts/desk/desk-messages.ts';

export const callActs = ['answer', 'hold', 'mute', 'transfer', 'keypad', 'end'] as const;
export type CallAct = (typeof callActs)[number];

const byState: Readonly<Record<DeskInteraction['state'], readonly CallAct[]>> = {
  ringing: ['answer', 'end'],
  dialling: ['mute', 'keypad', 'end'],
  talking: ['hold', 'mute', 'transfer', 'keypad', 'end'],
  held: ['hold', 'transfer', 'end'],
  ended: [],
};

export function possibleActs(desk: DeskState): ReadonlySet<CallAct> {
  const call = desk.interaction;
  if (!call || !desk.isPhoneOwner) return new Set();
  const acts = new Set(byState[call.state]);
  // A desk phone is answered by lifting its handset.
  if (desk.presence.device === 'phone') acts.delete('answer');
  return acts;
}

export type PresenceAct = 'ready' | 'not-ready' | 'wrap-up' | 'sign-out';

/** Which states the agent may go to from here. During a call "not ready" waits for its end. */
export function possiblePresence(desk: DeskState): ReadonlySet<PresenceAct> {
  switch (desk.presence.state) {
    case 'offline':
      return new Set();
    case 'ready':
      return new Set(['not-ready', 'wrap-up', 'sign-out']);
    case 'paused':
      return new Set(['ready', 'not-ready', 'wrap-up', 'sign-out']);
    case 'wrapping':
      return new Set(['ready', 'not-ready', 'sign-out']);
    case 'reserved':
    case 'talking':
      return new Set(['ready', 'not-ready']);
  }
}

/** Whether a call may be placed now. */
export function canDial(desk: DeskState): boolean {
  if (!desk.isPhoneOwner) return false;
  if (desk.presence.device === 'phone' && !desk.isPhoneRegistered) return false;
  return ['ready', 'paused', 'wrapping'].includes(desk.presence.state);
}
