/**
 * Connectors that run at the centre, asked by nodes over their links; and trials of those that run at nodes, which each node makes from
 * where it stands. Link and asker may be at different replicas: outcomes take the bus.
 */
import type { Logger } from 'pino';
import type { CentreKeys } from '@seatgrid/adapters/jose/centre-keys.ts';
import {
  ConnectorsInUse,
  tryConnector,
  type ConnectorHeld,
} from '@seatgrid/adapters/connectors/connectors-in-use.ts';
import type { OpenDatabase } from '@seatgrid/adapters/postgres/open-database.ts';
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { listConnectors, ownInnerHosts } from '@seatgrid/adapters/postgres/stores/connector-store.ts';
import { listNodes } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import type { NodeToCentre } from '@seatgrid/contracts/link/link-messages.ts';
import type { ConnectorTrial } from '@seatgrid/contracts/nouns/connector.ts';
import type {
  ConnectorFailure,
  ConnectorOutcome,
  SpeakRequest,
} from '@seatgrid/core/connectors/ask-connector.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { IdSource, NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { failure } from '@seatgrid/core/kernel/result.ts';
import type { Bus, BusMessage } from '@seatgrid/core/ports/bus.ts';
import { topic } from '../centre.ts';
import { connectorTrialGraceMs } from '../limits.ts';
import type { LinkRequest } from '../nodes/link-server.ts';
import type { LivePicture } from '../realtime/live-picture.ts';
import { connectorSecrets } from './connector-secrets.ts';

interface Parts {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly bus: Bus;
  readonly log: Logger;
  readonly live: LivePicture;
  readonly database: OpenDatabase;
  readonly keys: CentreKeys;
}

type Asked = Omit<Extract<NodeToCentre, { kind: 'ask-connector' }>, 'kind' | 'requestId'>;
interface Tried {
  readonly requestId: string;
  readonly outcome: ConnectorOutcome;
}

export class CentreConnectors {
  readonly #parts: Parts;
  readonly #inUse: ConnectorsInUse;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#inUse = new ConnectorsInUse(parts);
  }

  async ask({ tenantId, connectorId, request }: Asked): Promise<ConnectorOutcome> {
    try {
      const held = await this.held(tenantId, connectorId);
      if (held?.connector.runsAt === 'centre') return await this.#inUse.ask(held, request);
      this.#inUse.keep((tenant, connector) => tenant !== tenantId || connector !== connectorId);
      return failure({ code: 'unknown-connector', detail: 'no such connector runs at the centre' });
    } catch (error) {
      this.#parts.log.error({ err: error, connectorId }, 'a connector could not be asked');
      return failure({ code: 'centre-away', detail: 'the centre has trouble of its own' });
    }
  }

  /** A text, from here, wherever else the server is asked from. */
  async speak(tenantId: TenantId, connectorId: string, request: SpeakRequest): Promise<ConnectorOutcome> {
    const held = await this.held(tenantId, connectorId);
    if (held) return this.#inUse.ask(held, request);
    return failure({ code: 'unknown-connector', detail: 'the connector was removed' });
  }

  /** As it stands in the tables, its secrets open. */
  held(tenantId: TenantId, connectorId: string): Promise<ConnectorHeld | undefined> {
    return inTenant(this.#parts.database.tenants, tenantId, async (trx) => {
      const sealed = (await listConnectors(trx)).find(({ connector }) => connector.id === connectorId);
      if (!sealed) return undefined;
      const innerHosts = await ownInnerHosts(trx);
      const secrets = connectorSecrets(this.#parts, sealed);
      return { tenantId, connector: sealed.connector, secrets, innerHosts };
    });
  }

  /** From the centre, or from every node that is linked. */
  async trials(held: ConnectorHeld): Promise<ConnectorTrial[]> {
    const { clock, live, database } = this.#parts;
    const timed = async (place: string | null, outcome: Promise<ConnectorOutcome>) => {
      const startedMs = clock.nowMs();
      return trialOf(place, await outcome, clock.nowMs() - startedMs);
    };
    if (held.connector.runsAt === 'centre') return [await timed(null, tryConnector(held, this.#parts))];
    const nodes = await inPlatform(database.platform, listNodes);
    const linked = nodes.filter(({ id }) => live.isLinkUp(id));
    return Promise.all(linked.map(({ id, name }) => timed(name, this.#tryAt(id, held))));
  }

  /** A node has tried. */
  async tried(nodeId: NodeId, { requestId, outcome }: Tried): Promise<void> {
    const tried = { nodeId, requestId, outcome };
    await this.#parts.bus.publish(topicOf(requestId), tried as unknown as BusMessage);
  }

  async close(): Promise<void> {
    this.#inUse.close();
  }

  async #tryAt(
    nodeId: NodeId,
    { tenantId, connector, secrets, innerHosts }: ConnectorHeld,
  ): Promise<ConnectorOutcome> {
    const { bus, clock, ids } = this.#parts;
    const requestId = ids.next<'connector-trial'>();
    const { promise, resolve } = Promise.withResolvers<ConnectorOutcome>();
    const leave = await bus.subscribe(topicOf(requestId), (message) => {
      const tried = message as unknown as Tried & { readonly nodeId: NodeId };
      if (tried.nodeId === nodeId) resolve(tried.outcome);
    });
    const late: ConnectorFailure = { code: 'timeout', detail: 'the node did not say what came of it' };
    const cancel = clock.after(connector.timeoutMs + connectorTrialGraceMs, () => resolve(failure(late)));
    const message = {
      kind: 'try-connector',
      requestId,
      tenantId,
      connector: { ...connector, secrets },
      innerHosts,
    };
    await bus.publish(topic.link, { nodeId, message } as unknown as LinkRequest as unknown as BusMessage);
    const outcome = await promise;
    cancel();
    await leave();
    return outcome;
  }
}

const topicOf = (requestId: string) => `connector-trial ${requestId}`;

function trialOf(place: string | null, outcome: ConnectorOutcome, tookMs: number): ConnectorTrial {
  if (!outcome.ok)
    return { place, tookMs, isGood: false, code: outcome.failure.code, said: outcome.failure.detail };
  const { document } = outcome.value;
  const said = typeof document === 'object' && document !== null && 'text' in document ? document.text : '';
  return { place, tookMs, isGood: true, code: null, said: typeof said === 'string' ? said : '' };
}
