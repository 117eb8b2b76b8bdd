/**
 * What the agent may do now, as a table: the seven buttons of the call bar are always there and never move; this says which
 * of them work. While consulting, bringing all together stands where hold was, and going back where consult was. The node
 * has the last word on every one.
 */
import type { DeskInteraction, DeskState } from '@seatgrid/contracts/desk/desk-messages.ts';

export const callActs = [
  'answer',
  'hold',
  'conference',
  'mute',
  'consult',
  'back',
  'transfer',
  'keypad',
  'end',
] as const;
export type CallAct = (typeof callActs)[number];

const byState: Readonly<Record<DeskInteraction['state'], readonly CallAct[]>> = {
  ringing: ['answer', 'end'],
  dialling: ['mute', 'keypad', 'end'],
  talking: ['hold', 'mute', 'consult', 'transfer', 'keypad', 'end'],
  held: ['hold', 'consult', 'transfer', 'end'],
  consulting: ['conference', 'mute', 'back', 'transfer', 'keypad'],
  conference: ['hold', 'mute', 'consult', 'keypad', 'end'],
  ended: [],
};

export function possibleActs(desk: DeskState): ReadonlySet<CallAct> {
  const call = desk.interaction;
  if (!call || !desk.isPhoneOwner) return new Set();
  const acts = new Set(byState[call.state]);
  // Any telephone is answered by lifting its handset.
  if (desk.presence.device !== 'browser') acts.delete('answer');
  // Nobody is there yet to bring together with.
  if (call.consult?.state === 'ringing') acts.delete('conference');
  // Through a flow both go together.
  if (call.guidedBy !== null) for (const act of ['consult', 'transfer'] as const) acts.delete(act);
  // Who is asked for advice does not serve the customer.
  if (call.consultedBy !== null) for (const act of ['hold', 'consult', 'transfer'] as const) acts.delete(act);
  return acts;
}

/** The agent's line is open: dialling, or with others on it. */
export function isInTalk(call: DeskInteraction | null | undefined): call is DeskInteraction {
  return call != null && call.state !== 'ringing' && call.state !== 'ended';
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
