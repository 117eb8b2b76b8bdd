/** An INVITE from a carrier: whose number it is for, whether that tenant may have it, and what its rule says comes first. */
import type { SrtpUse } from '@seatgrid/contracts/link/node-config.ts';
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { DidAtNode } from '../tenants/tenant-directory.ts';
import type { TrunkAtNode } from '../trunks/trunk-directory.ts';
import type { Call, CallFacts } from './call.ts';
import type { Exchange } from './exchange.ts';
import { IncomingSipLeg } from './incoming-sip-leg.ts';
import { performNextStep } from './next-step.ts';
import { Party } from './party.ts';
import { leadUnknown, preRoute } from './pre-route.ts';
import { refuseCall } from './refuse-call.ts';

export function admitFromTrunk(exchange: Exchange, invite: IncomingInvite, trunk: TrunkAtNode): void {
  const fromNumber = trunk.read(callerNumber(invite));
  const toNumber = dialledNumber(exchange, invite, trunk);
  const numbers = { fromNumber, toNumber };
  const visit = exchange.services.visits.takeByNumber(numbers, trunk);
  if (visit) return exchange.onVisit(invite, visit.asked, visit.byNumber);
  const did = exchange.services.directory.byNumber(toNumber);
  if (!did)
    return leadUnknown(exchange, invite, { fromNumber, toNumber, trunk }, () =>
      refuseCall(exchange, invite, { ...numbers, tenant: null, reason: 'unknown-number' }),
    );
  preRoute(exchange, invite, { fromNumber, toNumber, trunk, did }, () => {
    if (!trunk.hasFreeChannel('inbound'))
      return refuseCall(exchange, invite, { ...numbers, tenant: did.tenant, reason: 'trunk-full' });
    admitToNumber(exchange, invite, did, { fromNumber, trunk, srtp: trunk.config.srtp });
  });
}

/**
 * The number dialled stands in the Request-URI; a call to a contact we registered has our own name there, and the number in To
 * or P-Called-Party-ID, or it means the account itself.
 */
function dialledNumber({ services }: Exchange, invite: IncomingInvite, trunk: TrunkAtNode): string {
  const isContact = trunk.registration !== null && invite.requestUser === trunk.contactUser;
  // Nearly always: nobody else has to be asked.
  if (!isContact && invite.requestUser !== '') {
    const number = trunk.read(invite.requestUser.slice(0, numberCharsMax));
    if (services.directory.byNumber(number)) return number;
  }
  const named = [isContact ? '' : invite.requestUser, invite.to.user];
  if (isContact) {
    const party = /^[^<]*<?(?:sips?|tel):([^@;>]+)/.exec(invite.header('P-Called-Party-ID') ?? '')?.[1];
    named.push(party ?? '', trunk.config.account?.username ?? '');
  }
  const numbers = named.filter((one) => one !== '').map((one) => trunk.read(one.slice(0, numberCharsMax)));
  const isOurs = (number: string) =>
    services.directory.byNumber(number) !== undefined || services.visits.reservable(number) !== undefined;
  return numbers.find(isOurs) ?? numbers[0] ?? '';
}

/** A call to one of our own numbers, over a trunk or from a phone of the platform. */
export function admitToNumber(
  exchange: Exchange,
  invite: IncomingInvite,
  did: DidAtNode,
  from: IncomingLine & { readonly fromNumber: string },
): void {
  const { tenant } = did;
  const numbers = { fromNumber: from.fromNumber, toNumber: did.number };
  // F-35: before anything is said or charged.
  if (from.trunk && tenant.entry.lists.barredBy(numbers.fromNumber))
    return refuseCall(exchange, invite, { ...numbers, tenant, reason: 'barred' });
  const refusal = exchange.refusal(tenant);
  if (refusal) return refuseCall(exchange, invite, { ...numbers, tenant, reason: refusal });
  const entry = tenant.entry.decide({
    fromNumber: numbers.fromNumber,
    didId: did.id,
    trunkId: from.trunk?.id ?? null,
    atMs: exchange.services.clock.nowMs(),
  });
  if (!entry) return refuseCall(exchange, invite, { ...numbers, tenant, reason: 'no-route' });
  openIncoming(
    exchange,
    invite,
    {
      tenant,
      direction: 'inbound',
      fromNumber: numbers.fromNumber,
      toNumber: numbers.toNumber,
      didId: did.id,
      trunkId: from.trunk?.id ?? null,
      agentId: null,
      ruleName: entry.rule?.name ?? null,
      caller: entry.caller,
    },
    from,
    (call, leg) => {
      call.customer = new Party(leg, null);
      call.listenTo(leg);
      performNextStep(call, entry.step);
    },
  );
}

/** Whose line an INVITE came over: a carrier's, or a phone's of our own. */
export interface IncomingLine {
  readonly trunk: TrunkAtNode | null;
  readonly srtp: SrtpUse | undefined;
}

/** Makes the call and its caller's leg, or refuses the INVITE for what its sound would need. */
export function openIncoming(
  exchange: Exchange,
  invite: IncomingInvite,
  facts: CallFacts,
  line: IncomingLine,
  proceed: (call: Call, leg: IncomingSipLeg) => void,
): void {
  const call = exchange.open(facts, line.trunk);
  const media = call.sound.open();
  const natAddress = invite.flow.address;
  const leg =
    media.kind === 'call'
      ? media.openRtpLeg({ key: 'caller', natAddress, srtp: line.srtp ?? 'accept' })
      : media;
  const described = leg.kind === 'rtp' ? describe(leg, invite.sdp) : leg;
  if (leg.kind !== 'rtp' || typeof described !== 'string') {
    const reason = typeof described === 'string' ? 'overloaded' : described.reason;
    call.discard();
    const isOurs = reason === 'overloaded' || reason === 'no-ports' || reason === 'closed';
    return refuseCall(exchange, invite, {
      fromNumber: facts.fromNumber,
      toNumber: facts.toNumber,
      tenant: facts.tenant,
      reason: isOurs ? 'overload' : 'no-common-codec',
    });
  }
  call.begin();
  call.services.ladders.claim(invite.sipCallId, call.id, leg.key);
  call.run(() => proceed(call, new IncomingSipLeg(invite, leg, described)));
}

/** What we say of our sound: the answer, or the offer where there was none. */
export function describe(leg: RtpLeg, offer: string) {
  if (offer === '') return leg.offer();
  const outcome = leg.answer(offer);
  return outcome.ok ? outcome.sdp : outcome.refusal;
}

/** The number a trusted carrier vouches for, else what the From claims; empty when withheld. */
function callerNumber(invite: IncomingInvite): string {
  if (invite.isIdentityWithheld) return '';
  const user = (invite.assertedIdentity?.user || invite.from.user).slice(0, numberCharsMax);
  return user.toLowerCase() === 'anonymous' ? '' : user;
}

/** What the journal keeps of a number. */
const numberCharsMax = 80;
