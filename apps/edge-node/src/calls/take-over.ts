/**
 * A call that is to take the place of a standing line (RFC 3891): the same phone from another place, or a carrier that brings its
 * caller by another way. The call goes on, and its record stays one story.
 */
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { extensionOf } from '../phones/phone-domain.ts';
import { answerInPlace } from './answer-in-place.ts';
import type { CallServices } from './call-services.ts';
import type { Call } from './call.ts';
import { Conversation } from './converse.ts';
import type { Party } from './party.ts';
import { replaceLeg } from './replace-leg.ts';
import { SipLeg } from './sip-leg.ts';

export function takeOver(services: CallServices, invite: IncomingInvite): void {
  const found = lineUnder(services.calls.values(), invite);
  // RFC 3891 §3: a dialog of a line that is no party's any more.
  if (!found) return invite.reject(481);
  const { call, party } = found;
  // RFC 3891 §8: only who may speak for the party may take its place. Others learn nothing of the call.
  if (!mayReplace(services, found, invite)) return invite.reject(403);
  if (!(call.stage instanceof Conversation)) return invite.reject(491);
  call.run(() => {
    const leg = answerInPlace(call, invite, call.sound.nextLegKey('replacing'));
    if (leg) replaceLeg(call, party, leg);
  });
}

interface Line {
  readonly call: Call;
  readonly party: Party;
}

function lineUnder(calls: Iterable<Call>, { replaces }: IncomingInvite): Line | undefined {
  for (const call of calls)
    for (const party of call.parties)
      if (party.leg instanceof SipLeg && replaces && party.leg.has(replaces)) return { call, party };
  return undefined;
}

function mayReplace(
  { directory }: CallServices,
  { call, party }: Line,
  { identity }: IncomingInvite,
): boolean {
  if (identity.kind === 'trunk')
    return party === call.customer && !party.agentId && call.facts.trunkId === identity.peer;
  const tenant = directory.byDomain(identity.realm);
  if (!tenant || tenant !== call.tenant || !party.agentId) return false;
  return tenant.agentsByExtension.get(extensionOf(tenant, identity.username))?.id === party.agentId;
}
