/** What a visitor may know of the own call: where it stands, and nothing of who serves it. */
import type { FloorCall } from '@seatgrid/contracts/realtime/floor.ts';
import type { VisitorState } from '@seatgrid/contracts/web-call/web-call-messages.ts';
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { Call } from '../calls/call.ts';
import type { Party } from '../calls/party.ts';

export function visitorState(call: Call, party: Party): Omit<VisitorState, 'atMs'> {
  const isIn = !call.isEnded && call.parties.includes(party);
  if (!isIn) {
    const { reason, atMs } = call.customerLeft ?? { reason: call.endReason, atMs: call.endedAtMs };
    return { phase: 'ended', sinceMs: atMs ?? call.sinceMs, position: null, endedBy: endedBy(reason) };
  }
  const phase = phaseOf[call.stage.state];
  const position = phase === 'waiting' ? call.services.acd(call.tenant).position(call.id) : 0;
  const sinceMs = phase === 'talking' ? (party.joinedAtMs ?? call.sinceMs) : call.sinceMs;
  return { phase, sinceMs, position: position || null, endedBy: null };
}

const phaseOf: Readonly<Record<FloorCall['state'], VisitorState['phase']>> = {
  'in-flow': 'service',
  queued: 'waiting',
  ringing: 'ringing',
  dialling: 'ringing',
  talking: 'talking',
  held: 'talking',
  consulting: 'talking',
  conference: 'talking',
};

function endedBy(reason: EndReason | null): NonNullable<VisitorState['endedBy']> {
  if (!reason || reason.code === 'media-lost' || reason.code === 'fault') return 'fault';
  return reason.party === 'caller' ? 'visitor' : 'centre';
}
