/** Waits until every node runs what the centre last wrote for it. */
import type { ApiClient } from '@seatgrid/contracts/api/client.ts';
import type { NodeHealth } from '@seatgrid/contracts/realtime/frames.ts';
import { Obstacle } from '../command-line.ts';
import { pause } from './processes.ts';

/** The centre gathers changes for a moment before it writes a generation: nothing may be underway for this long. */
const calmMs = 600;

export async function awaitConfigured(
  api: ApiClient,
  deadlineMs: number,
  tell: (nodes: readonly NodeHealth[]) => void = () => undefined,
): Promise<void> {
  const endsAtMs = performance.now() + deadlineMs;
  let calmSinceMs = performance.now();
  for (;;) {
    const nodes = (await api.call('GET /api/platform/nodes')).items.map((node) => node.health);
    tell(nodes);
    const isCalm = nodes.every(({ link, generation, generationWanted }) => link === 'up' && generation > 0 && generation === generationWanted); // prettier-ignore
    if (!isCalm) calmSinceMs = performance.now();
    else if (performance.now() - calmSinceMs >= calmMs) return;
    if (performance.now() > endsAtMs)
      throw new Obstacle(`no node's configuration came to rest within ${deadlineMs / 1_000} s`, './seatgrid status tells the nodes’ health; their logs tell the reasons'); // prettier-ignore
    await pause(100);
  }
}
