/** Rings every phone an agent has registered; the first that answers has the call, the others are told to stop. */
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { OutgoingInvite, SipBinding, SipParty } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { elsewhereRelease, type ReleaseCause } from './call-leg.ts';
import type { CallServices } from './call-services.ts';
import type { Call } from './call.ts';
import { OutgoingSipLeg, type InvitingCall } from './outgoing-sip-leg.ts';

export type ForkOutcome =
  | { readonly kind: 'answered'; readonly leg: OutgoingSipLeg }
  | { readonly kind: 'failed'; readonly isBusy: boolean };

export class PhoneFork {
  readonly #call: Call;
  readonly #agent: Agent;
  readonly #isAutoAnswer: boolean;
  readonly #tell: (outcome: ForkOutcome) => void;
  readonly #ringing = new Set<OutgoingSipLeg>();
  #isBusy = false;
  #isOver = false;

  constructor(call: Call, agent: Agent, isAutoAnswer: boolean, tell: (outcome: ForkOutcome) => void) {
    this.#call = call;
    this.#agent = agent;
    this.#isAutoAnswer = isAutoAnswer;
    this.#tell = tell;
  }

  /** What rings each of them. */
  start(ringTimeoutMs: number): readonly OutgoingInvite[] {
    const call = this.#call;
    const invites: OutgoingInvite[] = [];
    const { phones } = call.services;
    for (const binding of phones.bindingsOf(call.tenant, this.#agent.extension)) {
      const media = call.media.openRtpLeg({
        key: call.sound.nextLegKey('agent'),
        natAddress: binding.flow.address,
        srtp: call.tenant.secrets.get(this.#agent.extension)?.srtp ?? 'accept',
      });
      if (media.kind === 'refused') continue;
      const leg = new OutgoingSipLeg(media, {
        onRinging() {},
        onAnswered: (answered) => call.run(() => this.#answered(answered)),
        onFailed: (failed, status) => call.run(() => this.#failed(failed, status)),
      });
      this.#ringing.add(leg);
      const { extension, name } = this.#agent;
      invites.push(
        ringPhoneAt(call, leg, {
          binding,
          extension,
          name,
          isAutoAnswer: this.#isAutoAnswer,
          ringTimeoutMs,
          from: callerOf(call),
        }),
      );
    }
    // Never at once: whoever started the ring is still busy with it.
    if (this.#ringing.size === 0) call.after(0, () => this.#finish({ kind: 'failed', isBusy: false }));
    return invites;
  }

  cancel(cause?: ReleaseCause): void {
    this.#isOver = true;
    for (const leg of this.#ringing) leg.release(cause);
    this.#ringing.clear();
  }

  #answered(leg: OutgoingSipLeg): void {
    if (this.#isOver) return leg.release();
    this.#ringing.delete(leg);
    for (const other of this.#ringing) other.release(elsewhereRelease);
    this.#ringing.clear();
    this.#finish({ kind: 'answered', leg });
  }

  #failed(leg: OutgoingSipLeg, status: number): void {
    this.#ringing.delete(leg);
    if (status === 486 || status === 600 || status === 603) this.#isBusy = true;
    if (this.#ringing.size === 0) this.#finish({ kind: 'failed', isBusy: this.#isBusy });
  }

  #finish(outcome: ForkOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell(outcome);
  }
}

/** Rings the phone that registered this binding. */
export function ringPhoneAt(
  call: InvitingCall & Pick<Call, 'tenant'> & { readonly services: Pick<CallServices, 'sipHost'> },
  leg: OutgoingSipLeg,
  to: {
    readonly binding: SipBinding;
    readonly extension: string;
    readonly name: string;
    readonly isAutoAnswer: boolean;
    readonly ringTimeoutMs: number;
    readonly from: SipParty;
  },
): OutgoingInvite {
  const { contact: uri, flow, routes } = to.binding;
  return leg.start(call, {
    uri,
    flow,
    routes,
    from: to.from,
    to: { user: to.extension, host: call.tenant.sipDomain, displayName: to.name },
    // RFC 5373 is what few phones know; these two are what they do know.
    ...(to.isAutoAnswer
      ? {
          headers: {
            'Call-Info': `<sip:${call.services.sipHost}>;answer-after=1`,
            'Alert-Info': '<http://localhost>;info=alert-autoanswer;delay=1',
          },
        }
      : {}),
    ringTimeoutMs: to.ringTimeoutMs + 1_000,
  });
}

/** RFC 3323 §4.1.1.3: who is not to be named is called so. */
export function callerOf({ facts, services }: Call): SipParty {
  return facts.fromNumber === ''
    ? { user: 'anonymous', host: 'anonymous.invalid', displayName: 'Anonymous' }
    : { user: facts.fromNumber, host: services.sipHost, displayName: '' };
}
