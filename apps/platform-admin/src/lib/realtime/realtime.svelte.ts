import { realtimeFrameSchema, type NodeHealth } from '@seatgrid/contracts/realtime/frames.ts';
import type { Noun } from '@seatgrid/core/context/access.ts';
import { LiveSocket, now, ownSocketUrl } from '@seatgrid/ui';

/** What the centre tells this page as it happens: how every node is, and which nouns have changed. */
class Realtime {
  /** Undefined before the first word. */
  nodes = $state.raw<readonly NodeHealth[]>();
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
    this.nodes = undefined;
  }

  get isLive(): boolean {
    return this.#socket.isLive;
  }

  get heardAtMs(): number | undefined {
    return this.#socket.heardAtMs;
  }

  /** The centre was heard, and is not any more: what it said of nodes is as of then. */
  get isLost(): boolean {
    return !this.isLive && this.heardAtMs !== undefined;
  }

  /** Calls `tell` when one of these nouns has changed; returns what stops that. */
  onChanged(nouns: readonly Noun[], tell: () => void): () => void {
    const listener = (noun: Noun) => nouns.includes(noun) && tell();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #receive(data: unknown): void {
    const frame = realtimeFrameSchema.safeParse(data);
    // A newer centre may say what this page does not know yet: that is no fault of the page.
    if (!frame.success) return;
    if (frame.data.kind === 'nodes') this.nodes = frame.data.nodes;
    else if (frame.data.kind === 'beat') now.heard(frame.data.atMs);
    else if (frame.data.kind === 'changed') for (const listener of this.#listeners) listener(frame.data.noun);
  }
}

export const realtime = new Realtime();
