/** The processes that receive faxes on this node: none until a fax comes, one a fax, so many at a time. */
import { hasFaxLibrary } from '@seatgrid/media/fax/fax-library.ts';
import type { FaxOptions } from '@seatgrid/media/fax/fax-messages.ts';
import { startFax, type FaxListener, type FaxReception } from '@seatgrid/media/fax/runtime/start-fax.ts';
import { faxesAtOnceMax } from '../limits.ts';

export class FaxLines {
  /** The media engine's. */
  readonly #bindAddress: string;
  readonly #library: string;
  readonly #running = new Set<FaxReception>();

  constructor({ bindAddress, library }: { readonly bindAddress: string; readonly library: string }) {
    // Who listens on every address is reached at home.
    this.#bindAddress = bindAddress === '0.0.0.0' ? '127.0.0.1' : bindAddress === '::' ? '::1' : bindAddress;
    this.#library = library;
  }

  get bindAddress(): string {
    return this.#bindAddress;
  }

  /** Why no fax can be received now. */
  get hindrance(): 'not-installed' | 'too-many' | undefined {
    if (!hasFaxLibrary(this.#library)) return 'not-installed';
    return this.#running.size >= faxesAtOnceMax ? 'too-many' : undefined;
  }

  receive(options: Omit<FaxOptions, 'bindAddress' | 'library'>, listener: FaxListener): FaxReception {
    const over = () => this.#running.delete(reception);
    const reception = startFax(
      { ...options, bindAddress: this.#bindAddress, library: this.#library },
      {
        onReady: (at) => listener.onReady(at),
        onMissing() {
          over();
          listener.onMissing();
        },
        onEnded(outcome, detail) {
          over();
          listener.onEnded(outcome, detail);
        },
      },
    );
    this.#running.add(reception);
    return reception;
  }
}
