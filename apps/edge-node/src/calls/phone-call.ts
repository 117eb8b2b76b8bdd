/** A call from a registered desk phone: to a colleague, to one of the platform's own numbers, or to the outside. */
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { dialRingTimeoutMs, internalRingTimeoutMs } from '../limits.ts';
import { collectMessages } from '../messages/collect-messages.ts';
import { dialledMessages } from '../messages/dialled-messages.ts';
import { extensionOf } from '../phones/phone-domain.ts';
import { admitToNumber, openIncoming } from './admit-call.ts';
import { dialColleague, dialOutside, dialTarget } from './dial-for-agent.ts';
import type { Exchange } from './exchange.ts';
import { Party } from './party.ts';
import { consultFromPhone } from './phone-consult.ts';
import { conversationAt } from './phone-refer.ts';
import { refuseCall } from './refuse-call.ts';

export function callFromPhone(
  exchange: Exchange,
  invite: IncomingInvite,
  phone: { readonly realm: string; readonly username: string },
): void {
  const { services } = exchange;
  const tenant = services.directory.byDomain(phone.realm);
  if (!tenant) return invite.reject(403);
  const extension = extensionOf(tenant, phone.username);
  const agent = tenant.agentsByExtension.get(extension) ?? null;
  const line = { trunk: null, srtp: tenant.secrets.get(extension)?.srtp };
  const dialled = invite.requestUser.slice(0, 80);
  const inHand = agent && conversationAt(services.calls.values(), agent.id);
  if (inHand && !services.directory.byNumber(dialled))
    return consultFromPhone(inHand.call, inHand.party, invite, line.srtp);
  const messages = dialledMessages(tenant, agent, dialled);
  const target = messages
    ? { kind: 'messages' as const, ...messages }
    : dialTarget(services, tenant, agent?.id ?? null, dialled);
  if (target.kind === 'unavailable' || target.kind === 'self')
    return invite.reject(target.kind === 'self' ? 482 : 480);

  if (target.kind === 'prefix-missing') {
    const numbers = { fromNumber: extension, toNumber: dialled };
    return refuseCall(exchange, invite, { ...numbers, tenant, reason: 'no-route' });
  }
  const isOutside = target.kind === 'outside';
  const did = isOutside ? services.directory.byNumber(target.number) : undefined;
  if (isOutside && did) {
    // Another tenant sees the number an outside call would have shown.
    const fromNumber = did.tenant === tenant ? extension : target.way.callerNumber;
    return admitToNumber(exchange, invite, did, { fromNumber, ...line });
  }
  const numbers = isOutside
    ? { fromNumber: target.way.callerNumber, toNumber: target.number }
    : { fromNumber: extension, toNumber: dialled };
  const refusal = exchange.refusal(tenant);
  if (refusal) return refuseCall(exchange, invite, { ...numbers, tenant, reason: refusal });
  if (isOutside) {
    const { waysOut } = services;
    if (!/^\+?[0-9*#]{2,20}$/.test(target.number) || waysOut.trunks(target.way).length === 0)
      return refuseCall(exchange, invite, { ...numbers, tenant, reason: 'no-route' });
    if (!waysOut.hasFreeTrunk(target.way))
      return refuseCall(exchange, invite, { ...numbers, tenant, reason: 'lines-busy' });
  }

  const seat = agent ? services.hub.seat(agent.id) : undefined;
  if (seat?.isSignedIn && !seat.isFree) return invite.reject(486);
  const usedSeat = seat?.isSignedIn && seat.presence.device === 'phone' ? seat : null;
  openIncoming(
    exchange,
    invite,
    {
      tenant,
      direction: isOutside ? 'outbound' : 'internal',
      ...numbers,
      didId: null,
      trunkId: null,
      agentId: agent?.id ?? null,
      ruleName: null,
    },
    line,
    (call, leg) => {
      const party = new Party(leg, agent ? { id: agent.id, seat: usedSeat } : null);
      call.listenTo(leg);
      if (usedSeat) services.hub.dialling(usedSeat, call, party);
      if (target.kind === 'messages') {
        call.customer = party;
        collectMessages(call, target.mailboxId);
      } else if (isOutside)
        dialOutside(call, party, {
          number: target.number,
          callerNumber: target.way.callerNumber,
          way: target.way,
          ringTimeoutMs: dialRingTimeoutMs,
        });
      else dialColleague(call, party, target, internalRingTimeoutMs);
    },
  );
}
