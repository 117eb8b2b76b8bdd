/** Somebody becomes part of a call: the one who serves the customer, or one more beside them. */
import type { Call } from './call.ts';
import { IncomingSipLeg } from './incoming-sip-leg.ts';
import type { Party } from './party.ts';

/** The two talk with each other from now on. */
export function joinCall(call: Call, partner: Party): void {
  const nowMs = call.services.clock.nowMs();
  connect(call, partner);
  partner.joinedAtMs = nowMs;
  call.talk.start(nowMs);
  recordServing(call, partner, call.customer!);
  if (partner.agentId) call.home?.servedBy(partner.agentId);
  call.tellReferrer(200);
}

/** They hear each other, and nothing is said yet of who serves whom. */
export function connect(call: Call, partner: Party): void {
  const customer = call.customer!;
  call.sound.stopSpeech();
  call.answer();
  // A desk phone that dialled hears its own answer now.
  if (partner.leg instanceof IncomingSipLeg) partner.leg.answer();
  call.partner = partner;
  call.sound.silenceTones();
  call.listenTo(customer.leg);
  call.listenTo(partner.leg);
  customer.joinedAtMs ??= call.services.clock.nowMs();
  call.sound.arrange();
  for (const party of [customer, partner]) if (party.agentId) call.sound.belongs(party.leg, party.agentId);
}

/** Who serves whom from now on: told to the record, and to the recording. */
export function recordServing(call: Call, partner: Party, customer: Party): void {
  call.record({
    kind: 'call.bridged',
    callId: call.id,
    agentId: partner.agentId ?? customer.agentId,
    queueId: call.queue?.id ?? null,
  });
  const { tenant, facts, services } = call;
  if (partner.agentId && facts.direction === 'inbound')
    services.answers.note(tenant, facts.fromNumber, partner.agentId);
  if ((partner.agentId || partner.supervisor) && !call.customerLeft)
    call.sound.recording.conversationBegan(partner.agentId, call.queue);
  partner.leg.handedOver?.();
}

/** One more party, where it stands already. */
export function addParty(call: Call, party: Party): void {
  call.others.push(party);
  call.listenTo(party.leg);
  if (party.agentId) call.sound.belongs(party.leg, party.agentId);
  call.sound.arrange();
}
