/** The second wall (architecture §4), tried as the role that serves: what it shows, and what it refuses. */
import postgres from 'postgres';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { partitionedTables } from './partitions.ts';
import { roleUrl } from './role-passwords.ts';
import { inPlatform, inTenant } from './scopes.ts';
import { startTestCluster, testClock, type TestCluster } from './test-cluster.ts';
import { migrate } from './migrate.ts';

let cluster: TestCluster;
const tenants: TenantId[] = [];

beforeAll(async () => {
  cluster = await startTestCluster();
  for (const slug of ['alpha', 'beta']) {
    const id = await inPlatform(cluster.database.platform, async (trx) => {
      const limits = { agents_signed_in_max: 1, concurrent_calls_max: 1, flows_max: 1 };
      const row = {
        slug,
        name: slug,
        locale: 'en',
        time_zone: 'UTC',
        suspended_reason: null,
        forced_handling: null,
      };
      return (
        await trx
          .insertInto('tenant')
          .values({ ...row, ...limits })
          .returning('id')
          .executeTakeFirstOrThrow()
      ).id as TenantId;
    });
    tenants.push(id);
    await inTenant(cluster.database.tenants, id, (trx) =>
      trx
        .insertInto('skill')
        .values({ name: 'same name', body: { of: slug }, retired_at: null })
        .execute(),
    );
  }
});
afterAll(() => cluster?.stop());

test('a tenant sees its own rows and nothing of another, though names are equal', async () => {
  for (const [index, slug] of ['alpha', 'beta'].entries()) {
    const rows = await inTenant(cluster.database.tenants, tenants[index]!, (trx) =>
      trx.selectFrom('skill').select('body').execute(),
    );
    expect(rows.map((row) => row.body)).toEqual([{ of: slug }]);
  }
});

test('a row for another tenant is refused, and the connection serves on', async () => {
  const [alpha, beta] = tenants as [TenantId, TenantId];
  await expect(
    inTenant(cluster.database.tenants, alpha, (trx) =>
      trx.insertInto('skill').values({ tenant_id: beta, name: 'x', body: {}, retired_at: null }).execute(),
    ),
  ).rejects.toMatchObject({ code: '42501' });
  const rows = await inTenant(cluster.database.tenants, alpha, (trx) =>
    trx.selectFrom('skill').selectAll().execute(),
  );
  expect(rows).toHaveLength(1);
});

test('without a tenant the serving role gets an error from every walled table, on a fresh connection and on a used one', async () => {
  const plain = postgres(roleUrl(cluster.postgres.ownerUrl, 'seatgrid_app'), { max: 1, onnotice: () => {} });
  try {
    const tables = await walledTables();
    expect(tables.length).toBeGreaterThan(15);
    for (const used of [false, true]) {
      if (used) await plain.unsafe(`begin; set local app.tenant_id = '${tenants[0]}'; commit`);
      for (const table of tables) {
        const asked = plain.unsafe(`select count(*) from "${table}"`);
        await expect(asked, `${table} ${used ? 'used' : 'fresh'}`).rejects.toMatchObject({
          code: expect.stringMatching(/^(42704|22P02)$/) as string,
        });
      }
    }
  } finally {
    await plain.end();
  }
});

test('every table with a tenant_id has row-level security forced and a policy for the serving role', async () => {
  const owner = postgres(cluster.postgres.ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const rows = await owner<{ name: string; forced: boolean; policies: number }[]>`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
        (select count(*)::int from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant_wall') as policies
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
      where c.relkind in ('r', 'p') and not c.relispartition`;
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter((row) => !row.forced || row.policies !== 1)).toEqual([]);
  } finally {
    await owner.end();
  }
});

test('no table is guarded twice over the same columns: a name that is taken is named by the guard that was meant', async () => {
  const owner = postgres(cluster.postgres.ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const twice = await owner`
      select indrelid::regclass::text as guarded, array_agg(indexrelid::regclass::text) as guards
      from pg_index join pg_class c on c.oid = indrelid
      where indisunique and c.relnamespace = 'public'::regnamespace and not c.relispartition
      group by indrelid, indkey::text, pg_get_expr(indexprs, indrelid), pg_get_expr(indpred, indrelid)
      having count(*) > 1`;
    expect([...twice]).toEqual([]);
  } finally {
    await owner.end();
  }
});

test('partitions are granted to nobody, because read directly they would show every tenant', async () => {
  const owner = postgres(cluster.postgres.ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const partitions = await owner<{ name: string; open: boolean }[]>`
      select relname as name, has_table_privilege('seatgrid_app', oid, 'select,insert,update,delete')
        or has_table_privilege('seatgrid_platform', oid, 'select,insert,update,delete') as open
      from pg_class where relispartition and relkind = 'r'`;
    expect(partitions.length).toBeGreaterThanOrEqual(partitionedTables.length * 8);
    expect(partitions.filter((row) => row.open)).toEqual([]);
  } finally {
    await owner.end();
  }
});

test('no serving role is a superuser, bypasses row security or owns a table', async () => {
  const owner = postgres(cluster.postgres.ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const roles = await owner`select rolname, rolsuper, rolbypassrls,
      exists (select 1 from pg_class where relowner = r.oid) as owns from pg_roles r where rolname like 'seatgrid%' order by 1`;
    const plain = { rolsuper: false, rolbypassrls: false, owns: false };
    expect([...roles]).toEqual([
      { rolname: 'seatgrid_app', ...plain },
      { rolname: 'seatgrid_platform', ...plain },
    ]);
  } finally {
    await owner.end();
  }
});

test('the platform role reads no call, no user, no flow text, no recording', async () => {
  for (const table of ['call', 'user_account', 'journal_event', 'recording', 'agent', 'queue'])
    await expect(
      inPlatform(cluster.database.platform, (trx) => sql`select 1 from ${sql.table(table)}`.execute(trx)),
      table,
    ).rejects.toMatchObject({ code: '42501' });
  await expect(
    inPlatform(cluster.database.platform, (trx) => sql`select draft from flow`.execute(trx)),
  ).rejects.toMatchObject({ code: '42501' });
});

test('what was written to audit and journal cannot be changed by the serving role', async () => {
  for (const statement of [
    sql`update audit set actor = 'x'`,
    sql`delete from audit`,
    sql`update journal_event set kind = 'x'`,
  ])
    await expect(
      inTenant(cluster.database.tenants, tenants[0]!, (trx) => statement.execute(trx)),
    ).rejects.toMatchObject({ code: '42501' });
});

test('migrating again changes nothing', async () => {
  const said: string[] = [];
  await migrate({ ownerUrl: cluster.postgres.ownerUrl, clock: testClock, log: (line) => said.push(line) });
  expect(said).toEqual([]);
});

async function walledTables(): Promise<string[]> {
  const owner = postgres(cluster.postgres.ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const rows = await owner<{ name: string }[]>`
      select polrelid::regclass::text as name from pg_policy where polname = 'tenant_wall'`;
    return rows.map((row) => row.name.replaceAll('"', ''));
  } finally {
    await owner.end();
  }
}
