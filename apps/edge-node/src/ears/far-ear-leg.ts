/** The way from a supervisor's node to the agent's, as their own node has it. */
import type { EarWord } from '@seatgrid/contracts/visit/ear-words.ts';
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type { Dialog, DialogEnd, SipPart } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { ReleaseCause } from '../calls/call-leg.ts';
import { OutgoingSipLeg, type OutgoingLegListener } from '../calls/outgoing-sip-leg.ts';
import type { NodeLog } from '../node-log.ts';
import { VisitPulse, type PulsedLine } from '../visits/visit-pulse.ts';
import { DialogWay } from '../visits/visit-way.ts';
import { readEarWord, sayEarWord } from './ear-words.ts';

export interface EarListener extends PulsedLine {
  /** The status that answers it. */
  hear(word: EarWord): number;
}

export class FarEarLeg extends OutgoingSipLeg {
  readonly #ear: EarListener;
  readonly #log: NodeLog;
  readonly #way = new DialogWay(() => this.dialog);
  #pulse: VisitPulse | null = null;

  constructor(
    media: RtpLeg,
    at: { readonly ear: EarListener; readonly log: NodeLog },
    progress: OutgoingLegListener,
  ) {
    super(media, progress);
    this.#ear = at.ear;
    this.#log = at.log;
  }

  override onAnswered(answer: { readonly sdp: string; readonly dialog: Dialog }): void {
    super.onAnswered(answer);
    if (!this.isReleased) this.#pulse = VisitPulse.start(this.#ear, this, this.#way, answer.dialog);
  }

  override release(cause?: ReleaseCause): void {
    this.#pulse?.stop();
    super.release(cause);
  }

  override onEnded(end: DialogEnd): void {
    this.#pulse?.stop();
    super.onEnded(end);
  }

  say(word: EarWord, onAnswer?: (status: number) => void): void {
    sayEarWord(this.isReleased ? null : this.dialog, word, onAnswer);
  }

  onInfo(info: SipPart): number | undefined {
    const word = readEarWord(info, this.#log);
    return word ? this.#ear.hear(word) : word === null ? 400 : undefined;
  }
}
