/** What the home of a call, and the host that serves it, tell each other of it, at the home: whatever way the words go. */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { VisitWord } from '@seatgrid/contracts/visit/visit-messages.ts';
import { aroundParty } from '../calls/around-party.ts';
import type { CallLeg } from '../calls/call-leg.ts';
import type { Call } from '../calls/call.ts';
import { hearHost } from './hear-host.ts';
import { dataOf, takeData } from './visit-data.ts';
import type { VisitWay } from './visit-way.ts';

/** A caller passed on by the home hears nothing of the end of the visit. */
const passedOn: EndReason = { party: 'agent', code: 'transferred' };

export class HostTalk {
  toldReason: EndReason | undefined;
  /** The caller is to wait for another: the host says so, or is gone. */
  comesBack = false;
  /** B-02: the flow that ran there is over, and what it found is known. */
  hasReturned = false;
  readonly way: VisitWay;
  readonly #call: Call;
  readonly #leg: CallLeg;
  /** Whoever is there serves nobody yet. */
  #isAside: boolean;
  /** What the host was told last of those around. */
  #around = JSON.stringify({ consult: null, consultFailed: null, parties: [] });

  constructor(call: Call, leg: CallLeg, at: { readonly isAside: boolean; readonly way: VisitWay }) {
    this.#call = call;
    this.#leg = leg;
    this.#isAside = at.isAside;
    this.way = at.way;
  }

  handedOver(): void {
    if (!this.#isAside) return;
    this.#isAside = false;
    const isRecorded = this.#call.sound.recording.isWantedAtHost(this.#call.queue);
    this.way.say({ kind: 'handed-over', isRecorded });
  }

  dataChanged(): void {
    this.way.say({ kind: 'data', data: dataOf(this.#call) });
  }

  partiesChanged(): void {
    const party = this.#call.parties.find(({ leg }) => leg === this.#leg);
    if (!party) return;
    const around = aroundParty(this.#call, party);
    const told = JSON.stringify(around);
    if (told === this.#around) return;
    this.#around = told;
    this.way.say({ kind: 'around', ...around });
  }

  /** The visit is over, because the home says so. */
  sayEnded(onAnswer?: () => void): void {
    const reason = this.#call.endReason ?? passedOn;
    this.way.say({ kind: 'ended', reason, comesBack: false }, onAnswer);
  }

  hear(word: VisitWord): number | Promise<number> {
    if (word.kind === 'handed-over' || word.kind === 'around') return 400;
    if (word.kind !== 'ended') return hearHost(this.#call, this.#leg, word);
    this.toldReason = word.reason;
    this.comesBack = word.comesBack;
    if (word.returned) {
      takeData(this.#call, word.returned);
      this.hasReturned = true;
    }
    return 200;
  }
}
