/** Connectors' secrets as they lie in the database, sealed, and as whoever connects must have them. */
import { seal, unseal } from '@seatgrid/adapters/jose/seal.ts';
import type { SealedConnector } from '@seatgrid/adapters/postgres/stores/connector-store.ts';
import type { ConnectorSecrets } from '@seatgrid/core/connectors/connector.ts';
import type { Centre } from '../centre.ts';

const sealedFor = (id: string, secret: keyof ConnectorSecrets) => `connector ${id} ${secret}`;

export function connectorSecrets(
  { keys, log }: Pick<Centre, 'keys' | 'log'>,
  { connector: { id }, sealed }: SealedConnector,
): ConnectorSecrets {
  const open = (secret: keyof ConnectorSecrets) => {
    const octets = sealed[secret];
    if (!octets) return null;
    const text = unseal(keys.sealing, { sealed: octets, of: sealedFor(id, secret) });
    // The session key was changed.
    if (text === undefined)
      log.error({ connectorId: id }, 'a connector’s secret cannot be opened; give it again');
    return text ?? null;
  };
  return { password: open('password'), clientKey: open('clientKey') };
}

/** A new one is sealed, an absent one stays, null and '' take it away. */
export function sealConnectorSecrets(
  { keys, random }: Pick<Centre, 'keys' | 'random'>,
  id: string,
  { given, present }: { given: Partial<ConnectorSecrets>; present: SealedConnector['sealed'] },
): SealedConnector['sealed'] {
  const sealOne = (secret: keyof ConnectorSecrets) => {
    const text = given[secret];
    if (text === undefined) return present[secret];
    return text ? seal(keys.sealing, { text, of: sealedFor(id, secret) }, random) : null;
  };
  return { password: sealOne('password'), clientKey: sealOne('clientKey') };
}
