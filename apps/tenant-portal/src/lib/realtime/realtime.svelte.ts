import type { RealtimeFrame } from '@seatgrid/contracts/realtime/frames.ts';
import { now } from '@seatgrid/ui';
import { Realtime } from '@seatgrid/ui/portal/realtime.svelte.ts';
import { SvelteMap } from 'svelte/reactivity';

export type FloorFrame = Extract<RealtimeFrame, { kind: 'floor' }>;

/** Of each node the newest floor. */
class TenantRealtime extends Realtime {
  readonly floors = new SvelteMap<string, FloorFrame>();

  /** When the centre was last heard, by its clock, where its word has stopped; null while it is live. */
  get lostAtMs(): number | null {
    return this.isLive || this.heardAtMs === undefined ? null : this.heardAtMs + now.offsetMs;
  }

  protected keep(frame: RealtimeFrame): void {
    if (frame.kind === 'floor') this.floors.set(frame.nodeId, frame);
  }

  protected forget(): void {
    this.floors.clear();
  }
}

export const realtime = new TenantRealtime();
