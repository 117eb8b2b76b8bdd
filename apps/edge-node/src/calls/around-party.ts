/** What a party is shown of the others: whom it asks aside, and who is in the call besides. */
import type { DeskInteraction } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { Call } from './call.ts';
import { ConsultStage } from './consult-stage.ts';
import type { Party } from './party.ts';

export type AroundParty = Pick<DeskInteraction, 'consult' | 'consultFailed' | 'parties'>;

export function aroundParty(call: Call, party: Party): AroundParty {
  const { stage } = call;
  return {
    consult: stage instanceof ConsultStage && stage.by === party ? stage.describe() : null,
    consultFailed: party.consultFailed,
    parties: partiesAround(call, party),
  };
}

/** Of a call between two the desk shows what it always does. Who is beside the caller at another node is told from there. */
function partiesAround(call: Call, party: Party): DeskInteraction['parties'] {
  const there = call.home?.parties ?? [];
  const here = there.length > 0 ? call.members.filter((one) => one !== call.customer) : call.members;
  const beyond = there.filter(({ isMe }) => !isMe);
  if (here.length + beyond.length < 3) return [];
  // Who stands here as in any conversation may be kept out of it at home.
  const placeThere = there.find(({ isMe }) => isMe)?.place ?? 'talking';
  return [
    ...beyond,
    ...here.map((member) => ({
      key: member.leg.key,
      name: call.nameOf(member),
      kind: kindOf(member, call),
      place: member.place === 'kept-out' || member.place === 'consulting' ? member.place : placeThere,
      isMe: member === party,
    })),
  ];
}

function kindOf(member: Party, call: Call): DeskInteraction['parties'][number]['kind'] {
  if (member.supervisor) return 'supervisor';
  if (member === call.customer) return 'customer';
  return member.agentId ? 'agent' : 'outside';
}
