/** The connectors one process has in use, each opened at its first question, and anew when its definition has changed. */
import type { ConnectorOutcome, ConnectorRequest } from '@seatgrid/core/connectors/ask-connector.ts';
import type { Connector, ConnectorSecrets } from '@seatgrid/core/connectors/connector.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { openConnector, type OpenConnector } from './open-connector.ts';

/** A connector as whoever asks it must know it. */
export interface ConnectorHeld {
  readonly tenantId: TenantId;
  readonly connector: Connector;
  readonly secrets: ConnectorSecrets;
  readonly innerHosts: readonly string[];
}

interface Sources {
  readonly clock: Clock;
  readonly random: Random;
}

export class ConnectorsInUse {
  readonly #sources: Sources;
  readonly #open = new Map<string, { readonly definition: string; readonly line: OpenConnector }>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  ask(held: ConnectorHeld, request: ConnectorRequest): Promise<ConnectorOutcome> {
    const key = `${held.tenantId} ${held.connector.id}`;
    const definition = JSON.stringify(held);
    const present = this.#open.get(key);
    if (present?.definition === definition) return present.line.ask(request);
    present?.line.close();
    const line = openConnector({ ...held, guard: held, ...this.#sources });
    this.#open.set(key, { definition, line });
    return line.ask(request);
  }

  /** Those that are gone, or another's definition now, are let go; the others keep their lines. */
  keep(isStill: (tenantId: string, connectorId: string) => boolean): void {
    for (const [key, { line }] of this.#open) {
      const [tenantId, connectorId] = key.split(' ');
      if (isStill(tenantId!, connectorId!)) continue;
      line.close();
      this.#open.delete(key);
    }
  }

  close(): void {
    this.keep(() => false);
  }
}

/** Once, on a line of its own: what is tried has perhaps never been saved. */
export async function tryConnector(held: ConnectorHeld, sources: Sources): Promise<ConnectorOutcome> {
  const line = openConnector({ ...held, guard: held, ...sources });
  try {
    return await line.ask({ kind: 'probe' });
  } finally {
    line.close();
  }
}
