/** Provisional answers that are sure to arrive (RFC 3262 §3): one at a time, each repeated until its PRACK. */
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import { repeatAnswer, type AnswerRepeat } from '../dialog/answer-repeat.ts';
import { decimalOf } from '../message/scanner.ts';
import type { SipRequest } from '../message/sip-message.ts';
import { headerLine } from '../message/write-message.ts';
import type { TimerQueue } from '../transaction/timer-queue.ts';

export interface Provisional {
  readonly status: number;
  readonly sdp: string;
}

export interface ReliableProgressWays {
  readonly timers: TimerQueue;
  readonly random: Random;
  /** Sends it with these lines, and returns what sends the same again. */
  send(provisional: Provisional, lines: string): () => void;
  /** No PRACK came for 64*T1. */
  onGivenUp(): void;
}

export class ReliableProgress {
  readonly #ways: ReliableProgressWays;
  readonly #inviteCseq: number;
  #rseq: number;
  #sent: { readonly provisional: Provisional; readonly repeat: AnswerRepeat } | undefined;
  #waiting: Provisional[] = [];

  constructor(ways: ReliableProgressWays, inviteCseq: number) {
    this.#ways = ways;
    this.#inviteCseq = inviteCseq;
    // RFC 3262 §3: the first number is drawn from 1 to 2^31 - 1.
    this.#rseq = randomInteger(ways.random, 0x7fff_ffff);
  }

  send(provisional: Provisional): void {
    // RFC 3262 §3: no second one before the first is acknowledged.
    if (this.#sent) this.#waiting.push(provisional);
    else this.#send(provisional);
  }

  /** RFC 3262 §3: no 2xx while a description is on its way unacknowledged. */
  get isAnswerHeldBack(): boolean {
    return [this.#sent?.provisional, ...this.#waiting].some((one) => one !== undefined && one.sdp !== '');
  }

  /** What the PRACK acknowledges; undefined where it names nothing that waits. */
  acknowledge(prack: SipRequest): Provisional | undefined {
    const sent = this.#sent;
    const [rseq, cseq, method] = (prack.field('RAck') ?? '').trim().split(/\s+/);
    // RFC 3262 §3: the RAck names response number, INVITE number and method.
    const isNamed =
      decimalOf(rseq ?? '') === this.#rseq &&
      decimalOf(cseq ?? '') === this.#inviteCseq &&
      method === 'INVITE';
    if (!sent || !isNamed) return undefined;
    sent.repeat.stop();
    this.#sent = undefined;
    const next = this.#waiting.shift();
    if (next) this.#send(next);
    return sent.provisional;
  }

  stop(): void {
    this.#sent?.repeat.stop();
    this.#sent = undefined;
    this.#waiting = [];
  }

  #send(provisional: Provisional): void {
    const { timers, onGivenUp } = this.#ways;
    const lines = headerLine('Require', '100rel') + headerLine('RSeq', String(++this.#rseq));
    const again = this.#ways.send(provisional, lines);
    const repeat = repeatAnswer(timers, { send: again, onGivenUp, intervalMsMax: Infinity });
    this.#sent = { provisional, repeat };
  }
}
