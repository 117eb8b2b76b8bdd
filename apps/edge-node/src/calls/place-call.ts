/** E-05: a call an agent places from the desk: to a colleague's extension, or to an outside number. */
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import type { DeskOutcome } from '../agents/desk-commands.ts';
import { dialRingTimeoutMs, internalRingTimeoutMs } from '../limits.ts';
import { collectMessages } from '../messages/collect-messages.ts';
import { dialledMessages } from '../messages/dialled-messages.ts';
import { BrowserLeg } from './browser-leg.ts';
import type { CallLeg } from './call-leg.ts';
import type { Call } from './call.ts';
import { dialColleague, dialOutside, dialTarget } from './dial-for-agent.ts';
import type { Exchange } from './exchange.ts';
import { Party } from './party.ts';
import { ringOutside } from './outside-position.ts';
import { PhoneFork } from './phone-fork.ts';

export async function placeCall(
  exchange: Exchange,
  seat: AgentSeat,
  dialled: string,
  offer: string | null,
): Promise<DeskOutcome> {
  const { tenant, agent } = seat;
  const { services } = exchange;
  const refuse = (code: (DeskOutcome & { ok: false })['code'], detail: string): DeskOutcome => ({
    ok: false,
    code,
    detail,
  });
  const { state, device } = seat.presence;
  if (!agent || !seat.isFree || !['ready', 'paused', 'wrapping'].includes(state))
    return refuse('wrong-state', `not possible while ${state}`);
  const isBrowser = device === 'browser';
  if (isBrowser && offer === null) return refuse('malformed', 'a browser dials with an offer');
  if (device === 'phone' && !services.hub.isPhoneRegistered(seat))
    return refuse('phone-not-registered', 'the desk phone is not registered');
  const messages = dialledMessages(tenant, agent, dialled);
  const target = messages
    ? { kind: 'messages' as const, ...messages }
    : dialTarget(services, tenant, agent.id, dialled);
  if (target.kind === 'unavailable') return refuse('not-available', 'this colleague cannot be rung now');
  if (target.kind === 'self') return refuse('no-such-target', 'this is your own extension');
  if (target.kind === 'prefix-missing')
    return refuse('no-route', `outside numbers are dialled with ${target.prefix} before them`);
  const isOutside = target.kind === 'outside';
  const fromNumber = isOutside ? target.way.callerNumber : agent.extension;
  const toNumber = isOutside ? target.number : dialled;
  if (isOutside && !services.waysOut.hasFreeTrunk(target.way)) {
    if (services.waysOut.trunks(target.way).length > 0)
      exchange.countRefusal(tenant, 'lines-busy', { fromNumber, toNumber });
    return refuse('no-route', 'no line to the outside is free');
  }
  const refusal = exchange.refusal(tenant);
  if (refusal) {
    exchange.countRefusal(tenant, refusal, { fromNumber: agent.extension, toNumber });
    return refuse(refusal === 'suspended' ? 'suspended' : 'not-available', refusal);
  }

  const call = exchange.open(
    {
      tenant,
      direction: isOutside ? 'outbound' : 'internal',
      fromNumber,
      toNumber,
      didId: null,
      trunkId: null,
      agentId: agent.id,
      ruleName: null,
    },
    null,
  );
  const media = call.sound.open();
  if (media.kind === 'refused') {
    call.discard();
    return refuse('media-refused', media.detail);
  }
  call.begin();
  services.hub.dialling(seat, call, null);
  const proceed = (leg: CallLeg) => {
    const party = new Party(leg, { id: agent.id, seat });
    call.listenTo(leg);
    services.hub.dialled(seat, call, party);
    if (target.kind === 'messages') {
      call.customer = party;
      collectMessages(call, target.mailboxId);
    } else if (isOutside)
      dialOutside(call, party, {
        number: toNumber,
        callerNumber: fromNumber,
        way: target.way,
        ringTimeoutMs: dialRingTimeoutMs,
      });
    else dialColleague(call, party, target, internalRingTimeoutMs);
  };
  if (isBrowser) {
    const opened = await media.openWebrtcLeg(offer!, { key: call.sound.nextLegKey('agent') });
    if (call.isEnded) {
      if (opened.kind === 'webrtc') opened.close();
      return refuse('unknown-call', 'the call is over');
    }
    if (opened.kind === 'refused') {
      call.end({ party: 'agent', code: 'media-lost', detail: opened.detail }, null);
      return refuse('media-refused', opened.detail);
    }
    call.run(() => proceed(new BrowserLeg(opened)));
    return { ok: true, answer: opened.answerSdp, callId: call.id };
  }
  if (device === 'outside') dialOwnNumber(call, seat, proceed);
  else ringOwnPhone(call, agent, proceed);
  return { ok: true, answer: null, callId: call.id };
}

/** The agent's own phone rings (or picks up by itself) before the number is dialled. */
function ringOwnPhone(call: Call, agent: Agent, proceed: (leg: CallLeg) => void): void {
  const fork = new PhoneFork(call, agent, true, (outcome) => {
    if (outcome.kind === 'answered') proceed(outcome.leg);
    else call.end({ party: 'agent', code: outcome.isBusy ? 'rejected' : 'no-answer' }, null);
  });
  call.enter({ state: 'dialling', onCallEnded: () => fork.cancel() });
  fork.start(internalRingTimeoutMs);
}

function dialOwnNumber(call: Call, seat: AgentSeat, proceed: (leg: CallLeg) => void): void {
  const line = ringOutside(call, seat, dialRingTimeoutMs, (rang) => {
    if (rang.kind === 'answered') return proceed(rang.leg);
    const code = rang.why === 'busy' ? 'rejected' : rang.why === 'no-answer' ? 'no-answer' : 'unreachable';
    call.end({ party: 'agent', code }, null);
  });
  call.enter({ state: 'dialling', onCallEnded: () => line.cancel() });
}
