/**
 * Brings a database to this copy's schema: roles, then the numbered `.sql` files not yet applied, each in its own
 * transaction, then the partitions of the coming months. Forward only; one replica at a time (advisory lock).
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import postgres, { type Sql } from 'postgres';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { AdapterError } from '../errors.ts';
import { ensurePartitions } from './partitions.ts';
import { rolePassword, servingRoles } from './role-passwords.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

const folder = fileURLToPath(new URL('./migrations/', import.meta.url));
/** Any number, the same for every replica. */
const advisoryLock = 7_311_001;

export interface MigrateOptions {
  readonly ownerUrl: string;
  readonly clock: Clock;
  readonly log?: (line: string) => void;
}

export async function migrate({ ownerUrl, clock, log }: MigrateOptions): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  try {
    await sql`select pg_advisory_lock(${advisoryLock})`;
    await ensureRoles(sql, ownerUrl);
    await ensureUuidV7(sql);
    for (const migration of await pending(sql, listMigrations())) {
      log?.(`database: ${migration.name}`);
      await apply(sql, migration);
    }
    await ensurePartitions(sql, clock.nowMs());
  } finally {
    await sql.end({ timeout: 5 });
  }
}

export function listMigrations(): Migration[] {
  const files = readdirSync(folder).filter((file) => /^\d{4}-.*\.sql$/.test(file));
  return files.sort().map((file) => {
    const sql = readFileSync(folder + file, 'utf8');
    const sha256 = createHash('sha256').update(sql).digest('hex');
    return { number: Number(file.slice(0, 4)), name: file.slice(0, -'.sql'.length), sql, sha256 };
  });
}

/** Roles belong to the whole server, so another database of the same server may be making them at this moment. */
async function ensureRoles(sql: Sql, ownerUrl: string): Promise<void> {
  for (const role of servingRoles) {
    const password = rolePassword(ownerUrl, role);
    await sql.unsafe(`do $$ begin
      create role ${role} login nosuperuser nobypassrls nocreatedb nocreaterole noinherit;
    exception when duplicate_object or unique_violation then null; end $$`);
    await retryConcurrent(() => sql.unsafe(`alter role ${role} password '${password}'`));
  }
}

async function retryConcurrent(work: () => PromiseLike<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === 20 || !String(error).includes('concurrently updated')) throw error;
    }
  }
}

/** PostgreSQL 18 brings `uuidv7()`; an older server gets one of the same shape (RFC 9562 §5.7). */
async function ensureUuidV7(sql: Sql): Promise<void> {
  const [found] = await sql`select 1 from pg_proc where proname = 'uuidv7' limit 1`;
  if (found) return;
  await sql.unsafe(`create function public.uuidv7() returns uuid language sql volatile parallel safe as $$
    select encode(
      set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
        52, 1), 53, 1), 'hex')::uuid $$`);
}

async function pending(sql: Sql, known: Migration[]): Promise<Migration[]> {
  await sql`create table if not exists schema_migration (
    number integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())`;
  const applied = await sql<{ number: number; name: string; sha256: string }[]>`
    select number, name, sha256 from schema_migration order by number`;
  for (const row of applied) {
    const same = known.find((migration) => migration.number === row.number);
    if (!same)
      throw new AdapterError({
        code: 'migration_ahead',
        what: `The database has migration ${row.name}, which this copy does not know`,
        cure: 'Run the newer copy that made it, or use another database',
      });
    if (same.sha256 !== row.sha256)
      throw new AdapterError({
        code: 'migration_changed',
        what: `Migration ${row.name} was applied in another wording than this copy's`,
        cure: 'Use the copy that made this database, or start with an empty one (`./seatgrid reset`)',
      });
  }
  const done = new Set(applied.map((row) => row.number));
  return known.filter((migration) => !done.has(migration.number));
}

async function apply(sql: Sql, migration: Migration): Promise<void> {
  await sql.begin(async (trx) => {
    await trx.unsafe(migration.sql);
    const { number, name, sha256 } = migration;
    await trx`insert into schema_migration ${trx({ number, name, sha256 })}`;
  });
}
