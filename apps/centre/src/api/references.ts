/** Which things of the tenant a definition names, and which definitions name a thing: found by the names of the fields. */
import { isRecord } from '@seatgrid/adapters/postgres/record.ts';
import type { TenantTrx } from '@seatgrid/adapters/postgres/scopes.ts';
import { listAgents } from '@seatgrid/adapters/postgres/stores/agent-store.ts';
import { listDefinitions } from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import { listDids } from '@seatgrid/adapters/postgres/stores/did-store.ts';
import { listFlows, listPublishedFlows } from '@seatgrid/adapters/postgres/stores/flow-store.ts';
import { listPrompts } from '@seatgrid/adapters/postgres/stores/prompt-store.ts';
import { ownSpeech } from '@seatgrid/adapters/postgres/stores/speech-store.ts';
import { ownSettings } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { listUsableTrunks } from '@seatgrid/adapters/postgres/stores/trunk-store.ts';
import { malformed, refused, type Refusal } from './refusal.ts';

type Named =
  | 'queue'
  | 'connector'
  | 'extension'
  | 'agent'
  | 'prompt'
  | 'flow'
  | 'skill'
  | 'group'
  | 'ring-group'
  | 'calendar'
  | 'did'
  | 'trunk'
  | 'mailbox'
  | 'fax-box';

const nounOfField: Readonly<Record<string, Named>> = {
  queueId: 'queue',
  connectorId: 'connector',
  extensionId: 'extension',
  agentId: 'agent',
  promptId: 'prompt',
  flowId: 'flow',
  skillId: 'skill',
  groupId: 'group',
  groupIds: 'group',
  ringGroupId: 'ring-group',
  calendarId: 'calendar',
  didIds: 'did',
  callerDidId: 'did',
  didId: 'did',
  agentIds: 'agent',
  fixedOrder: 'agent',
  trunkIds: 'trunk',
  mailboxId: 'mailbox',
  faxBoxId: 'fax-box',
  prompts: 'prompt',
  music: 'prompt',
};

interface Reference {
  readonly noun: Named;
  readonly id: string;
  readonly path: string;
}

export function referencesIn(value: unknown, path: readonly string[] = []): Reference[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([field, held]) => {
    const noun = nounOfField[field];
    const here = [...path, field];
    if (noun && typeof held === 'string') return [{ noun, id: held, path: here.join('.') }];
    if (noun && Array.isArray(held) && held.every((one) => typeof one === 'string'))
      return held.map((id: string, index) => ({ noun, id, path: [...here, index].join('.') }));
    return referencesIn(held, here);
  });
}

/** A refusal that names each place pointing at nothing of this tenant. */
export async function refuseDangling(trx: TenantTrx, body: unknown): Promise<Refusal | undefined> {
  const references = referencesIn(body);
  if (references.length === 0) return undefined;
  const known = new Map<Named, Set<string>>();
  for (const noun of new Set(references.map((reference) => reference.noun)))
    known.set(noun, new Set((await lists[noun](trx)).map((one) => one.id as string)));
  const dangling = references.filter(({ noun, id }) => !known.get(noun)!.has(id));
  if (dangling.length === 0) return undefined;
  return malformed(
    dangling.map(({ noun, path }) => ({ path, message: `there is no such ${nounWords[noun]}` })),
    'It names things that do not exist.',
  );
}

const nounWords: Readonly<Record<Named, string>> = {
  queue: 'queue',
  connector: 'connector',
  extension: 'extension',
  agent: 'agent',
  prompt: 'prompt',
  flow: 'call flow',
  skill: 'skill',
  group: 'group',
  'ring-group': 'ring group',
  calendar: 'calendar',
  did: 'number',
  trunk: 'trunk',
  mailbox: 'mailbox',
  'fax-box': 'fax box',
};

const lists: Readonly<Record<Named, (trx: TenantTrx) => Promise<readonly { id: string }[]>>> = {
  queue: (trx) => listDefinitions(trx, 'queue'),
  connector: (trx) => listDefinitions(trx, 'connector'),
  extension: (trx) => listDefinitions(trx, 'extension'),
  skill: (trx) => listDefinitions(trx, 'skill'),
  group: (trx) => listDefinitions(trx, 'group'),
  'ring-group': (trx) => listDefinitions(trx, 'ring-group'),
  mailbox: (trx) => listDefinitions(trx, 'mailbox'),
  'fax-box': (trx) => listDefinitions(trx, 'fax-box'),
  calendar: (trx) => listDefinitions(trx, 'calendar'),
  agent: listAgents,
  prompt: listPrompts,
  flow: listFlows,
  did: listDids,
  trunk: listUsableTrunks,
};

/** A refusal that names who still uses `id`, other than itself. */
export async function refuseInUse(trx: TenantTrx, id: string): Promise<Refusal | undefined> {
  const users = (await everythingThatNames(trx)).filter(
    (one) => one.id !== id && referencesIn(one.body).some((reference) => reference.id === id),
  );
  if (users.length === 0) return undefined;
  const names = [...new Set(users.map((one) => `${one.what} “${one.name}”`))];
  return refused(
    `Still used by ${names.join(', ')}.`,
    names.map((message) => ({ path: '', message })),
  );
}

interface Naming {
  readonly what: string;
  readonly id: string;
  readonly name: string;
  readonly body: unknown;
}

async function everythingThatNames(trx: TenantTrx): Promise<Naming[]> {
  const definitions = async (
    noun: 'queue' | 'inbound-rule' | 'outbound-rule' | 'web-button' | 'ring-group' | 'mailbox',
    what: string,
  ) =>
    (await listDefinitions(trx, noun)).map(({ id, body }) => ({
      what,
      id,
      name: String(body['name']),
      body,
    }));
  const flows = (what: string) => (flow: { id: string; name: string; steps: unknown }) => ({
    what,
    id: flow.id,
    name: flow.name,
    body: flow.steps,
  });
  return [
    ...(await definitions('queue', 'queue')),
    ...(await definitions('inbound-rule', 'inbound rule')),
    ...(await definitions('outbound-rule', 'outbound rule')),
    ...(await definitions('web-button', 'web button')),
    ...(await definitions('ring-group', 'ring group')),
    ...(await definitions('mailbox', 'mailbox')),
    ...(await listFlows(trx)).map(flows('call flow')),
    ...(await listPublishedFlows(trx)).map(flows('published call flow')),
    ...(await listAgents(trx)).map(({ id, name, skills, groupId }) => ({
      what: 'agent',
      id,
      name,
      body: { skills, groupId },
    })),
    { what: 'settings', id: '', name: 'settings', body: await ownSettings(trx) },
    { what: 'settings', id: '', name: 'speech', body: await ownSpeech(trx) },
  ];
}
