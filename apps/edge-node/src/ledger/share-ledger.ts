/**
 * This node's shares of its tenants' quotas, on its own disk: what it may take is the same after a restart, with or without the centre.
 * Written before it counts: what was raised before anything is taken by it, what was given up before the centre hears of it.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { HeldShare } from '@seatgrid/core/tenancy/held-share.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import { openSqliteFile } from './sqlite-file.ts';

export class ShareLedger {
  readonly #database: DatabaseSync;

  constructor({ path, log = silentLog }: { readonly path: string; readonly log?: NodeLog }) {
    this.#database = openSqliteFile(path, prepare, log);
  }

  read(): Map<TenantId, HeldShare> {
    const rows = this.#database.prepare('select * from quota_share').all();
    return new Map(
      rows.map((row) => {
        const share = {
          number: Number(row['number']),
          told: { agentsSignedIn: Number(row['told_agents']), concurrentCalls: Number(row['told_calls']) },
          held: { agentsSignedIn: Number(row['held_agents']), concurrentCalls: Number(row['held_calls']) },
        };
        return [String(row['tenant_id']) as TenantId, share];
      }),
    );
  }

  write(tenantId: TenantId, { number, told, held }: HeldShare): void {
    this.#database
      .prepare('insert or replace into quota_share values (?, ?, ?, ?, ?, ?)')
      .run(
        tenantId,
        number,
        told.agentsSignedIn,
        told.concurrentCalls,
        held.agentsSignedIn,
        held.concurrentCalls,
      );
  }

  close(): void {
    this.#database.close();
  }
}

function prepare(database: DatabaseSync): void {
  database.exec(`
    pragma locking_mode = exclusive;
    pragma journal_mode = wal;
    pragma synchronous = full;
    create table if not exists quota_share (
      tenant_id text primary key,
      number integer not null,
      told_agents integer not null,
      told_calls integer not null,
      held_agents integer not null,
      held_calls integer not null
    ) strict, without rowid;
  `);
}
