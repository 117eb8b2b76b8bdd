/** Platform staff. */
import { sql } from 'kysely';
import type { UserId } from '@seatgrid/core/kernel/ids.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { PlatformTrx } from '../scopes.ts';
import { emailKey } from './user-store.ts';

export interface Operator {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly locale: Locale | null;
}

const columns = ['id', 'email', 'name', 'is_active', 'locale'] as const;
const operatorOf = (row: {
  id: string;
  email: string;
  name: string;
  is_active: boolean;
  locale: string | null;
}): Operator => ({
  id: row.id as UserId,
  email: row.email,
  name: row.name,
  isActive: row.is_active,
  locale: row.locale as Locale | null,
});

export async function listOperators(trx: PlatformTrx): Promise<Operator[]> {
  return (await trx.selectFrom('operator').select(columns).orderBy('name').orderBy('id').execute()).map(
    operatorOf,
  );
}

export async function findOperator(trx: PlatformTrx, id: string): Promise<Operator | undefined> {
  const row = await trx.selectFrom('operator').select(columns).where('id', '=', id).executeTakeFirst();
  return row && operatorOf(row);
}

export async function insertOperator(
  trx: PlatformTrx,
  { email, name, passwordHash }: { email: string; name: string; passwordHash: string },
): Promise<Operator> {
  const row = await trx
    .insertInto('operator')
    .values({ email, name, locale: null })
    .returning(columns)
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('credential')
    .values({ email: emailKey(email), tenant_id: null, user_id: row.id, password_hash: passwordHash })
    .execute();
  return operatorOf(row);
}

export async function updateOperator(
  trx: PlatformTrx,
  { id, name, isActive }: Pick<Operator, 'id' | 'name' | 'isActive'>,
): Promise<void> {
  await trx.updateTable('operator').set({ name, is_active: isActive }).where('id', '=', id).execute();
}

export async function updateOperatorLocale(
  trx: PlatformTrx,
  id: string,
  locale: Locale | null,
): Promise<void> {
  await trx.updateTable('operator').set({ locale }).where('id', '=', id).execute();
}

export async function deleteOperator(trx: PlatformTrx, id: string): Promise<void> {
  await trx.deleteFrom('credential').where('user_id', '=', id).execute();
  await trx.deleteFrom('operator').where('id', '=', id).execute();
}

/** Locks the rows, so that two who remove each other's colleague at once cannot both succeed. */
export async function countActiveOperators(trx: PlatformTrx): Promise<number> {
  const rows = await sql`select 1 from operator where is_active for update`.execute(trx);
  return rows.rows.length;
}
