/** What the home of a call that is served here tells of those around the agent: whom it asks for advice, and who else is in the call. */
import type { VisitWord } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { Call } from '../calls/call.ts';
import { Conversation } from '../calls/converse.ts';
import { HomeConsultation } from './home-consultation.ts';

export function hearAround(call: Call, { consult, consultFailed }: VisitWord & { kind: 'around' }): void {
  const { stage, partner } = call;
  const told = consult && { ...consult, sinceMs: call.services.clock.nowMs() };
  if (stage instanceof HomeConsultation) {
    if (told) stage.hear(told);
    else return stage.over(consultFailed);
  } else if (told && partner && stage instanceof Conversation)
    new HomeConsultation(call, partner, told).begin();
  else if (partner) partner.consultFailed = consultFailed;
  call.tellSeats();
}
