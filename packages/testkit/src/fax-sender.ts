/** A fax machine that calls: spandsp as the sending terminal, and its line on a test phone’s call. */
import { codecOf } from '@seatgrid/media/audio/g711.ts';
import { FaxLine } from '@seatgrid/media/fax/fax-line.ts';
import { openFaxTerminal, type FaxTerminal } from '@seatgrid/media/fax/spandsp.ts';
import { OutgoingStream } from '@seatgrid/media/rtp/outgoing-stream.ts';
import type { PhoneCall } from './test-phone.ts';

export interface FaxToSend {
  /** A TIFF file of one or more pages. */
  readonly path: string;
  /** What the machine calls itself (TSI). */
  readonly identification: string;
}

export function openFaxSender({ path, identification }: FaxToSend): FaxTerminal {
  return openFaxTerminal(true, (t30, library) => {
    library.func('int t30_set_tx_ident(void *t30, const char *id)')(t30, identification);
    const setFile = library.func('void t30_set_tx_file(void *t30, const char *file, int start, int stop)');
    setFile(t30, path, -1, -1);
  });
}

/** The call was answered: from now on the machine has the line, and sends as soon as it hears another. */
export function handToFaxMachine({ rtp }: PhoneCall, machine: FaxTerminal): void {
  const stream = new OutgoingStream({ ssrc: 0x0fa1_0001, sequence: 9, timestamp: 5 });
  rtp.handTo(new FaxLine(machine, codecOf(rtp.law), stream, performance.now()));
}
