/** Our re-INVITE (RFC 3261 §14.1): one at a time, acknowledged, tried once more where it collided with theirs. */
import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import type { DialogState } from '../dialog/dialog-state.ts';
import type { SipResponse } from '../message/sip-message.ts';
import type { Timer } from '../transaction/timer-queue.ts';
import type { Acknowledgement } from './acknowledgement.ts';
import type { AgentCore } from './agent-core.ts';
import { sendInDialog } from './in-dialog-request.ts';
import type { SentRequest } from './sent-request.ts';
import type { Dialog } from './sip-user-agent.ts';

export type ReinviteOutcome = Awaited<ReturnType<Dialog['reinvite']>>;

export interface ReinviteWays {
  readonly core: AgentCore;
  readonly state: DialogState;
  /** Who made the Call-ID: RFC 3261 §14.1 lets that side wait longer after a collision. */
  readonly isCaller: boolean;
  lines(): string;
  /** Runs when the ACK of a 2xx of ours is here. */
  whenAcknowledged(act: () => void): void;
  acknowledge(cseq: number, authorization: string, body: string): Acknowledgement;
  /** 2xx, told before whoever asked. */
  onAccepted(response: SipResponse): void;
  /** A 422 that can be met: the lines will ask for longer. */
  canWiden(response: SipResponse): boolean;
  /** RFC 3261 §12.2.1.2: the other side has lost the dialog, or is gone. */
  onLost(): void;
}

export class Reinviting {
  /** Out, and without a final response; between two attempts it is not. */
  isOut = false;
  readonly #ways: ReinviteWays;
  #settle: ((outcome: ReinviteOutcome) => void) | undefined;
  #retry: Timer | undefined;

  constructor(ways: ReinviteWays) {
    this.#ways = ways;
  }

  get isBusy(): boolean {
    return this.#settle !== undefined;
  }

  start(sdp: string, settle: (outcome: ReinviteOutcome) => void): void {
    this.#settle = settle;
    this.#ways.whenAcknowledged(() => this.#send(sdp, 'first'));
  }

  /** The dialog is over. */
  stop(): void {
    this.#ways.core.timers.cancel(this.#retry);
    this.#finish({ ok: false, status: 481 });
  }

  #send(sdp: string, attempt: 'first' | 'second'): void {
    if (!this.#settle) return;
    this.isOut = true;
    const ways = this.#ways;
    let acknowledgement: Acknowledgement | undefined;
    const content = () => ({ lines: ways.lines(), body: sdp });
    const sent: SentRequest = sendInDialog(ways.core, ways.state, 'INVITE', content, (status, response) => {
      if (acknowledgement) {
        if (status < 300) acknowledgement.again();
        return;
      }
      if (status === 422 && response && this.#settle && ways.canWiden(response)) return sent.sendAgain();
      this.isOut = false;
      if (status < 300 && response) {
        acknowledgement = ways.acknowledge(response.cseq, sent.authorization, '');
        ways.onAccepted(response);
        this.#finish({ ok: true, sdp: response.sdp });
        return;
      }
      const delayMs = attempt === 'first' && this.#settle ? this.#delayOf(status, response) : undefined;
      if (delayMs !== undefined) this.#sendLater(sdp, delayMs);
      else {
        this.#finish({ ok: false, status });
        if (status === 408 || status === 481) ways.onLost();
      }
    });
  }

  /** How long a refused offer waits for its second try; undefined where it has none. */
  #delayOf(status: number, response: SipResponse | undefined): number | undefined {
    const { core, isCaller } = this.#ways;
    // RFC 3261 §14.1: the owner of the Call-ID waits 2.1 to 4 s, the other 0 to 2 s, in steps of 10 ms.
    if (status === 491)
      return isCaller ? 2_100 + 10 * randomInteger(core.random, 191) : 10 * randomInteger(core.random, 201);
    // RFC 3261 §14.2: busy with an offer of its own, it says within ten seconds when to come again.
    const seconds = status === 500 ? response?.decimal('Retry-After') : undefined;
    return seconds === undefined || seconds > 10 ? undefined : seconds * 1_000;
  }

  #sendLater(sdp: string, delayMs: number): void {
    this.#retry = this.#ways.core.timers.set(delayMs, () => {
      this.#ways.whenAcknowledged(() => this.#send(sdp, 'second'));
    });
  }

  #finish(outcome: ReinviteOutcome): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(outcome);
  }
}
