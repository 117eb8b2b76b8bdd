/** For tests: a node that is only its line to a true centre, with its journal in memory; many of them fit into one process. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from '@seatgrid/contracts/api/client.ts';
import { createIdSource, type SiteId } from '@seatgrid/core/kernel/ids.ts';
import { success } from '@seatgrid/core/kernel/result.ts';
import { systemRandom } from '@seatgrid/media/call/runtime/system-random.ts';
import { openEventJournal, type EventJournal } from '../src/ledger/event-journal.ts';
import { realClock } from '../src/runtime/real-clock.ts';
import { openCentreAccess } from '../src/uplink/centre-access.ts';
import { createUplink, type Uplink } from '../src/uplink/uplink.ts';

export interface LightNode {
  readonly uplink: Uplink;
  readonly journal: EventJournal;
  /** What it was told to be; 0 before. */
  generation: number;
}

export const isSynced = ({ uplink, generation, journal }: LightNode) =>
  uplink.state() === 'up' && generation > 0 && journal.pending() === 0;

const ids = createIdSource(realClock, systemRandom);

export async function openLightNode(
  platform: ApiClient,
  { url, folder, siteId, name }: { url: string; folder: string; siteId: SiteId; name: string },
): Promise<LightNode> {
  const made = await platform.call('POST /api/platform/nodes', { body: { siteId, name } });
  const { token } = await platform.call('POST /api/platform/nodes/:id/enrolment-token', {
    params: { id: made.id },
  });
  const own = join(folder, name);
  mkdirSync(own);
  const journal = openEventJournal({ path: null, ids, clock: realClock });
  const node = { journal, generation: 0 };
  const uplink = createUplink({
    centre: openCentreAccess({ url, folder: own, enrolToken: token, clock: realClock }),
    product: 'Seatgrid test',
    deskUrl: 'ws://127.0.0.1:9/desk',
    sipAddress: '127.0.0.1:5060',
    ledger: {
      current: () => (node.generation === 0 ? null : ({ generation: node.generation } as never)),
      onApplied: () => () => {},
      apply: (config) => {
        node.generation = (config as { generation: number }).generation;
        return success(config as never);
      },
      close: () => {},
    },
    journal,
    prompts: { settled: () => Promise.resolve() } as never,
    recordingsFolder: own,
    messages: { act: () => false },
    callbacks: { list: () => {}, cancel: () => {} },
    faxes: { act: () => false },
    places: { keep: () => {} },
    receivesFaxes: false,
    matches: { hear: () => {} },
    siteFlows: { hear: () => {} },
    phonesElsewhere: { hear: () => {}, up: () => {}, down: () => {} },
    visits: { hear: () => {} },
    ears: { hear: () => {} },
    shares: { hear: () => {}, up: () => {}, down: () => {} },
    routes: { hear: () => {} },
    onUp: () => {},
    onDown: () => {},
    tryConnector: () => Promise.reject(new Error('nobody tries one here')),
    ladders: { find: () => Promise.resolve(undefined) },
    vitals: () => ({ load: { main: 0, media: 0 }, calls: 0, agentsSignedIn: 0 }),
    clock: realClock,
    random: systemRandom,
  });
  uplink.start();
  return Object.assign(node, { uplink });
}
