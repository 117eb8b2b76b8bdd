/**
 * F-07, F-20: who answered which caller, kept on the node's own disk so that a restart a week later knows it too. Written behind, together and
 * unsynced: no call waits for it, and what a crash takes stands in the day's journal, which is counted again at start-up.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { AgentId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { AnsweredBefore } from '@seatgrid/core/routing/answered-before.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import { answersKeptMax, answersKeptMs, answersWriteMs } from './limits.ts';
import { openSqliteFile } from './sqlite-file.ts';

export interface Answer {
  readonly tenantId: TenantId;
  readonly caller: string;
  readonly agentId: AgentId;
  readonly atMs: number;
}

interface Remembering {
  readonly id: TenantId;
  readonly answeredBefore: AnsweredBefore;
}

export class AnswerMemory {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #log: NodeLog;
  #unwritten: Answer[] = [];
  #cancelWrite: Cancel | null = null;

  constructor({ path, clock, log = silentLog }: { path: string; clock: Clock; log?: NodeLog }) {
    this.#database = openSqliteFile(path, prepare, log);
    this.#clock = clock;
    this.#log = log;
    this.#prune();
  }

  note(tenant: Remembering, caller: string, agentId: AgentId, atMs = this.#clock.nowMs()): void {
    if (caller === '') return;
    tenant.answeredBefore.note(caller, agentId);
    this.#unwritten.push({ tenantId: tenant.id, caller, agentId, atMs });
    this.#cancelWrite ??= this.#clock.after(answersWriteMs, () => this.#write());
  }

  /** At start-up: what was known before, the oldest first. */
  recall(tenants: Iterable<Remembering>): void {
    const byId = new Map<string, Remembering>();
    for (const tenant of tenants) byId.set(tenant.id, tenant);
    const rows = this.#database.prepare('select tenant_id, caller, agent_id from answer order by at_ms');
    for (const { tenant_id: tenantId, caller, agent_id: agentId } of rows.iterate())
      byId.get(String(tenantId))?.answeredBefore.note(String(caller), String(agentId) as AgentId);
  }

  close(): void {
    this.#write();
    this.#database.close();
  }

  #write(): void {
    this.#cancelWrite?.();
    this.#cancelWrite = null;
    const answers = this.#unwritten;
    this.#unwritten = [];
    if (answers.length === 0) return;
    const database = this.#database;
    try {
      database.exec('begin immediate');
      const insert = database.prepare(
        'insert or replace into answer (tenant_id, caller, agent_id, at_ms) values (?, ?, ?, ?)',
      );
      for (const { tenantId, caller, agentId, atMs } of answers) insert.run(tenantId, caller, agentId, atMs);
      database.exec('commit');
    } catch (error) {
      if (database.isTransaction) database.exec('rollback');
      this.#log.warn({ err: error }, 'who answered whom was not written; it is known until the next start');
    }
  }

  #prune(): void {
    this.#database
      .prepare(
        `delete from answer where at_ms < ? or (tenant_id, caller, agent_id) in
          (select tenant_id, caller, agent_id from answer order by at_ms desc limit -1 offset ?)`,
      )
      .run(this.#clock.nowMs() - answersKeptMs, answersKeptMax);
  }
}

function prepare(database: DatabaseSync): void {
  database.exec(`
    pragma locking_mode = exclusive;
    pragma journal_mode = wal;
    pragma synchronous = off;
    create table if not exists answer (
      tenant_id text not null,
      caller text not null,
      agent_id text not null,
      at_ms integer not null,
      primary key (tenant_id, caller, agent_id)
    ) strict, without rowid;
    create index if not exists answer_by_time on answer (at_ms);
  `);
}
