/**
 * a caller's machine sends a fax. The call is answered, its sound is led to a process that receives faxes, packet by packet
 * as it comes, and what came is kept in the box; where none can be received the caller is told so.
 */
import type { FaxBox, FaxOutcome } from '@seatgrid/core/faxes/fax-box.ts';
import type { FaxId } from '@seatgrid/core/kernel/ids.ts';
import type { RtpLeg } from '@seatgrid/media/call/media-engine.ts';
import type { FaxOutcome as HeardOutcome } from '@seatgrid/media/fax/fax-messages.ts';
import type { FaxReception } from '@seatgrid/media/fax/runtime/start-fax.ts';
import { faxOffer } from '@seatgrid/media/fax/fax-offer.ts';
import type { CallStage } from '../calls/call-stage.ts';
import type { Call } from '../calls/call.ts';
import { faxWords } from './fax-words.ts';

/** `then`: where a flow goes on; the call ends where absent. */
export function receiveFax(call: Call, box: FaxBox, then?: (outcome: FaxOutcome) => void): void {
  new ReceiveFax(call, box, then).start();
}

class ReceiveFax implements CallStage {
  readonly state = 'in-flow';
  readonly #call: Call;
  readonly #box: FaxBox;
  readonly #then: ((outcome: FaxOutcome) => void) | undefined;
  #reception: FaxReception | undefined;
  #leg: RtpLeg | undefined;

  constructor(call: Call, box: FaxBox, then: ((outcome: FaxOutcome) => void) | undefined) {
    this.#call = call;
    this.#box = box;
    this.#then = then;
  }

  start(): void {
    const call = this.#call;
    const { faxes, faxLines } = call.services;
    call.enter(this);
    call.answer();
    if (faxes.countIn(call.tenant.id, this.#box.id) >= this.#box.faxesMax) {
      this.#missed('box-full');
      return this.#over('full', 0);
    }
    const { hindrance } = faxLines;
    if (hindrance) return this.#cannot(hindrance);
    void this.#listen();
  }

  /** What came so far is a fax too; it is kept when the process has closed it. */
  onCallEnded(): void {
    this.#reception?.lineLost();
  }

  async #listen(): Promise<void> {
    const call = this.#call;
    const { customer } = call;
    if (!customer) return;
    // A recording would put the packets through the mixer's clock.
    call.sound.recording.end();
    const { codec } = await customer.leg.media.statistics();
    call.run(() => this.#receive(codec === 'PCMU' ? 'PCMU' : 'PCMA'));
  }

  #receive(law: 'PCMU' | 'PCMA'): void {
    const call = this.#call;
    const begun = this.#begin();
    if (!begun) return this.#cannot('fault');
    const { faxes, faxLines } = call.services;
    const identification = call.facts.toNumber.slice(0, identificationCharsMax);
    const kept = (outcome: HeardOutcome | undefined) =>
      void faxes
        .ended(begun.id, {
          ending: outcome?.ending ?? 'fault',
          farIdentification: outcome?.farIdentification ?? '',
          isRecovered: false,
        })
        .then((pages) => call.run(() => this.#received(outcome, pages)));
    this.#reception = faxLines.receive(
      { law, path: begun.path, identification },
      {
        onReady: (at) => call.run(() => this.#connect(at, law)),
        onMissing: () => {
          call.services.log.error({ callId: call.id }, 'no fax can be received: apt-get install libspandsp2');
          kept(undefined);
        },
        onEnded: (outcome, detail) => {
          if (!outcome)
            call.services.log.error({ callId: call.id, detail }, 'a fax was lost with its process');
          kept(outcome);
        },
      },
    );
  }

  /** Undefined, and said in the log, where nothing can be written. */
  #begin(): { readonly id: FaxId; readonly path: string } | undefined {
    const { tenant, facts, services, id } = this.#call;
    try {
      return services.faxes.begin({
        tenantId: tenant.id,
        tenantSlug: tenant.tenant.slug,
        timeZone: tenant.tenant.timeZone,
        faxBoxId: this.#box.id,
        faxBoxName: this.#box.name,
        callId: id,
        fromNumber: facts.fromNumber,
      });
    } catch (error) {
      services.log.error({ err: error, callId: id }, 'a fax could not be begun');
      return undefined;
    }
  }

  /** The process is a party of the engine like any phone: whoever hears one leg alone gets its packets as they come. */
  #connect(at: { readonly address: string; readonly port: number }, law: 'PCMU' | 'PCMA'): void {
    const { media, sound, customer, services } = this.#call;
    if (!customer || !this.#reception) return;
    const key = sound.nextLegKey('fax');
    const leg = media.openRtpLeg({ key, natAddress: at.address, codecs: [law], srtp: 'never' });
    const agreed = leg.kind === 'rtp' && leg.answer(faxOffer(at, law));
    if (leg.kind !== 'rtp' || !agreed || !agreed.ok) return this.#reception.lineLost();
    this.#leg = leg;
    media.setHears([
      { leg: customer.leg.key, hears: [key] },
      { leg: key, hears: [customer.leg.key] },
    ]);
    this.#reception.begin({ address: services.faxLines.bindAddress, port: leg.localPort });
  }

  #received(outcome: HeardOutcome | undefined, pages: number): void {
    this.#leg?.close();
    this.#call.sound.hearNothing();
    const isWhole = outcome?.ending === 'complete';
    this.#over(pages === 0 ? 'nothing' : isWhole ? 'received' : 'partial', pages);
  }

  #cannot(why: 'not-installed' | 'too-many' | 'fault'): void {
    if (why === 'not-installed')
      this.#call.services.log.error(
        { callId: this.#call.id },
        'no fax can be received: apt-get install libspandsp2',
      );
    this.#missed(why);
    this.#over('unavailable', 0);
  }

  #missed(why: 'box-full' | 'not-installed' | 'too-many' | 'fault'): void {
    this.#call.record({ kind: 'fax.missed', faxBoxId: this.#box.id, callId: this.#call.id, why });
  }

  /** A flow says itself what it has to say. */
  #over(outcome: FaxOutcome, pages: number): void {
    if (this.#then) return this.#then(outcome);
    const goodbye = () => this.#call.end({ party: 'platform', code: 'flow-ended' }, null);
    if (pages > 0 || outcome === 'received' || outcome === 'partial') return goodbye();
    this.#call.sound.speak([faxWords(outcome, this.#call.language)], goodbye);
  }
}

/** ITU-T T.30 §5.3.6.2.4: twenty characters. */
const identificationCharsMax = 20;
