/**
 * Whether the other node of a visit is still there. It is asked every so often; one that neither answers nor
 * sends sound has died, and one that answers that it knows no such dialog has begun anew.
 */
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { Dialog, DialogEnd } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { SipLeg } from '../calls/sip-leg.ts';
import { visitPatienceMs, visitSilenceMs } from '../limits.ts';
import type { VisitWay } from './visit-way.ts';

/** What goes on by the dialog: a call, or a supervisor's ear. */
export interface PulsedLine {
  after(delayMs: number, wake: () => void): Cancel;
  run(work: () => void): void;
}

export class VisitPulse {
  readonly #line: PulsedLine;
  readonly #leg: SipLeg;
  readonly #way: VisitWay;
  readonly #dialog: Dialog;
  #cancel: Cancel = () => {};
  #isStopped = false;

  static start(line: PulsedLine, leg: SipLeg, way: VisitWay, dialog: Dialog): VisitPulse {
    const pulse = new VisitPulse(line, leg, way, dialog);
    pulse.#next();
    return pulse;
  }

  private constructor(line: PulsedLine, leg: SipLeg, way: VisitWay, dialog: Dialog) {
    this.#line = line;
    this.#leg = leg;
    this.#way = way;
    this.#dialog = dialog;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #next(): void {
    if (!this.#isStopped) this.#cancel = this.#line.after(this.#way.pulseEveryMs, () => this.#ask());
  }

  #ask(): void {
    let isOver = false;
    const heard = (status: number) => {
      if (isOver || this.#isStopped) return;
      isOver = true;
      this.#cancel();
      // RFC 3261 §12.2.1.2: 481 ends the dialog.
      if (status === 481) this.#lost({ by: 'timeout' });
      // 480: it is not linked to the centre, which it may be no longer, or not just now.
      else if (status === 408 || status === 480 || status === 503) this.#listen();
      else this.#next();
    };
    this.#cancel = this.#line.after(visitPatienceMs, () => heard(408));
    this.#way.pulse(heard);
  }

  /** Its signalling is gone: as long as it is heard, people go on talking. */
  #listen(): void {
    void this.#packetsIn().then((before) => {
      if (this.#isStopped) return;
      this.#cancel = this.#line.after(visitSilenceMs, () => {
        void this.#packetsIn().then((after) => {
          if (this.#isStopped) return;
          if (after === before) this.#line.run(() => this.#lost({ by: 'transport' }));
          else this.#next();
        });
      });
    });
  }

  async #packetsIn(): Promise<number> {
    return (await this.#leg.media.statistics()).packetsIn;
  }

  /** Our side of the dialog ends without waiting for an answer to it. */
  #lost(end: DialogEnd): void {
    this.#leg.onEnded(end);
    this.#dialog.bye();
  }
}
