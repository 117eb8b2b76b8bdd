/** Somebody is out of a call that goes on: of those who stay, another takes the place that became empty, or nobody does. */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { Call } from './call.ts';
import { recordServing } from './join-call.ts';
import type { Party } from './party.ts';

export type LeftBy = 'agent' | 'other' | 'transfer' | 'platform';

export function letGo(
  call: Call,
  party: Party,
  by: LeftBy,
  reason: EndReason,
  successor = successorOf(call),
): void {
  const nowMs = call.services.clock.nowMs();
  const isServing = party === call.partner;
  if (isServing || party === call.customer) {
    remove(call, successor!);
    admit(successor!, nowMs);
    if (isServing) {
      call.sound.recording.conversationEnded();
      call.partner = successor!;
    } else {
      call.sound.recording.end();
      call.talk.stop(nowMs);
      call.customerLeft = { reason, atMs: nowMs };
      call.customer = successor!;
    }
  } else remove(call, party);
  partyLeft(call, party, by, nowMs);
  party.leg.release();
  dropListenersOf(call, party);
  const { members } = call;
  if (members.length === 2) for (const member of members) admit(member, nowMs);
  call.sound.arrange();
  if (isServing) recordServing(call, call.partner!, call.customer!);
}

/** The partner is out of the call, which goes on without. */
export function dropPartner(call: Call, by: LeftBy): void {
  const { partner } = call;
  if (!partner) return;
  const nowMs = call.services.clock.nowMs();
  call.partner = null;
  call.talk.stop(nowMs);
  partyLeft(call, partner, by, nowMs);
  partner.leg.release();
  dropListenersOf(call, partner);
  call.sound.recording.conversationEnded();
}

/** No party any longer, wherever it stood; where it was the partner, the next one is, or nobody. */
export function removeParty(call: Call, party: Party): void {
  if (party === call.partner) call.partner = call.others.shift() ?? null;
  else remove(call, party);
}

/** What is written, and told, of a party that is out. */
export function partyLeft(call: Call, party: Party, by: LeftBy, nowMs: number): void {
  party.retrieve(nowMs);
  if (party.agentId) call.sound.recording.pause(party.agentId, false);
  if (party.agentId && party.joinedAtMs !== null && party.leg.hostNodeId === undefined)
    call.record({
      kind: 'agent.left-call',
      callId: call.id,
      agentId: party.agentId,
      talkMs: party.talkMs(nowMs),
      heldMs: party.heldMs,
      by,
    });
  if (party.seat) call.services.hub.callLeft(party.seat, call);
  party.onLeft();
}

function successorOf({ others }: Call): Party | undefined {
  return others.find((other) => other.isMember && other.agentId) ?? others.find((other) => other.isMember);
}

/** Whoever was kept out or aside talks with the others from now on. */
function admit(party: Party, nowMs: number): void {
  party.place = 'talking';
  party.joinedAtMs ??= nowMs;
}

function remove({ others }: Call, party: Party): void {
  const index = others.indexOf(party);
  if (index >= 0) others.splice(index, 1);
}

function dropListenersOf(call: Call, party: Party): void {
  const listeners = call.others.filter((other) => other.listensTo === party && !other.isMember);
  for (const listener of listeners) letGo(call, listener, 'platform', unsaid);
}

/** Of a listener who goes nothing is told to the parties. */
const unsaid: EndReason = { party: 'platform', code: 'hung-up' };
