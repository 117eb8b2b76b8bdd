import { realtimeFrameSchema, type RealtimeFrame } from '@seatgrid/contracts/realtime/frames.ts';
import type { Noun } from '@seatgrid/core/context/access.ts';
import { LiveSocket, now, ownSocketUrl } from '@seatgrid/ui';
import { SvelteMap } from 'svelte/reactivity';

export type FloorFrame = Extract<RealtimeFrame, { kind: 'floor' }>;

/** What the centre tells this page as it happens: the newest floor of each node, and which nouns have changed. */
class Realtime {
  readonly floors = new SvelteMap<string, FloorFrame>();
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
    this.floors.clear();
  }

  get isLive(): boolean {
    return this.#socket.isLive;
  }

  get heardAtMs(): number | undefined {
    return this.#socket.heardAtMs;
  }

  /** When the centre was last heard, by its clock, where its word has stopped; null while it is live. */
  get lostAtMs(): number | null {
    return this.isLive || this.heardAtMs === undefined ? null : this.heardAtMs + now.offsetMs;
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
    switch (frame.data.kind) {
      case 'floor':
        this.floors.set(frame.data.nodeId, frame.data);
        break;
      case 'beat':
        now.heard(frame.data.atMs);
        break;
      case 'changed':
        for (const listener of this.#listeners) listener(frame.data.noun);
        break;
      case 'nodes':
        break;
    }
  }
}

export const realtime = new Realtime();
