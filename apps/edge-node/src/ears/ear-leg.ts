/** The leg of a supervisor whose node is another, in the call of an agent of ours: the way to that node, and the dialog both speak in. */
import type { SupervisionState } from '@seatgrid/contracts/supervision/supervision-messages.ts';
import type { EarWord } from '@seatgrid/contracts/visit/ear-words.ts';
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type { DialogEnd, IncomingInvite, SipPart } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { ReleaseCause } from '../calls/call-leg.ts';
import { IncomingSipLeg } from '../calls/incoming-sip-leg.ts';
import { visitBytesMax } from '../limits.ts';
import type { Inspection } from '../supervision/inspection.ts';
import { supervise } from '../supervision/supervise.ts';
import { statusOfSupervision } from '../supervision/supervision-outcome.ts';
import type { Call } from '../calls/call.ts';
import { VisitPulse } from '../visits/visit-pulse.ts';
import { DialogWay } from '../visits/visit-way.ts';
import { readEarWord, sayEarWord } from './ear-words.ts';

export class EarLeg extends IncomingSipLeg {
  /** Set once, before it is answered. */
  inspection!: Inspection;
  readonly #call: Call;
  readonly #way = new DialogWay(() => this.dialog);
  #pulse: VisitPulse | null = null;

  constructor(call: Call, invite: IncomingInvite, sound: { readonly media: RtpLeg; readonly sdp: string }) {
    super(invite, sound.media, sound.sdp);
    this.#call = call;
  }

  override answer(): void {
    super.answer();
    if (this.dialog) this.#pulse ??= VisitPulse.start(this.#call, this, this.#way, this.dialog);
  }

  override release(cause?: ReleaseCause): void {
    this.#pulse?.stop();
    super.release(cause);
  }

  override onEnded(end: DialogEnd): void {
    this.#pulse?.stop();
    super.onEnded(end);
  }

  tell({ inspection, endedWhy }: Omit<SupervisionState, 'atMs'>): void {
    const atMs = this.#call.services.clock.nowMs();
    const word: EarWord = { kind: 'state', atMs, inspection, endedWhy };
    const isTooLarge = Buffer.byteLength(JSON.stringify(word)) > visitBytesMax;
    if (!isTooLarge || !inspection) return sayEarWord(this.dialog, word);
    const customer = { ...inspection.customer, path: [], collected: {} };
    sayEarWord(this.dialog, { ...word, inspection: { ...inspection, customer } });
  }

  onInfo(info: SipPart): number | Promise<number> | undefined {
    const word = readEarWord(info, this.#call.services.log);
    return word ? this.#hear(word) : word === null ? 400 : undefined;
  }

  #hear(word: EarWord): number | Promise<number> {
    const { inspection } = this;
    const { supervisor, call } = inspection;
    switch (word.kind) {
      case 'begin':
        if (supervisor.ringing !== inspection) return 491;
        call.run(() => inspection.begin());
        return 200;
      case 'hold':
        this.isHolding = word.isHolding;
        this.listener.onHold(this);
        return 200;
      case 'act':
        return supervise(call.services.hub, supervisor, word.act).then(statusOfSupervision);
      case 'state':
        return 400;
    }
  }
}
