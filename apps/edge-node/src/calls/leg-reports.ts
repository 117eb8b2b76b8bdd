/** What the legs of a call and the media engine report of them, and what it means for the call. */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { KeyPress } from '@seatgrid/core/calls/key-echo.ts';
import type { LegKey } from '@seatgrid/media/call/media-engine.ts';
import { BrowserLeg } from './browser-leg.ts';
import type { CallLeg, LegListener } from './call-leg.ts';
import type { Call } from './call.ts';
import { holdCall } from './hold-call.ts';
import { leaveCall, loseAgent } from './leave-call.ts';
import { dropPartner } from './let-go.ts';
import type { Party } from './party.ts';
import { followRefer } from './phone-refer.ts';

type GoneBy = Parameters<LegListener['onGone']>[1];

export function legReports(call: Call): LegListener {
  return {
    onHold: (leg) => call.run(() => legHeld(call, leg)),
    onDigit: (leg, digit) => digitPressed(call, leg.key, { key: digit, way: 'signalling' }),
    onGone: (leg, by, why) =>
      call.run(() => {
        const party = call.partyOf(leg);
        if (!party) return;
        const reason = leg.toldReason ?? reasonOfGone(call, party, by, why);
        if (leg.comesBack) loseAgent(call, party, reason);
        else if (reason.code === 'transferred') passedOnAtHome(call, reason);
        else leaveCall(call, party, reason);
      }),
    onRefer: (leg, request, referral) => followRefer(call, leg, request, referral),
  };
}

/** The home of this call has the caller again, and hands them to others. */
function passedOnAtHome(call: Call, reason: EndReason): void {
  call.tellReferrer(200);
  dropPartner(call, 'transfer');
  call.end(reason, call.customer);
}

/** A phone that tells a press twice has pressed once. */
export function digitPressed(call: Call, leg: LegKey, press: Omit<KeyPress, 'atMs'>): void {
  call.run(() => {
    if (call.sound.isEcho(leg, { ...press, atMs: call.services.clock.nowMs() })) return;
    const digit = press.key;
    const { customer, partner, stage } = call;
    if (leg === customer?.leg.key && stage.onDigit) stage.onDigit(digit);
    // Whoever hears the leg has had from the engine what came with its sound.
    else if (press.way === 'sound') return;
    else if (leg === customer?.leg.key) partner?.leg.media.sendDigits(digit);
    else if (leg === partner?.leg.key) customer?.leg.media.sendDigits(digit);
  });
}

/** `wasHeard`: a line that never spoke cannot fall silent. */
export function legSilent(
  call: Call,
  { key, cause, wasHeard }: { readonly key: string; readonly cause: string; readonly wasHeard: boolean },
): void {
  call.run(() => {
    const party = call.parties.find(({ leg }) => leg.key === key);
    if (!party) return;
    if (party.leg instanceof BrowserLeg && party.seat) return call.services.hub.soundLost(party.seat, call);
    // A visitor's page that closes says so by DTLS, perhaps before its socket does.
    if (isVisitor(party) && cause === 'dtls-closed')
      return leaveCall(call, party, reasonOfGone(call, party, 'remote'));
    if (isVisitor(party) && cause === 'ice-failed') return leaveCall(call, party, mediaLost(party, cause));
    if (!wasHeard || party.leg.isHolding) return;
    if (party.leg.hostNodeId !== undefined) loseAgent(call, party, mediaLost(party, cause));
    else leaveCall(call, party, mediaLost(party, cause));
  });
}

/** A line without any other way to say so: the far end has hung up, and its exchange plays the tone of it. */
export function lineIsDead(call: Call, leg: CallLeg, tone: string): void {
  const party = call.partyOf(leg);
  if (party) leaveCall(call, party, { ...reasonOfGone(call, party, 'remote'), detail: `${tone} tone` });
}

/** The hold key of a phone does what the desk's does; a carrier's hold is between the caller and the carrier. */
function legHeld(call: Call, leg: CallLeg): void {
  const party = call.partyOf(leg);
  if (party?.agentId && party.joinedAtMs !== null) holdCall(call, party, leg.isHolding);
  else call.sound.arrange();
}

function reasonOfGone(call: Call, party: Party, by: GoneBy, why: string = by): EndReason {
  const { customer, partner, facts } = call;
  if (by !== 'remote') return mediaLost(party, why);
  // An outside number the call was handed to is neither the caller nor one of ours.
  const who = party.agentId || party.supervisor ? 'agent' : party === customer ? 'caller' : 'trunk';
  if (partner?.joinedAtMs != null && customer?.joinedAtMs != null) return { party: who, code: 'hung-up' };
  return { party: who, code: facts.direction === 'inbound' ? 'abandoned' : 'cancelled' };
}

function mediaLost(party: Party, detail: string): EndReason {
  const who = party.agentId ? 'agent' : isVisitor(party) ? 'caller' : 'trunk';
  return { party: who, code: 'media-lost', detail };
}

/** a browser that is nobody's of ours. */
function isVisitor({ leg, agentId, supervisor }: Party): boolean {
  return leg instanceof BrowserLeg && agentId === null && supervisor === null;
}
