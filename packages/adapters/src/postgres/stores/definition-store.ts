/** Skills, groups, ring groups, queues, inbound and outbound rules, web buttons, connectors, extensions, calendars, mailboxes, fax boxes, lists of callers, dispositions and pause reasons: one shape of row, their meaning in `body`. */
import { sql } from 'kysely';
import type { TenantTrx } from '../scopes.ts';
import { jsonb } from '../jsonb.ts';

export const definitionNouns = [
  'skill',
  'group',
  'queue',
  'inbound-rule',
  'outbound-rule',
  'web-button',
  'ring-group',
  'calendar',
  'connector',
  'extension',
  'barred-number',
  'customer-level',
  'number-segment',
  'dedicated-agent',
  'mailbox',
  'fax-box',
  'disposition',
  'pause-reason',
] as const;
export type DefinitionNoun = (typeof definitionNouns)[number];

export interface Definition {
  readonly id: string;
  readonly body: Record<string, unknown>;
}

const tables = {
  skill: 'skill',
  group: 'agent_group',
  queue: 'queue',
  'inbound-rule': 'inbound_rule',
  'outbound-rule': 'outbound_rule',
  'web-button': 'web_button',
  'ring-group': 'ring_group',
  calendar: 'calendar',
  connector: 'connector',
  extension: 'extension',
  'barred-number': 'barred_number',
  'customer-level': 'customer_level',
  'number-segment': 'number_segment',
  'dedicated-agent': 'dedicated_agent',
  mailbox: 'mailbox',
  'fax-box': 'fax_box',
  disposition: 'disposition',
  'pause-reason': 'pause_reason',
} as const;
/** The tables are alike, so one stands for all where types are concerned. */
const tableOf = (noun: DefinitionNoun) => tables[noun] as 'skill';

export async function listDefinitions(trx: TenantTrx, noun: DefinitionNoun): Promise<Definition[]> {
  return trx
    .selectFrom(tableOf(noun))
    .select(['id', 'body'])
    .where('retired_at', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute();
}

export async function findDefinition(
  trx: TenantTrx,
  noun: DefinitionNoun,
  id: string,
): Promise<Definition | undefined> {
  return trx
    .selectFrom(tableOf(noun))
    .select(['id', 'body'])
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .executeTakeFirst();
}

export async function insertDefinition(
  trx: TenantTrx,
  noun: DefinitionNoun,
  body: Record<string, unknown>,
): Promise<string> {
  const row = await trx
    .insertInto(tableOf(noun))
    .values({ name: nameOf(body), body: jsonb(body), retired_at: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Many at once, as a table brings them. */
export async function insertDefinitions(
  trx: TenantTrx,
  noun: DefinitionNoun,
  bodies: readonly Record<string, unknown>[],
): Promise<void> {
  for (let first = 0; first < bodies.length; first += rowsPerInsert)
    await trx
      .insertInto(tableOf(noun))
      .values(
        bodies
          .slice(first, first + rowsPerInsert)
          .map((body) => ({ name: nameOf(body), body: jsonb(body), retired_at: null })),
      )
      .execute();
}

const rowsPerInsert = 1_000;

export async function updateDefinition(
  trx: TenantTrx,
  noun: DefinitionNoun,
  { id, body }: Definition,
): Promise<void> {
  await trx
    .updateTable(tableOf(noun))
    .set({ name: nameOf(body), body: jsonb(body), updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

/** Records keep pointing at it, so it is put away, not thrown away. */
export async function retireDefinition(trx: TenantTrx, noun: DefinitionNoun, id: string): Promise<void> {
  await trx
    .updateTable(tableOf(noun))
    .set({ retired_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

/** What is unique in its noun: a code or a pattern where there is one, else the name; a name in several languages is not. */
function nameOf({ code, pattern, name }: Record<string, unknown>): string {
  if (typeof code === 'string') return code;
  if (typeof pattern === 'string') return pattern;
  return typeof name === 'string' ? name : '';
}
