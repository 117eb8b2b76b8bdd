/**
 * E-12 from a desk phone: with a call in hand it holds, and rings somebody on its second line. That is a question about the
 * first: the second line joins the same call, and the customer waits with music. It ends by hanging up the second line, by
 * going back to the first, or by the phone's transfer key (REFER with Replaces).
 */
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { callMembersMax } from '../limits.ts';
import { describe, type IncomingLine } from './admit-call.ts';
import type { LegListener } from './call-leg.ts';
import type { Call } from './call.ts';
import { Consultation, type ConsultOutcome, type SecondLine } from './consultation.ts';
import { Conversation } from './converse.ts';
import { IncomingSipLeg } from './incoming-sip-leg.ts';
import { digitPressed } from './leg-reports.ts';
import { endUnreached } from './next-step.ts';
import type { Party } from './party.ts';
import { followRefer } from './phone-refer.ts';
import { SipLeg } from './sip-leg.ts';
import { comeBack, findTarget, isPerson } from './transfer-call.ts';

export function consultFromPhone(
  call: Call,
  by: Party,
  invite: IncomingInvite,
  srtp: IncomingLine['srtp'],
): void {
  const target = { kind: 'number', number: invite.requestUser } as const;
  if (!(call.stage instanceof Conversation) || call.members.length >= callMembersMax)
    return invite.reject(486);
  const where = findTarget(call, by, target);
  // A queue, a flow or a number of our own takes calls, and gives no advice.
  if ('ok' in where || !isPerson(where)) return invite.reject('ok' in where ? 480 : 404);
  const media = call.media.openRtpLeg({
    key: call.sound.nextLegKey('consult'),
    natAddress: invite.flow.address,
    srtp: srtp ?? 'accept',
  });
  if (media.kind === 'refused') return invite.reject(503);
  const described = describe(media, invite.sdp);
  if (typeof described !== 'string') {
    media.close();
    return invite.reject(488);
  }
  call.services.ladders.claim(invite.sipCallId, call.id, media.key);
  call.run(() => {
    const second = new IncomingSipLeg(invite, media, described);
    // Answered at once: the phone hears how it rings, and may hand over before anybody has answered.
    second.answer();
    if (by === call.customer) call.swapParties();
    const lines = new PhoneLines(call, by, by.leg as SipLeg, second);
    const onNobody = () => comeBack(call, () => endUnreached(call, 'unavailable'));
    lines.begin(new Consultation(call, by, { consulted: where, target, onNobody, lines }));
  });
}

/** The two lines of one phone: its agent is where the line is that is not held. */
class PhoneLines implements SecondLine {
  readonly #call: Call;
  readonly #party: Party;
  readonly #first: SipLeg;
  readonly #second: SipLeg;
  #consultation: Consultation | null = null;

  constructor(call: Call, party: Party, first: SipLeg, second: SipLeg) {
    this.#call = call;
    this.#party = party;
    this.#first = first;
    this.#second = second;
  }

  get lines(): readonly SipLeg[] {
    return [this.#first, this.#second];
  }

  begin(consultation: Consultation): void {
    this.#consultation = consultation;
    const onDigit: LegListener['onDigit'] = (leg, digit) => digitPressed(this.#call, leg.key, { key: digit, way: 'signalling' });
    const onRefer: LegListener['onRefer'] = (_leg, request, referral) =>
      followRefer(this.#call, this.#party.leg, request, referral);
    const run = (act: () => void) => this.#call.run(act);
    // Hanging up the question is going back; hanging up the customer while asking hands it over, as at the desk.
    this.#second.listener = { onDigit, onRefer, onHold: () => run(() => this.#turn()), onGone: () => run(() => this.#end('back')) };
    this.#first.listener = { onDigit, onRefer, onHold: () => run(() => this.#turn()), onGone: () => run(() => this.#end('transfer')) };
    this.#party.leg = this.#second;
    consultation.begin();
  } // prettier-ignore

  leave(outcome: ConsultOutcome): void {
    this.#consultation = null;
    // Handed over, the party leaves with the line it is on; the other line goes with it.
    const [stays, goes] = outcome === 'transfer' ? [this.#second, this.#first] : [this.#first, this.#second];
    this.#party.leg = stays;
    this.#call.listenTo(stays);
    goes.release();
  }

  /** The phone has put one line on hold and taken up the other. */
  #turn(): void {
    const isAsking = !this.#second.isHolding || this.#first.isHolding;
    this.#party.leg = isAsking ? this.#second : this.#first;
    this.#party.place = isAsking ? 'consulting' : 'talking';
    this.#call.sound.arrange();
  }

  #end(outcome: ConsultOutcome): void {
    this.#consultation?.end(outcome);
  }
}
