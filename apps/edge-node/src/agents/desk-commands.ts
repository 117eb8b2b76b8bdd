/** What a desk may ask for, performed one by one. Refusals are answers; nothing is half done. */
import type { DeskCommand, NodeToDesk } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import { attachData } from '../calls/attach-data.ts';
import { BrowserLeg } from '../calls/browser-leg.ts';
import type { Call } from '../calls/call.ts';
import { changeConference, consult, endConsult } from '../calls/consult.ts';
import { endGuide, guide } from '../calls/guide.ts';
import { holdCall } from '../calls/hold-call.ts';
import { leaveCall } from '../calls/leave-call.ts';
import type { Party } from '../calls/party.ts';
import { placeCall } from '../calls/place-call.ts';
import { passOn } from '../calls/transfer-call.ts';
import type { AgentHub } from './agent-hub.ts';
import type { AgentSeat } from './agent-seat.ts';
import type { DeskConnection } from './desk-connection.ts';

export type DeskRefusalCode = (NodeToDesk & { kind: 'refusal' })['code'];

export type DeskOutcome =
  | { readonly ok: true; readonly answer?: string | null; readonly callId?: CallId | null }
  | { readonly ok: false; readonly code: DeskRefusalCode; readonly detail: string };

const done: DeskOutcome = { ok: true };

export async function performDeskCommand(
  hub: AgentHub,
  seat: AgentSeat,
  desk: DeskConnection,
  command: DeskCommand,
): Promise<DeskOutcome> {
  if (command.kind === 'sign-in') {
    const refusal = hub.signIn(seat, command.device, command.number);
    if (refusal) return refuse(refusal, signInDetail[refusal]);
    seat.owner ??= desk;
    return done;
  }
  if (command.kind === 'take-over') {
    hub.takeOver(seat, desk);
    return done;
  }
  if (!seat.isSignedIn) return refuse('not-signed-in', 'sign in first');
  switch (command.kind) {
    case 'sign-out':
      return hub.signOut(seat) ? done : refuse('wrong-state', 'a call is in hand');
    case 'ready':
      return hub.apply(seat, { kind: 'ready' }) ? done : wrongState(seat);
    case 'not-ready':
      if (command.reasonId !== null && !seat.tenant.pauseReasons.has(command.reasonId))
        return refuse('malformed', 'no such reason');
      return hub.apply(seat, { kind: 'not-ready', reasonId: command.reasonId }) ? done : wrongState(seat);
    case 'wrap-up':
      return hub.stayInWrapUp(seat) ? done : wrongState(seat);
    case 'finish-wrap-up':
      return finishWrapUp(hub, seat, command);
    case 'dial': {
      if (command.offer !== null) hub.takeOver(seat, desk);
      return placeCall(hub.exchange, seat, command.number, command.offer);
    }
    case 'answer': {
      const ring = seat.ring;
      if (ring?.request.call.id !== command.callId) return unknownCall();
      if (command.offer !== null) hub.takeOver(seat, desk);
      const answer = await ring.answer(command.offer);
      return answer.ok
        ? { ok: true, answer: answer.answer, callId: command.callId }
        : refuse('media-refused', answer.detail);
    }
    case 'decline': {
      if (seat.ring?.request.call.id !== command.callId) return unknownCall();
      seat.ring.decline();
      return done;
    }
  }
  const inHand = callInHand(seat, command.callId);
  return inHand ? performOnCall(hub, seat, desk, command, inHand) : unknownCall();
}

type CallCommand = DeskCommand & {
  readonly kind:
    | 'reconnect'
    | 'hold'
    | 'mute'
    | 'pause-recording'
    | 'attach'
    | 'digits'
    | 'transfer'
    | 'consult'
    | 'end-consult'
    | 'conference'
    | 'allow-barge'
    | 'guide'
    | 'end-guide'
    | 'end';
};

