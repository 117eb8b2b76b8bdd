import type { NodeHealth, RealtimeFrame } from '@seatgrid/contracts/realtime/frames.ts';
import { Realtime } from '@seatgrid/ui/portal/realtime.svelte.ts';

/** How every node is. */
class PlatformRealtime extends Realtime {
  /** Undefined before the first word. */
  nodes = $state.raw<readonly NodeHealth[]>();

  /** The centre was heard, and is not any more: what it said of nodes is as of then. */
  get isLost(): boolean {
    return !this.isLive && this.heardAtMs !== undefined;
  }

  protected keep(frame: RealtimeFrame): void {
    if (frame.kind === 'nodes') this.nodes = frame.nodes;
  }

  protected forget(): void {
    this.nodes = undefined;
  }
}

export const realtime = new PlatformRealtime();
