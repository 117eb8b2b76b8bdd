/* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */
/** The thread in which a day is replayed, with a connection of its own; it is ended where it takes too long or is not wanted any more. */
import { parentPort, workerData } from 'node:worker_threads';
import { ConnectionPool } from '@seatgrid/adapters/postgres/connection-pool.ts';
import { realClock } from '../runtime/real-clock.ts';
import { replayAsked, type ReplayOrder } from './replay-asked.ts';

const { url, order } = workerData as { url: string; order: ReplayOrder };
const connections = new ConnectionPool({ url, clock: realClock, connectionsMax: 1, applicationName: 'seatgrid what-if' }); // prettier-ignore
const end = await replayAsked({ role: 'seatgrid_app', connections }, order, (share) =>
  parentPort!.postMessage({ kind: 'progress', share }),
);
await connections.close();
parentPort!.postMessage({ kind: 'end', end });
