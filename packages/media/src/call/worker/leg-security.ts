/** A leg's SRTP: kept while the keys stay, re-keyed where one of them changes. */
import { SrtpReceiver } from '../../srtp/srtp-receiver.ts';
import { SrtpSender } from '../../srtp/srtp-sender.ts';
import type { RtpSecurity } from '../media-messages.ts';

export class LegSecurity {
  readonly sender: SrtpSender;
  readonly receiver: SrtpReceiver;
  #terms: RtpSecurity;

  constructor(terms: RtpSecurity) {
    this.#terms = terms;
    this.sender = new SrtpSender({ suite: terms.suite, master: keyOf(terms.send) });
    this.receiver = new SrtpReceiver({ suite: terms.suite, master: keyOf(terms.receive) });
  }

  get suite(): RtpSecurity['suite'] {
    return this.#terms.suite;
  }

  change(terms: RtpSecurity): void {
    const { suite, send, receive } = terms;
    const isSameSuite = suite === this.#terms.suite;
    if (!isSameSuite || send !== this.#terms.send) this.sender.rekey({ suite, master: keyOf(send) });
    if (!isSameSuite || receive !== this.#terms.receive)
      this.receiver.rekey({ suite, master: keyOf(receive) });
    this.#terms = terms;
  }
}

function keyOf(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}
