/** The REFERs of one dialog (RFC 3515): each is followed, and told of by a subscription of its own. */
import { sipReferralSecondsMax } from '../../limits.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { headerLine } from '../message/write-message.ts';
import type { AgentCore, Outcome } from './agent-core.ts';
import { readRefer } from './refer-to.ts';
import { OpenReferral, silentReferral, type ReferralWays } from './referral.ts';
import { findReplaced } from './replaces.ts';
import type { DialogListener } from './sip-user-agent.ts';

export class Referrals {
  readonly #core: AgentCore;
  readonly #notify: ReferralWays['notify'];
  readonly #open = new Map<string, OpenReferral>();
  #count = 0;

  constructor(core: AgentCore, notify: ReferralWays['notify']) {
    this.#core = core;
    this.#notify = notify;
  }

  /** `answer` is given the status before anything is told of the reference. */
  onRefer(
    request: SipRequest,
    listener: DialogListener,
    answer: (status: number, lines?: string) => void,
  ): void {
    const target = readRefer(request);
    if (!target || target.replaces === 'malformed') return answer(400);
    const { replaces, ...rest } = target;
    // RFC 4488 §4: told so, we need not notify, and say that we will not.
    const isSilent = /^\s*false\b/i.test(request.field('Refer-Sub') ?? '');
    const referral = isSilent ? silentReferral : this.#begin(request.cseq);
    const asked = replaces ? { ...rest, replaces: { dialog: findReplaced(this.#core, replaces) } } : rest;
    const status = listener.onRefer?.(asked, referral) ?? 603;
    answer(status, isSilent && status < 300 ? headerLine('Refer-Sub', 'false') : '');
    if (!(referral instanceof OpenReferral)) return;
    if (status < 300) referral.begin();
    else referral.abandon();
  }

  /** The referrer wants to hear for longer, or no more. `contactLine`: RFC 6665 §4.2.1.1. */
  onSubscribe(request: SipRequest, contactLine: string): Outcome & { readonly thenTell?: () => void } {
    const event = request.field('Event')?.replaceAll(/\s/g, '').toLowerCase() ?? '';
    // RFC 6665 §4.2.1: what we tell of, and of nothing else.
    if (!/^refer(;|$)/.test(event)) return { status: 489, lines: headerLine('Allow-Events', 'refer') };
    const referral = this.#open.get(event);
    if (!referral || referral.isOver) return { status: 481 };
    const asked = /^\d{1,10}$/.exec(request.field('Expires')?.trim() ?? '')?.[0];
    const seconds = Math.min(Number(asked ?? sipReferralSecondsMax), sipReferralSecondsMax);
    return {
      status: 200,
      lines: headerLine('Expires', String(seconds)) + contactLine,
      thenTell: () => referral.extend(seconds),
    };
  }

  #begin(cseq: number): OpenReferral {
    const referral = new OpenReferral({
      timers: this.#core.timers,
      clock: this.#core.clock,
      // RFC 3515 §2.4.6: each further REFER of a dialog is told apart by its number.
      event: this.#count++ === 0 ? 'refer' : `refer;id=${cseq}`,
      notify: this.#notify,
    });
    for (const [event, { isOver }] of this.#open) if (isOver) this.#open.delete(event);
    this.#open.set(referral.event, referral);
    return referral;
  }
}
