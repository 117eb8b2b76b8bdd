/** What the node's flows ask outside: its tenants' connectors, each where it runs. */
import {
  ConnectorsInUse,
  tryConnector,
  type ConnectorHeld,
} from '@seatgrid/adapters/connectors/connectors-in-use.ts';
import type { ConnectorConfig } from '@seatgrid/contracts/nouns/connector.ts';
import type { ConnectorOutcome, ConnectorRequest } from '@seatgrid/core/connectors/ask-connector.ts';
import type { ConnectorId } from '@seatgrid/core/connectors/connector.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { failure } from '@seatgrid/core/kernel/result.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import type { ConnectorQuestion } from '../uplink/connector-questions.ts';

export interface NodeConnectorsOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Undefined while the link is down. */
  readonly askCentre: (question: ConnectorQuestion) => Promise<ConnectorOutcome> | undefined;
}

export class NodeConnectors {
  readonly #options: NodeConnectorsOptions;
  readonly #inUse: ConnectorsInUse;

  constructor(options: NodeConnectorsOptions) {
    this.#options = options;
    this.#inUse = new ConnectorsInUse(options);
  }

  async ask(
    tenant: TenantAtNode,
    connectorId: ConnectorId,
    request: ConnectorRequest,
  ): Promise<ConnectorOutcome> {
    const config = tenant.config.connectors.find(({ id }) => id === connectorId);
    if (!config)
      return failure({ code: 'unknown-connector', detail: 'the tenant has no such connector any more' });
    if (config.runsAt === 'node') return this.#inUse.ask(heldOf(tenant, config), request);
    if (request.kind === 'transcribe' || request.kind === 'speak')
      return failure({ code: 'misasked', detail: 'sound does not travel to the centre' });
    const { timeoutMs } = config;
    const asked = this.#options.askCentre({ tenantId: tenant.id, connectorId, request, timeoutMs });
    return (await asked) ?? failure({ code: 'centre-away', detail: 'the link to the centre is down' });
  }

  /** From where this node stands, whatever its configuration says. */
  try(held: ConnectorHeld): Promise<ConnectorOutcome> {
    return tryConnector(held, this.#options);
  }

  configured(directory: TenantDirectory): void {
    this.#inUse.keep((tenantId, connectorId) =>
      Boolean(
        directory
          .byId(tenantId as TenantId)
          ?.config.connectors.some(({ id, runsAt }) => id === connectorId && runsAt === 'node'),
      ),
    );
  }

  close(): void {
    this.#inUse.close();
  }
}

function heldOf({ id, config }: TenantAtNode, { secrets, ...connector }: ConnectorConfig): ConnectorHeld {
  return { tenantId: id, connector, secrets, innerHosts: config.innerHosts };
}
