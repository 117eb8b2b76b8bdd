/**
 * F-25: how fast each tenant's queues were served of late, kept on the node's own disk so that waits are told right after a restart. Written
 * behind and unsynced: no call waits for it, and a crash takes what was seen since it was written last.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { PaceKept, ServicePace } from '@seatgrid/core/routing/service-pace.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import { paceWriteMs } from './limits.ts';
import { openSqliteFile } from './sqlite-file.ts';

export class PaceMemory {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #log: NodeLog;
  readonly #unwritten = new Map<TenantId, ServicePace>();
  #cancelWrite: Cancel | null = null;

  constructor({ path, clock, log = silentLog }: { path: string; clock: Clock; log?: NodeLog }) {
    this.#database = openSqliteFile(path, prepare, log);
    this.#clock = clock;
    this.#log = log;
  }

  /** Undefined: nothing was kept. */
  recall(tenantId: TenantId): PaceKept | undefined {
    const row = this.#database.prepare('select kept from pace where tenant_id = ?').get(tenantId);
    return row && (JSON.parse(String(row['kept'])) as PaceKept);
  }

  /** It is another than it was. */
  changed(tenantId: TenantId, pace: ServicePace): void {
    this.#unwritten.set(tenantId, pace);
    this.#cancelWrite ??= this.#clock.after(paceWriteMs, () => this.#write());
  }

  close(): void {
    this.#write();
    this.#database.close();
  }

  #write(): void {
    this.#cancelWrite?.();
    this.#cancelWrite = null;
    try {
      const write = this.#database.prepare('insert or replace into pace values (?, ?)');
      for (const [tenantId, { kept }] of this.#unwritten) write.run(tenantId, JSON.stringify(kept));
    } catch (error) {
      this.#log.warn({ err: error }, 'the pace of queues could not be written');
    }
    this.#unwritten.clear();
  }
}

function prepare(database: DatabaseSync): void {
  database.exec(`
    pragma locking_mode = exclusive;
    pragma journal_mode = wal;
    pragma synchronous = off;
    create table if not exists pace (tenant_id text primary key, kept text not null) strict, without rowid;
  `);
}
