/** One tenant's part of a node's configuration, read whole in one transaction. */
import { tenantConfigSchema, type TenantConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { ConnectorSecrets } from '@seatgrid/core/connectors/connector.ts';
import { spokenWanted } from '../../speech/spoken-wanted.ts';
import type { TenantTrx } from '../scopes.ts';
import { listAgents } from './agent-store.ts';
import { listConnectors, ownInnerHosts, type SealedConnector } from './connector-store.ts';
import { listDefinitions, type DefinitionNoun } from './definition-store.ts';
import { listDids } from './did-store.ts';
import { listPublishedFlows } from './flow-store.ts';
import { listPrompts } from './prompt-store.ts';
import { listSpokenTexts, ownSpeech } from './speech-store.ts';
import { ownSettings, ownTenant } from './tenant-store.ts';
import { listPasswordHashes } from './user-store.ts';

export type OpenSecrets = (sealed: SealedConnector) => ConnectorSecrets;
const noSecrets: ConnectorSecrets = { password: null, clientKey: null };

/** Parsed by the contract on the way out: a node must never be sent what it would refuse. */
export async function readTenantConfig(
  trx: TenantTrx,
  openSecrets: OpenSecrets = () => noSecrets,
): Promise<TenantConfig> {
  const settings = await ownSettings(trx);
  // Whose login is shut does not work, by desk or by phone.
  const agents = (await listAgents(trx)).filter((agent) => agent.isActive);
  const credentials = await listPasswordHashes(trx);
  const definitions = async (noun: DefinitionNoun) =>
    (await listDefinitions(trx, noun)).map(({ id, body }) => ({ ...body, id }));
  const config = tenantConfigSchema.parse({
    tenant: await ownTenant(trx),
    dids: (await listDids(trx)).map(({ id, number, siteId }) => ({ id, number, siteId })),
    rules: await definitions('inbound-rule'),
    barredNumbers: (await definitions('barred-number')).map((one: Record<string, unknown>) => one['pattern']),
    customerLevels: await definitions('customer-level'),
    numberSegments: await definitions('number-segment'),
    dedicatedAgents: await definitions('dedicated-agent'),
    outboundRules: await definitions('outbound-rule'),
    forcedHandling: settings.forcedHandling,
    flows: await listPublishedFlows(trx),
    queues: await definitions('queue'),
    skills: await definitions('skill'),
    agents,
    logins: agents.flatMap(({ id, userId }) => {
      const credential = credentials.get(userId);
      return credential ? [{ agentId: id, ...credential }] : [];
    }),
    groups: await definitions('group'),
    calendars: await definitions('calendar'),
    ringGroups: await definitions('ring-group'),
    webButtons: await definitions('web-button'),
    mailboxes: await definitions('mailbox'),
    faxBoxes: await definitions('fax-box'),
    connectors: (await listConnectors(trx)).map((one) => ({
      ...one.connector,
      // What runs at the centre is asked through it: nodes need no secret of it.
      secrets: one.connector.runsAt === 'node' ? openSecrets(one) : noSecrets,
    })),
    extensions: await definitions('extension'),
    innerHosts: await ownInnerHosts(trx),
    phoneSecrets: agents.flatMap(({ extension, phoneSecret, phoneSrtp }) =>
      phoneSecret ? [{ extension, ...phoneSecret, srtp: phoneSrtp }] : [],
    ),
    prompts: await listPrompts(trx),
    music: settings.music,
    callOrder: settings.callOrder,
    toneCountry: settings.toneCountry,
    dispositions: await definitions('disposition'),
    pauseReasons: await definitions('pause-reason'),
    speech: await ownSpeech(trx),
  });
  const spoken = await listSpokenTexts(trx);
  return {
    ...config,
    spoken: spokenWanted(config).flatMap(({ key, locale, text }) => {
      const sound = spoken.get(key);
      return sound ? [{ locale, text, ...sound }] : [];
    }),
  };
}