async function performOnCall(
  hub: AgentHub,
  seat: AgentSeat,
  desk: DeskConnection,
  command: CallCommand,
  { call, party }: { readonly call: Call; readonly party: Party | null },
): Promise<DeskOutcome> {
  if (command.kind === 'end') {
    call.run(() => {
      if (party && call.members.length > 2) leaveCall(call, party, { party: 'agent', code: 'hung-up' });
      else if (party?.joinedAtMs == null) call.end({ party: 'agent', code: 'cancelled' }, party);
      else leaveCall(call, party, { party: 'agent', code: 'hung-up' });
    });
    return done;
  }
  if (!party) return wrongState(seat);
  switch (command.kind) {
    case 'reconnect':
      return reconnect(hub, seat, desk, { call, party, offer: command.offer });
    case 'hold':
      return hold(seat, { call, party, isHeld: command.isHeld });
    case 'mute':
      party.isMuted = command.isMuted;
      call.sound.arrange();
      hub.callChanged(seat);
      return done;
    case 'pause-recording':
      return pauseRecording(hub, seat, { call, party, isPaused: command.isPaused });
    case 'attach':
      return attachData(call, party, command);
    case 'digits': {
      const others = call.members.filter((other) => other !== party && other.place === party.place);
      if (others.length === 0) return wrongState(seat);
      for (const other of others) other.leg.media.sendDigits(command.digits);
      return done;
    }
    case 'transfer':
      if (party.joinedAtMs === null) return wrongState(seat);
      return passOn(call, party, command.target);
    case 'consult':
      return consult(call, party, command.target);
    case 'end-consult':
      return endConsult(call, party, command.outcome);
    case 'guide':
      return guide(call, party, command.flowId);
    case 'end-guide':
      return endGuide(call);
    case 'allow-barge':
      if (!party.bargeNotice) return wrongState(seat);
      call.run(() => party.bargeNotice?.allow());
      return done;
    case 'conference':
      return changeConference(call, party, command);
  }
}

function hold(
  seat: AgentSeat,
  { call, party, isHeld }: { readonly call: Call; readonly party: Party; readonly isHeld: boolean },
): DeskOutcome {
  if (party.joinedAtMs === null) return wrongState(seat);
  call.run(() => holdCall(call, party, isHeld));
  return done;
}

function pauseRecording(
  hub: AgentHub,
  seat: AgentSeat,
  { call, party, isPaused }: { readonly call: Call; readonly party: Party; readonly isPaused: boolean },
): DeskOutcome {
  if (party.joinedAtMs === null || party.agentId === null) return wrongState(seat);
  if (!call.sound.recording.isOn) return refuse('wrong-state', 'this call is not recorded');
  call.sound.recording.pause(party.agentId, isPaused);
  hub.callChanged(seat);
  return done;
}

async function reconnect(
  hub: AgentHub,
  seat: AgentSeat,
  desk: DeskConnection,
  { call, party, offer }: { readonly call: Call; readonly party: Party; readonly offer: string },
): Promise<DeskOutcome> {
  if (seat.presence.device !== 'browser') return refuse('wrong-state', 'this call is not in a browser');
  const opened = await call.media.openWebrtcLeg(offer, { key: call.sound.nextLegKey('agent') });
  if (opened.kind === 'refused') return refuse('media-refused', opened.detail);
  if (call.isEnded || seat.call !== call || !call.parties.includes(party)) {
    opened.close();
    return unknownCall();
  }
  hub.takeOver(seat, desk);
  call.run(() => hub.reconnected(seat, call, new BrowserLeg(opened)));
  return { ok: true, answer: opened.answerSdp, callId: call.id };
}

function finishWrapUp(
  hub: AgentHub,
  seat: AgentSeat,
  command: DeskCommand & { kind: 'finish-wrap-up' },
): DeskOutcome {
  const { interaction } = seat;
  if (interaction?.call.id !== command.callId) return unknownCall();
  if (seat.presence.state !== 'wrapping') return wrongState(seat);
  if (
    command.dispositionId !== null &&
    !seat.tenant.config.dispositions.some((one) => one.id === command.dispositionId)
  )
    return refuse('malformed', 'no such disposition');
  hub.closeInteraction(seat, command.dispositionId, command.notes);
  hub.apply(seat, { kind: 'wrap-ended' });
  return done;
}

/** The call this agent dials or talks in, and the agent's side of it once there is one. */
function callInHand(seat: AgentSeat, callId: CallId): { call: Call; party: Party | null } | undefined {
  const { call, interaction } = seat;
  if (!call || call.id !== callId || call.isEnded) return undefined;
  return { call, party: interaction?.party ?? null };
}

const signInDetail = {
  'quota-agents': 'as many agents are signed in as the tenant may have',
  suspended: 'the service is suspended',
  'wrong-state': 'a call is in hand',
  'phone-not-registered': 'the desk phone is not registered',
  'no-route': 'no line of this node leads to that number',
} as const;

function refuse(code: DeskRefusalCode, detail: string): DeskOutcome {
  return { ok: false, code, detail };
}

function wrongState(seat: AgentSeat): DeskOutcome {
  return refuse('wrong-state', `not possible while ${seat.presence.state}`);
}

function unknownCall(): DeskOutcome {
  return refuse('unknown-call', 'this call is not in hand here');
}
