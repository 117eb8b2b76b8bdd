/**
 * The composition root of a process that receives one fax: the C library, a socket towards the engine, the real clock. It is
 * started when a fax comes and gone when it has come; a fault in native code costs this fax and nothing else.
 */
import { createSocket, type Socket } from 'node:dgram';
import { statSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { setPriority } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { codecOf } from '../../audio/g711.ts';
import { Pacer, slotsPerFrame } from '../../call/worker/pacer.ts';
import { systemRandom } from '../../call/runtime/system-random.ts';
import { faxLookEveryMs, faxMsMax, faxOctetsMax, faxPagesMax, faxProcessOctetsMax } from '../../limits.ts';
import { OutgoingStream } from '../../rtp/outgoing-stream.ts';
import { isRtcp, readUint32 } from '../../rtp/rtp-packet.ts';
import { faxEndingOf, type FaxEnding } from '../fax-ending.ts';
import { FaxLibraryMissing } from '../fax-library.ts';
import { FaxLine } from '../fax-line.ts';
import type { FaxOptions, FromFax, ToFax } from '../fax-messages.ts';
import type { FaxTerminal } from '../spandsp.ts';

const clock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};

/** As a media worker has it: a modem waits for no one. */
const nice = -10;

class FaxProcess {
  readonly #options: FaxOptions;
  readonly #terminal: FaxTerminal;
  readonly #socket: Socket;
  readonly #line: FaxLine;
  readonly #pacer: Pacer;
  #far: { readonly address: string; readonly port: number } | undefined;
  #isOver = false;

  constructor(options: FaxOptions, terminal: FaxTerminal) {
    this.#options = options;
    this.#terminal = terminal;
    const start = systemRandom.bytes(10);
    const stream = new OutgoingStream({
      ssrc: readUint32(start, 0),
      timestamp: readUint32(start, 4),
      sequence: (start[8]! << 8) | start[9]!,
    });
    this.#line = new FaxLine(terminal, codecOf(options.law), stream, clock.nowMs());
    this.#pacer = new Pacer(clock, (slot) => {
      if (slot % slotsPerFrame === 0) this.#frame();
    });
    this.#socket = createSocket(isIPv6(options.bindAddress) ? 'udp6' : 'udp4');
  }

  open(): void {
    this.#socket.on('error', () => this.end('fault'));
    this.#socket.bind(0, this.#options.bindAddress, () => {
      const { address, port } = this.#socket.address();
      tell({ kind: 'ready', address, port });
    });
  }

  begin(far: { readonly address: string; readonly port: number }): void {
    this.#far = far;
    const believed = this.#options.bindAddress;
    this.#socket.on('message', (packet, from) => {
      // The engine's leg is on this machine, and speaks from the port it hears at.
      if (from.port !== far.port || this.#isOver || isRtcp(packet)) return;
      if (from.address !== far.address && from.address !== believed) return;
      this.#line.receive(packet, clock.nowMs());
      this.#look();
    });
    this.#pacer.start();
    clock.after(faxMsMax, () => this.end('too-long'));
    this.#review();
  }

  lineLost(): void {
    this.#terminal.lineLost();
    this.end('line-lost');
  }

  /** Once. `ending`: why, where it was not T.30 that ended it. */
  end(ending?: FaxEnding): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pacer.stop();
    if (ending) this.#terminal.lineLost();
    const { completion, pagesReceived, bitRate, hasErrorCorrection } = this.#terminal.state;
    const { farIdentification } = this.#terminal;
    this.#terminal.close();
    // Whose last page was taken before the line went has all of it.
    const isWhole = ending === 'line-lost' && completion === 0 && pagesReceived > 0;
    lastWord({
      kind: 'ended',
      outcome: {
        ending: ending && !isWhole ? ending : faxEndingOf(completion, farIdentification !== ''),
        pages: pagesReceived,
        farIdentification,
        bitRate,
        hasErrorCorrection,
      },
    });
  }

  #frame(): void {
    if (this.#isOver || !this.#far) return;
    this.#socket.send(this.#line.frame(clock.nowMs()), this.#far.port, this.#far.address);
    this.#look();
  }

  #look(): void {
    if (!this.#isOver && !this.#terminal.state.isActive) this.end();
  }

  #review(): void {
    if (this.#isOver) return;
    const octets = statSync(this.#options.path, { throwIfNoEntry: false })?.size ?? 0;
    const isTooMuch = octets > faxOctetsMax || this.#terminal.state.pagesReceived >= faxPagesMax;
    if (isTooMuch || process.memoryUsage.rss() > faxProcessOctetsMax) this.end('too-long');
    else clock.after(faxLookEveryMs, () => this.#review());
  }
}

let fax: FaxProcess | undefined;

process.on('message', (message: ToFax) => {
  if (message.kind === 'open') void open(message.options);
  else if (message.kind === 'begin') fax?.begin(message);
  else fax?.lineLost();
});
// The node is gone: what came is brought to its end.
process.on('disconnect', () => (fax ? fax.end('line-lost') : process.exit()));
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

async function open(options: FaxOptions): Promise<void> {
  try {
    setPriority(nice);
  } catch {
    // Only the privileged may.
  }
  try {
    const { openFaxReceiver } = await import('../spandsp.ts');
    fax = new FaxProcess(options, openFaxReceiver(options.path, options));
    fax.open();
  } catch (error) {
    if (!(error instanceof FaxLibraryMissing) && !isModuleMissing(error)) throw error;
    lastWord({ kind: 'missing' });
  }
}

/** koffi brings its native part for the machines it knows. */
function isModuleMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).includes('MODULE_NOT_FOUND');
}

function tell(message: FromFax): void {
  if (process.connected) process.send!(message);
}

/** Sockets and timers go with the process. */
function lastWord(message: FromFax): void {
  if (process.connected) process.send!(message, () => process.exit());
  else process.exit();
}
