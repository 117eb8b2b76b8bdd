/**
 * Whether the other node of a visit is still there. It is asked every so often; one that neither answers nor
 * sends sound has died, and one that answers that it knows no such dialog has begun anew.
 */
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { Dialog, DialogEnd } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { Call } from '../calls/call.ts';
import type { SipLeg } from '../calls/sip-leg.ts';
import { visitPatienceMs, visitSilenceMs } from '../limits.ts';
import type { VisitWay } from './visit-way.ts';

export class VisitPulse {
  readonly #call: Call;
  readonly #leg: SipLeg;
  readonly #way: VisitWay;
  readonly #dialog: Dialog;
  #cancel: Cancel = () => {};
  #isStopped = false;

  static start(call: Call, leg: SipLeg, way: VisitWay, dialog: Dialog): VisitPulse {
    const pulse = new VisitPulse(call, leg, way, dialog);
    pulse.#next();
    return pulse;
  }

  private constructor(call: Call, leg: SipLeg, way: VisitWay, dialog: Dialog) {
    this.#call = call;
    this.#leg = leg;
    this.#way = way;
    this.#dialog = dialog;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #next(): void {
    if (!this.#isStopped) this.#cancel = this.#call.after(this.#way.pulseEveryMs, () => this.#ask());
  }

  #ask(): void {
    let isOver = false;
    const heard = (status: number) => {
      if (isOver || this.#isStopped) return;
      isOver = true;
      this.#cancel();
      // RFC 3261 §12.2.1.2: 481 ends the dialog.
      if (status === 481) this.#lost({ by: 'timeout' });
      else if (status === 408 || status === 503) this.#listen();
      else this.#next();
    };
    this.#cancel = this.#call.after(visitPatienceMs, () => heard(408));
    this.#way.pulse(heard);
  }

  /** Its signalling is gone: as long as it is heard, people go on talking. */
  #listen(): void {
    void this.#packetsIn().then((before) => {
      if (this.#isStopped) return;
      this.#cancel = this.#call.after(visitSilenceMs, () => {
        void this.#packetsIn().then((after) => {
          if (this.#isStopped) return;
          if (after === before) this.#call.run(() => this.#lost({ by: 'transport' }));
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
