/** A migrated database with its two serving pools: what a composition root holds. */
import postgres from 'postgres';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { ConnectionPool } from './connection-pool.ts';
import { migrate } from './migrate.ts';
import { ensurePartitions } from './partitions.ts';
import { roleUrl } from './role-passwords.ts';
import type { PlatformPool, TenantPool } from './scopes.ts';

export interface OpenDatabase {
  readonly tenants: TenantPool;
  readonly platform: PlatformPool;
  /** Of the tenants' role, for a thread with a connection of its own. */
  readonly tenantsUrl: string;
  /** Partitions for the months to come; to be called now and then by whoever runs for months. */
  lookAhead(): Promise<void>;
  /** Lets running transactions finish, then closes. */
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  /** The schema's owner: may create roles and tables. */
  readonly ownerUrl: string;
  readonly clock: Clock;
  readonly connectionsMax?: number;
  readonly log?: (line: string) => void;
}

export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const { ownerUrl, clock } = options;
  await migrate(options);
  const size = options.connectionsMax === undefined ? {} : { connectionsMax: options.connectionsMax };
  const tenantsUrl = roleUrl(ownerUrl, 'seatgrid_app');
  const tenants = new ConnectionPool({ url: tenantsUrl, clock, ...size });
  const platform = new ConnectionPool({
    url: roleUrl(ownerUrl, 'seatgrid_platform'),
    clock,
    connectionsMax: 4,
  });
  return {
    tenants: { role: 'seatgrid_app', connections: tenants },
    platform: { role: 'seatgrid_platform', connections: platform },
    tenantsUrl,
    lookAhead: () => ensurePartitionsOf(ownerUrl, clock),
    close: async () => {
      await Promise.all([tenants.close(), platform.close()]);
    },
  };
}

async function ensurePartitionsOf(ownerUrl: string, clock: Clock): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  try {
    await ensurePartitions(sql, clock.nowMs());
  } finally {
    await sql.end({ timeout: 5 });
  }
}
