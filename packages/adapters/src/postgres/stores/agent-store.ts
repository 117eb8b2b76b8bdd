import { sql } from 'kysely';
import type { SrtpUse } from '@seatgrid/contracts/link/node-config.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { AgentId, GroupId, UserId } from '@seatgrid/core/kernel/ids.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import { jsonb } from '../jsonb.ts';
import type { TenantTrx } from '../scopes.ts';

export interface StoredAgent extends Agent {
  readonly email: string;
  readonly phoneSecret: PhoneSecret | null;
  readonly phoneSrtp: SrtpUse;
  /** The login is not shut. */
  readonly isActive: boolean;
}

/** HA1 of the desk phone's password by both digest algorithms; the password itself is kept nowhere. */
export interface PhoneSecret {
  readonly md5: string;
  readonly sha256: string;
}

export type AgentFacts = Omit<Agent, 'id' | 'userId'> & Pick<StoredAgent, 'phoneSrtp'>;

function query(trx: TenantTrx) {
  return trx
    .selectFrom('agent')
    .innerJoin('user_account', 'user_account.id', 'agent.user_id')
    .select([
      'agent.id',
      'agent.user_id',
      'agent.name',
      'agent.staff_id',
      'agent.extension',
      'agent.locale',
      'agent.kind',
      'agent.group_id',
      'agent.skills',
      'agent.is_auto_answer',
      'agent.phone_md5',
      'agent.phone_sha256',
      'agent.phone_srtp',
      'user_account.email',
      'user_account.is_active',
    ]) // prettier-ignore
    .where('agent.retired_at', 'is', null);
}
type Row = Awaited<ReturnType<ReturnType<typeof query>['execute']>>[number];

function agentOf(row: Row): StoredAgent {
  return {
    id: row.id as AgentId,
    userId: row.user_id as UserId,
    name: row.name,
    staffId: row.staff_id,
    extension: row.extension,
    locale: row.locale as Locale,
    kind: row.kind as Agent['kind'],
    groupId: row.group_id as GroupId | null,
    skills: row.skills as unknown as Agent['skills'],
    isAutoAnswer: row.is_auto_answer,
    email: row.email,
    isActive: row.is_active,
    phoneSecret:
      row.phone_md5 === null || row.phone_sha256 === null
        ? null
        : { md5: row.phone_md5, sha256: row.phone_sha256 },
    phoneSrtp: row.phone_srtp as SrtpUse,
  };
}

export async function listAgents(trx: TenantTrx): Promise<StoredAgent[]> {
  return (await query(trx).orderBy('agent.staff_id').execute()).map(agentOf);
}

export async function findAgent(trx: TenantTrx, id: string): Promise<StoredAgent | undefined> {
  const row = await query(trx).where('agent.id', '=', id).executeTakeFirst();
  return row && agentOf(row);
}

export async function findAgentOfUser(trx: TenantTrx, userId: string): Promise<StoredAgent | undefined> {
  const row = await query(trx).where('agent.user_id', '=', userId).executeTakeFirst();
  return row && agentOf(row);
}

export async function insertAgent(trx: TenantTrx, userId: UserId, facts: AgentFacts): Promise<string> {
  const row = await trx
    .insertInto('agent')
    .values({ user_id: userId, phone_md5: null, phone_sha256: null, retired_at: null, ...columnsOf(facts) })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function updateAgent(trx: TenantTrx, id: string, facts: AgentFacts): Promise<void> {
  await trx
    .updateTable('agent')
    .set({ ...columnsOf(facts), updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

/** One person, one name: the login's is the agent's. */
export async function renameAgentOfUser(trx: TenantTrx, userId: string, name: string): Promise<void> {
  await trx.updateTable('agent').set({ name }).where('user_id', '=', userId).execute();
}

export async function setPhoneSecret(trx: TenantTrx, id: string, secret: PhoneSecret): Promise<void> {
  const columns = { phone_md5: secret.md5, phone_sha256: secret.sha256 };
  await trx.updateTable('agent').set(columns).where('id', '=', id).execute();
}

export async function retireAgent(trx: TenantTrx, id: string): Promise<void> {
  await trx
    .updateTable('agent')
    .set({ retired_at: sql<Date>`now()`, phone_md5: null, phone_sha256: null })
    .where('id', '=', id)
    .execute();
}

function columnsOf(facts: AgentFacts) {
  return {
    name: facts.name,
    staff_id: facts.staffId,
    extension: facts.extension,
    locale: facts.locale,
    kind: facts.kind,
    group_id: facts.groupId,
    skills: jsonb([...facts.skills]),
    is_auto_answer: facts.isAutoAnswer,
    phone_srtp: facts.phoneSrtp,
  };
}
