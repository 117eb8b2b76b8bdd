/**
 * Keeps a session alive (RFC 4028) for its dialog: what was agreed, a sign of life when it is ours to give, by UPDATE where the
 * other side knows it and by re-INVITE where not, and the end where none comes.
 */
import type { DialogState } from '../dialog/dialog-state.ts';
import {
  agreedBy,
  askedLines,
  judgeInterval,
  widened,
  type JudgedInterval,
  type SessionTerms,
  type WantedInterval,
} from '../dialog/session-interval.ts';
import { SessionTimer, type SessionDuties } from '../dialog/session-timer.ts';
import type { SipRequest, SipResponse } from '../message/sip-message.ts';
import type { AgentCore } from './agent-core.ts';
import { sendInDialog } from './in-dialog-request.ts';
import { supportedLine } from './inspect-request.ts';
import type { Reinviting } from './reinvite.ts';
import type { SentRequest } from './sent-request.ts';
import type { DialogListener } from './sip-user-agent.ts';

/** The dialog whose session it is. */
export interface SessionOwner {
  readonly core: AgentCore;
  readonly state: DialogState;
  readonly localUser: string;
  readonly listener: DialogListener;
  /** Made when it is needed: most calls end as they began. */
  readonly reinviting: Reinviting;
  /** The other side has lost the dialog, or does not answer. */
  onSessionLost(): void;
  /** No sign of life came in time. */
  onSessionExpired(): void;
}

export class SessionKeeper implements SessionDuties {
  readonly #owner: SessionOwner;
  readonly #timer: SessionTimer;
  #interval: WantedInterval;
  #knowsUpdate = false;
  #isRefreshing = false;
  #isOver = false;

  constructor(owner: SessionOwner, interval: WantedInterval) {
    this.#owner = owner;
    this.#interval = interval;
    this.#timer = new SessionTimer(owner.core.timers, this);
  }

  /** What stands in each INVITE and UPDATE of ours within the dialog. */
  lines(): string {
    const { core, state, localUser } = this.#owner;
    const asked = askedLines(this.#interval, this.#timer.terms?.refresher);
    return core.contactLine(state.flow, localUser) + supportedLine + asked;
  }

  /** Their INVITE, re-INVITE or UPDATE. */
  judge(request: SipRequest): JudgedInterval {
    return judgeInterval(request, this.#interval, this.#timer.terms?.refresher);
  }

  /** Theirs was accepted. */
  agree(request: SipRequest, terms: SessionTerms): void {
    this.#noteMethods(request);
    this.#timer.restart(terms);
  }

  /** A 2xx to ours. */
  onAccepted(response: SipResponse): void {
    if (this.#isOver) return;
    this.#noteMethods(response);
    this.#timer.restart(agreedBy(response, this.#interval));
  }

  /** Whether a 422 can be met: the lines ask for longer from now on. */
  widen(refusal: SipResponse): boolean {
    const wider = widened(this.#interval, refusal);
    if (wider) this.#interval = wider;
    return wider !== undefined;
  }

  stop(): void {
    this.#isOver = true;
    this.#timer.stop();
  }

  #noteMethods(message: SipRequest | SipResponse): void {
    const fields = message.headers('Allow');
    if (fields.some((field) => field !== '')) this.#knowsUpdate = fields.some(namesUpdate);
  }

  expire(): void {
    this.#owner.onSessionExpired();
  }

  refresh(): void {
    if (this.#isRefreshing) return;
    // A re-INVITE of ours is a refresh as well.
    if (this.#owner.reinviting.isBusy) this.#timer.retry();
    else if (this.#knowsUpdate) this.#refreshByUpdate();
    else this.#refreshByInvite();
  }

  #refreshByUpdate(): void {
    const { core, state } = this.#owner;
    this.#isRefreshing = true;
    // RFC 4028 §7.4: an UPDATE without an offer is the lightest.
    const content = () => ({ lines: this.lines() });
    const sent: SentRequest = sendInDialog(core, state, 'UPDATE', content, (status, response) => {
      if (status === 422 && response && !this.#isOver && this.widen(response)) return sent.sendAgain();
      this.#isRefreshing = false;
      if (this.#isOver) return;
      if (status < 300 && response) {
        state.refreshTarget(response);
        this.onAccepted(response);
      } else if (status === 408 || status === 481) this.#owner.onSessionLost();
      else {
        if (status === 405 || status === 501) this.#knowsUpdate = false;
        this.#timer.retry();
      }
    });
  }

  #refreshByInvite(): void {
    const { reinviting, listener } = this.#owner;
    const offer = listener.onReinvite('');
    if (typeof offer !== 'string') return this.#timer.retry();
    reinviting.start(offer, (outcome) => {
      if (this.#isOver) return;
      if (outcome.ok) listener.onLateAnswer?.(outcome.sdp);
      else this.#timer.retry();
    });
  }
}

/** Whether a list of methods has that of RFC 3311 in it. */
function namesUpdate(methods: string): boolean {
  for (let at = methods.indexOf(update); at >= 0; at = methods.indexOf(update, at + 1))
    if (isBetween(methods.charCodeAt(at - 1)) && isBetween(methods.charCodeAt(at + update.length)))
      return true;
  return false;
}

const update = 'UPDATE';

/** A comma, a blank, or nothing any more. */
function isBetween(code: number): boolean {
  return code === 44 || code <= 32 || Number.isNaN(code);
}
