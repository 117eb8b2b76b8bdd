/**
 * E-12 from a desk phone: with a call in hand it holds, and rings somebody on its second line. That is a question about the
 * first: the second line joins the same call, and the customer waits with music. It ends by hanging up the second line, by
 * going back to the first, or by the phone's transfer key (REFER with Replaces).
 */
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { TransferTarget } from '@seatgrid/contracts/journal/journal-event.ts';
import { statusOfRefusal } from '../agents/refusal-status.ts';
import { callMembersMax } from '../limits.ts';
import { describe, type IncomingLine } from './admit-call.ts';
import type { LegListener } from './call-leg.ts';
import type { Call } from './call.ts';
import { ConsultStage, type ConsultOutcome, type SecondLine } from './consult-stage.ts';
import { consultAtHome } from './consult.ts';
import { Consultation } from './consultation.ts';
import { Conversation } from './converse.ts';
import { IncomingSipLeg } from './incoming-sip-leg.ts';
import { digitPressed } from './leg-reports.ts';
import { endUnreached } from './next-step.ts';
import type { Party } from './party.ts';
import { followRefer } from './phone-refer.ts';
import { SipLeg } from './sip-leg.ts';
import { comeBack, findTarget, isBeside, isPerson } from './transfer-call.ts';

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
  if (call.home && !isBeside(where)) return void askHome(call, by, { invite, srtp, target });
  // A queue, a flow or a number of our own takes calls, and gives no advice.
  if ('ok' in where || !isPerson(where)) return invite.reject('ok' in where ? 480 : 404);
  const second = openSecond(call, invite, srtp);
  if (!second) return;
  call.run(() => {
    // Answered at once: the phone hears how it rings, and may hand over before anybody has answered.
    second.answer();
    if (by === call.customer) call.swapParties();
    const onNobody = () => comeBack(call, () => endUnreached(call, 'unavailable'));
    const consultation = new Consultation(call, by, { consulted: where, target, onNobody });
    new PhoneLines(call, by, by.leg as SipLeg, second).begin(consultation);
    consultation.begin();
  });
}

/** The line is answered once the other node rings whoever is meant. */
async function askHome(
  call: Call,
  by: Party,
  asked: {
    readonly invite: IncomingInvite;
    readonly srtp: IncomingLine['srtp'];
    readonly target: TransferTarget;
  },
): Promise<void> {
  const { invite, srtp, target } = asked;
  let isCancelled = false;
  invite.onCancelled = () => (isCancelled = true);
  const outcome = await consultAtHome(call, by, target);
  const { stage } = call;
  const isAsking = outcome.ok && !call.isEnded && stage instanceof ConsultStage && stage.by === by;
  if (isCancelled) return isAsking ? void stage.end('back') : undefined;
  if (!isAsking) return invite.reject(outcome.ok ? 480 : statusOfRefusal(outcome.code));
  const second = openSecond(call, invite, srtp);
  if (!second) return void stage.end('back');
  call.run(() => {
    second.answer();
    new PhoneLines(call, by, by.leg as SipLeg, second).begin(stage);
    call.sound.arrange();
  });
}

/** Undefined: the INVITE is refused. */
function openSecond(
  call: Call,
  invite: IncomingInvite,
  srtp: IncomingLine['srtp'],
): IncomingSipLeg | undefined {
  const media = call.media.openRtpLeg({
    key: call.sound.nextLegKey('consult'),
    natAddress: invite.flow.address,
    srtp: srtp ?? 'accept',
  });
  if (media.kind === 'refused') return void invite.reject(503);
  const described = describe(media, invite.sdp);
  if (typeof described !== 'string') {
    media.close();
    return void invite.reject(488);
  }
  call.services.ladders.claim(invite.sipCallId, call.id, media.key);
  return new IncomingSipLeg(invite, media, described);
}

/** The two lines of one phone: its agent is where the line is that is not held. */
class PhoneLines implements SecondLine {
  readonly #call: Call;
  readonly #party: Party;
  readonly #first: SipLeg;
  readonly #second: SipLeg;
  #consultation: ConsultStage | null = null;

  constructor(call: Call, party: Party, first: SipLeg, second: SipLeg) {
    this.#call = call;
    this.#party = party;
    this.#first = first;
    this.#second = second;
  }

  get lines(): readonly SipLeg[] {
    return [this.#first, this.#second];
  }

  begin(consultation: ConsultStage): void {
    this.#consultation = consultation;
    consultation.takeLine(this);
    const onDigit: LegListener['onDigit'] = (leg, digit) => digitPressed(this.#call, leg.key, { key: digit, way: 'signalling' });
    const onRefer: LegListener['onRefer'] = (_leg, request, referral) =>
      followRefer(this.#call, this.#party.leg, request, referral);
    const run = (act: () => void) => this.#call.run(act);
    // Hanging up the question is going back; hanging up the customer while asking hands it over, as at the desk.
    this.#second.listener = { onDigit, onRefer, onHold: () => run(() => this.#turn()), onGone: () => run(() => this.#end('back')) };
    this.#first.listener = { onDigit, onRefer, onHold: () => run(() => this.#turn()), onGone: () => run(() => this.#end('transfer')) };
    this.#party.leg = this.#second;
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
    this.#consultation?.turn(isAsking);
  }

  #end(outcome: ConsultOutcome): void {
    void this.#consultation?.end(outcome);
  }
}
