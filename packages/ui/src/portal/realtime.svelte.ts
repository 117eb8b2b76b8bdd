import { realtimeFrameSchema, type RealtimeFrame } from '@seatgrid/contracts/realtime/frames.ts';
import type { Noun } from '@seatgrid/core/context/access.ts';
import { LiveSocket, ownSocketUrl } from '../runtime/live-socket.svelte.ts';
import { now } from '../runtime/now.svelte.ts';

/** What the centre tells a page as it happens: which nouns have changed, and what each portal keeps of the rest. */
export abstract class Realtime {
  readonly #listeners = new Set<(noun: Noun) => void>();
  readonly #socket = new LiveSocket({
    url: () => ownSocketUrl('/api/realtime'),
    onmessage: (data) => this.#receive(data),
  });

  open(): void {
    this.#socket.open();
  }

  close(): void {
    this.#socket.close();
    this.forget();
  }

  get isLive(): boolean {
    return this.#socket.isLive;
  }

  get heardAtMs(): number | undefined {
    return this.#socket.heardAtMs;
  }

  /** Calls `tell` when one of these nouns has changed; returns what stops that. */
  onChanged(nouns: readonly Noun[], tell: () => void): () => void {
    const listener = (noun: Noun) => nouns.includes(noun) && tell();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected abstract keep(frame: RealtimeFrame): void;
  protected abstract forget(): void;

  #receive(data: unknown): void {
    const frame = realtimeFrameSchema.safeParse(data);
    // A newer centre may say what this page does not know yet: that is no fault of the page.
    if (!frame.success) return;
    if (frame.data.kind === 'beat') now.heard(frame.data.atMs);
    else if (frame.data.kind === 'changed') for (const listener of this.#listeners) listener(frame.data.noun);
    else this.keep(frame.data);
  }
}
