/** People of a tenant and how they sign in. */
import { sql } from 'kysely';
import type { Role } from '@seatgrid/core/context/access.ts';
import type { TenantId, UserId } from '@seatgrid/core/kernel/ids.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

export type TenantRole = Exclude<Role, 'operator'>;

export interface User {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  readonly role: TenantRole;
  readonly isActive: boolean;
  readonly locale: Locale | null;
}

const columns = ['id', 'email', 'name', 'role', 'is_active', 'locale'] as const;

function userOf(row: {
  id: string;
  email: string;
  name: string;
  role: string;
  is_active: boolean;
  locale: string | null;
}): User {
  return {
    id: row.id as UserId,
    email: row.email,
    name: row.name,
    role: row.role as TenantRole,
    isActive: row.is_active,
    locale: row.locale as Locale | null,
  };
}

export async function listUsers(trx: TenantTrx): Promise<User[]> {
  const rows = trx.selectFrom('user_account').select(columns).where('retired_at', 'is', null);
  return (await rows.orderBy('name').orderBy('id').execute()).map(userOf);
}

export async function findUser(trx: TenantTrx, id: string): Promise<User | undefined> {
  const rows = trx.selectFrom('user_account').select(columns).where('retired_at', 'is', null);
  const row = await rows.where('id', '=', id).executeTakeFirst();
  return row && userOf(row);
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly role: TenantRole;
  readonly passwordHash: string;
}

export async function insertUser(trx: TenantTrx, user: NewUser): Promise<User> {
  const { email, name, role } = user;
  const row = await trx
    .insertInto('user_account')
    .values({ email, name, role, locale: null, retired_at: null })
    .returning(columns)
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('credential')
    .values({ email: emailKey(email), user_id: row.id, password_hash: user.passwordHash })
    .execute();
  return userOf(row);
}

export async function updateUser(
  trx: TenantTrx,
  { id, name, isActive }: Pick<User, 'id' | 'name' | 'isActive'>,
): Promise<void> {
  await trx.updateTable('user_account').set({ name, is_active: isActive }).where('id', '=', id).execute();
}

export async function updateUserEmail(
  trx: TenantTrx,
  { id, email }: Pick<User, 'id' | 'email'>,
): Promise<void> {
  await trx.updateTable('user_account').set({ email }).where('id', '=', id).execute();
  await trx
    .updateTable('credential')
    .set({ email: emailKey(email) })
    .where('user_id', '=', id)
    .execute();
}

export async function updateUserLocale(
  trx: TenantTrx,
  { id, locale }: Pick<User, 'id' | 'locale'>,
): Promise<void> {
  await trx.updateTable('user_account').set({ locale }).where('id', '=', id).execute();
}

/** The login goes, the person stays in the records; the e-mail is free again. */
export async function retireUser(trx: TenantTrx, id: string): Promise<void> {
  await trx.deleteFrom('credential').where('user_id', '=', id).execute();
  await trx
    .updateTable('user_account')
    .set({ retired_at: sql<Date>`now()`, is_active: false })
    .where('id', '=', id)
    .execute();
}

export async function setUserPassword(
  trx: TenantTrx | PlatformTrx,
  userId: string,
  passwordHash: string,
): Promise<void> {
  await trx
    .updateTable('credential')
    .set({ password_hash: passwordHash, changed_at: sql<Date>`now()` })
    .where('user_id', '=', userId)
    .execute();
}

export interface Credential {
  readonly userId: UserId;
  readonly tenantId: TenantId | null;
  readonly passwordHash: string;
}

/** Before anybody knows the tenant, so in the platform's scope. */
export async function findCredential(trx: PlatformTrx, email: string): Promise<Credential | undefined> {
  const row = await trx
    .selectFrom('credential')
    .select(['user_id', 'tenant_id', 'password_hash'])
    .where('email', '=', emailKey(email))
    .executeTakeFirst();
  return (
    row && {
      userId: row.user_id as UserId,
      tenantId: row.tenant_id as TenantId | null,
      passwordHash: row.password_hash,
    }
  );
}

export async function passwordHashOf(
  trx: TenantTrx | PlatformTrx,
  userId: string,
): Promise<string | undefined> {
  const row = await trx
    .selectFrom('credential')
    .select('password_hash')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.password_hash;
}

/** Of every user of the tenant, for nodes that sign them in while the centre is away. */
export async function listPasswordHashes(
  trx: TenantTrx,
): Promise<ReadonlyMap<string, { readonly email: string; readonly passwordHash: string }>> {
  const rows = await trx.selectFrom('credential').select(['user_id', 'email', 'password_hash']).execute();
  return new Map(
    rows.map(({ user_id, email, password_hash }) => [user_id, { email, passwordHash: password_hash }]),
  );
}

/** The platform writes it and cannot read it back. */
export async function insertFirstAdministrator(
  trx: PlatformTrx,
  { tenantId, userId, user }: { tenantId: TenantId; userId: UserId; user: Omit<NewUser, 'role'> },
): Promise<void> {
  const { email, name, passwordHash } = user;
  await trx
    .insertInto('user_account')
    .values({
      tenant_id: tenantId,
      id: userId,
      email,
      name,
      role: 'administrator',
      locale: null,
      retired_at: null,
    })
    .execute();
  await trx
    .insertInto('credential')
    .values({ email: emailKey(email), tenant_id: tenantId, user_id: userId, password_hash: passwordHash })
    .execute();
}

export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}
