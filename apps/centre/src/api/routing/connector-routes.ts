/** Connectors. A secret goes in, is sealed, and comes out where the connector runs alone. */
import { inTenant, type TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import {
  listConnectors,
  saveConnectorSecrets,
  type SealedConnector,
} from '@seatgrid/adapters/postgres/stores/connector-store.ts';
import {
  insertDefinition,
  retireDefinition,
  updateDefinition,
} from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import type { ApiInput, ApiReply } from '@seatgrid/contracts/api/client.ts';
import type { ConnectorSettings } from '@seatgrid/core/connectors/connector.ts';
import { sealConnectorSecrets } from '../../connectors/connector-secrets.ts';
import { changeTenant } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { refuseInUse } from '../references.ts';
import { malformed, notFound, refused, type Refusal } from '../refusal.ts';

type Path = Extract<ApiPath, `${string} /api/connectors${string}`>;
type ConnectorRead = ApiReply<'POST /api/connectors'>;
type Given = ApiInput<'PUT /api/connectors/:id'>['body'];

const noSecrets = { password: null, clientKey: null };

export const connectorRoutes: SomeHandlers<Path> = {
  'GET /api/connectors': async ({ centre, ctx }) => ({
    items: (await inTenant(centre.database.tenants, ctx.tenantId, listConnectors)).map(asReply),
  }),

  'POST /api/connectors': ({ centre, ctx, body: { secrets, ...body } }) =>
    changeTenant(centre, ctx, { noun: 'connector', verb: 'create' }, async (trx) => {
      const id = await insertDefinition(trx, 'connector', body);
      const sealed = sealConnectorSecrets(centre, id, { given: secrets, present: noSecrets });
      await saveConnectorSecrets(trx, id, sealed);
      const value = await readBack(trx, id);
      return { id, before: null, after: value, value };
    }),

  'PUT /api/connectors/:id': ({ centre, ctx, params: { id }, body: { secrets, ...body } }) =>
    changeTenant(centre, ctx, { noun: 'connector', verb: 'update' }, async (trx) => {
      const present = await find(trx, id);
      if (!present) return notFound;
      const fault = secretsStayHome(present, { ...body, secrets });
      if (fault) return fault;
      await updateDefinition(trx, 'connector', { id, body });
      const sealed = sealConnectorSecrets(centre, id, { given: secrets, present: present.sealed });
      await saveConnectorSecrets(trx, id, sealed);
      const value = await readBack(trx, id);
      return { id, before: asReply(present), after: value, value };
    }),

  'DELETE /api/connectors/:id': ({ centre, ctx, params: { id } }) =>
    changeTenant(centre, ctx, { noun: 'connector', verb: 'delete' }, async (trx) => {
      const present = await find(trx, id);
      if (!present) return notFound;
      const users = await refuseInUse(trx, id);
      if (users) return users;
      await retireDefinition(trx, 'connector', id);
      await saveConnectorSecrets(trx, id, noSecrets);
      return { id, before: asReply(present), after: null, value: undefined };
    }),

  'POST /api/connectors/:id/test': async ({ centre, ctx, params: { id } }) => {
    const held = await centre.connectors.held(ctx.tenantId, id);
    if (!held) return notFound;
    const items = await centre.connectors.trials(held);
    return items.length > 0 ? { items } : refused('No node is linked at the moment.');
  },
};

/** Whoever may change where a connector leads must not learn by that what is known there: the secret is given again. */
function secretsStayHome(present: SealedConnector, { settings, secrets }: Given): Refusal | undefined {
  if (placeOf(present.connector.settings) === placeOf(settings)) return undefined;
  const missing = (['password', 'clientKey'] as const).filter(
    (secret) => present.sealed[secret] !== null && secrets?.[secret] === undefined,
  );
  if (missing.length === 0) return undefined;
  return malformed(
    missing.map((secret) => ({
      path: `secrets.${secret}`,
      message: 'must be given again, since the connector leads elsewhere now',
    })),
  );
}

function placeOf(settings: ConnectorSettings | Given['settings']): string {
  const place = 'host' in settings ? `${settings.host}:${settings.port}` : 'url' in settings ? settings.url : settings.baseUrl;
  // Not as it was written: the database keeps an object's keys in an order of its own.
  const tls = settings.tls && [settings.tls.authority, settings.tls.certificate, settings.tls.serverName];
  return `${settings.kind} ${place} ${JSON.stringify(tls)}`;
} // prettier-ignore

async function find(trx: TenantTrx, id: string): Promise<SealedConnector | undefined> {
  return (await listConnectors(trx)).find(({ connector }) => connector.id === id);
}

async function readBack(trx: TenantTrx, id: string): Promise<ConnectorRead> {
  return asReply((await find(trx, id))!);
}

function asReply({ connector, sealed }: SealedConnector): ConnectorRead {
  return {
    ...(connector as ConnectorRead),
    hasPassword: sealed.password !== null,
    hasClientKey: sealed.clientKey !== null,
  };
}
