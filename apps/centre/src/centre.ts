/** What the parts of the centre share: made once by the composition root, handed to every route and duty. */
import type { Logger } from 'pino';
import type { CentreKeys } from '@seatgrid/adapters/jose/centre-keys.ts';
import type { OpenDatabase } from '@seatgrid/adapters/postgres/open-database.ts';
import type { ExtensionRunner } from '@seatgrid/adapters/extensions/extension-runner.ts';
import type { Noun } from '@seatgrid/core/context/access.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { IdSource, NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { Objects } from '@seatgrid/core/ports/objects.ts';
import type { Bus } from '@seatgrid/core/ports/bus.ts';
import type { CentreConnectors } from './connectors/centre-connectors.ts';
import type { CentreCounters } from './metrics/centre-counters.ts';
import type { RecordingFetch } from './nodes/recording-fetch.ts';
import type { Kokoro } from '@seatgrid/adapters/speech/kokoro/kokoro.ts';
import type { SpeechBeforehand } from './speech/speech-beforehand.ts';
import type { LivePicture } from './realtime/live-picture.ts';

export interface Centre {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly log: Logger;
  readonly database: OpenDatabase;
  readonly keys: CentreKeys;
  readonly bus: Bus;
  readonly live: LivePicture;
  readonly recordings: RecordingFetch;
  /** Recordings that nodes brought. */
  readonly objects: Objects;
  /** False when that node has no link. */
  readonly tellNode: (nodeId: NodeId, message: CentreToNode) => boolean;
  readonly connectors: CentreConnectors;
  readonly speech: SpeechBeforehand;
  readonly kokoro: Kokoro;
  /** For those who try an extension. */
  readonly extensions: ExtensionRunner;
  readonly counters: CentreCounters;
  readonly facts: CentreFacts;
}

export interface CentreFacts {
  readonly product: string;
  readonly startedAtMs: number;
  readonly database: 'embedded' | 'external';
  readonly bus: 'memory' | 'redis';
  readonly isSecure: boolean;
}

/** Topics of the bus, with what each carries. */
export const topic = {
  changed: 'changed',
  floor: 'floor',
  nodeHealth: 'node-health',
  link: 'link',
  match: 'match',
  /** Desk phones registered at a node. */
  phones: 'phones',
  replica: 'replica',
  /** A node has a new link, at whichever replica: an older one elsewhere is no longer its. */
  greeted: 'greeted',
  /** A node is believed no longer. */
  revoked: 'revoked',
} as const;

/** Something of `noun` changed: portals fetch again, nodes' configuration is looked at. `tenantId` null: the platform's. */
export interface Changed {
  readonly tenantId: TenantId | null;
  readonly noun: Noun;
}

export async function announce(centre: Pick<Centre, 'bus'>, changed: Changed): Promise<void> {
  await centre.bus.publish(topic.changed, { ...changed });
}
