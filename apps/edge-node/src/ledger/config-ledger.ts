/**
 * The node's own copy of what it should be (architecture §2): the last few generations of its `NodeConfig` in SQLite. A new one
 * is durable here before anyone in the node hears of it, so that *pushed just now* and *booted cold* are one path.
 */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { nodeConfigSchema, type NodeConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import { configGenerationsKept } from './limits.ts';
import { hasOpenSecrets, openSecrets, sealSecrets } from './sealed-secrets.ts';
import { openSqliteFile, SqliteFileError, sqliteFault } from './sqlite-file.ts';

export interface ConfigLedger {
  /** Null until the first generation arrives. */
  current(): NodeConfig | null;
  onApplied(listener: (config: NodeConfig) => void): Cancel;
  /** Stores first, then tells. An older or equal generation is refused, and so is what is no `NodeConfig`; the failure says why. */
  apply(config: unknown): Result<NodeConfig, string>;
  close(): void;
}

export interface ConfigLedgerOptions {
  /** The SQLite file; `:memory:` in tests. Held for this process alone: a second node on the same folder is refused. */
  readonly path: string;
  /** Carriers' passwords lie sealed under it. */
  readonly key: Uint8Array;
  readonly random: Random;
  readonly clock: Clock;
  readonly log?: NodeLog;
}

const schemaKnown = nodeConfigSchema.shape.schema.value;

export function openConfigLedger(options: ConfigLedgerOptions): ConfigLedger {
  const { clock, key, random, log = silentLog } = options;
  const database = openSqliteFile(options.path, prepare, log);
  const listeners = new Set<(config: NodeConfig) => void>();
  sealStanding(database, options);
  let current = newestGood(database, key, log);

  return {
    current: () => current,
    onApplied(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    apply(input) {
      const read = readConfig(input);
      if (!read.ok) return read;
      const config = read.value;
      if (current !== null && config.generation <= current.generation)
        return failure(
          `generation ${config.generation} is not newer than generation ${current.generation} in the ledger`,
        );
      try {
        // As it came, unknown fields included: a newer node that starts on this ledger may know them.
        const body = JSON.stringify(sealSecrets(input, key, random));
        store(database, { generation: config.generation, body, nowMs: clock.nowMs() });
      } catch (error) {
        return failure(
          `generation ${config.generation} was not stored, generation ${current?.generation ?? 0} stays: ` +
            new SqliteFileError(sqliteFault(error), options.path, error).message,
        );
      }
      current = config;
      for (const listener of listeners) {
        try {
          listener(config);
        } catch (error) {
          log.error(
            { err: error, generation: config.generation },
            'a part of the node did not take the new config',
          );
        }
      }
      return success(config);
    },
    close: () => database.close(),
  };
}

function prepare(database: DatabaseSync): void {
  // Exclusive: the lock outlives every statement and falls with the process, however that dies.
  database.exec(`
    pragma locking_mode = exclusive;
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma secure_delete = on;
    create table if not exists config (
      generation integer primary key,
      body text not null,
      sha256 text not null,
      stored_at_ms integer not null
    ) strict;
    begin exclusive; commit;
  `);
}

/** Ledgers of before sealed nothing: what they hold is sealed where it lies, and no page keeps what stood there. */
function sealStanding(database: DatabaseSync, { key, random }: ConfigLedgerOptions): void {
  for (const { generation, body } of database.prepare('select generation, body from config').all()) {
    const config = parsed(String(body));
    if (!hasOpenSecrets(config)) continue;
    const sealed = JSON.stringify(sealSecrets(config, key, random));
    database
      .prepare('update config set body = ?, sha256 = ? where generation = ?')
      .run(sealed, sha256(sealed), Number(generation));
    database.exec('pragma wal_checkpoint(truncate)');
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}

function newestGood(database: DatabaseSync, key: Uint8Array, log: NodeLog): NodeConfig | null {
  const generations = database.prepare('select generation from config order by generation desc').all();
  for (const { generation } of generations) {
    const read = readRow(database, Number(generation), key);
    if (read.ok) {
      if (read.value.lost === 0) return read.value.config;
      log.error(
        { generation, lost: read.value.lost },
        'carriers’ passwords cannot be opened with this key; they are awaited from the centre, or the config file',
      );
      // What lacks something is older than it says: the whole of it may be had again under its number.
      return { ...read.value.config, generation: read.value.config.generation - 1 };
    }
    log.error(
      { generation, why: read.failure },
      'a stored config cannot be used; the one before it is tried',
    );
  }
  return null;
}

function readRow(
  database: DatabaseSync,
  generation: number,
  key: Uint8Array,
): Result<{ readonly config: NodeConfig; readonly lost: number }, string> {
  try {
    const row = database.prepare('select body, sha256 from config where generation = ?').get(generation);
    const body = String(row?.['body']);
    if (sha256(body) !== row?.['sha256']) return failure('its hash does not fit: the row is damaged');
    const { config, lost } = openSecrets(JSON.parse(body), key);
    const read = readConfig(config);
    return read.ok ? success({ config: read.value, lost }) : read;
  } catch (error) {
    return failure(String(error));
  }
}

function readConfig(input: unknown): Result<NodeConfig, string> {
  const schema = (input as { schema?: unknown } | null)?.schema;
  if (typeof schema === 'number' && schema > schemaKnown)
    return failure(`config schema ${schema} is newer than this node reads (${schemaKnown}); update the node`);
  const parsed = nodeConfigSchema.safeParse(input);
  return parsed.success ? success(parsed.data) : failure(`not a config: ${firstFaults(parsed.error)}`);
}

function firstFaults(error: z.ZodError): string {
  const shown = error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  const more = error.issues.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function store(
  database: DatabaseSync,
  { generation, body, nowMs }: { readonly generation: number; readonly body: string; readonly nowMs: number },
): void {
  database.exec('begin immediate');
  try {
    database
      .prepare('insert or replace into config (generation, body, sha256, stored_at_ms) values (?, ?, ?, ?)')
      .run(generation, body, sha256(body), nowMs);
    database
      .prepare(
        'delete from config where generation not in (select generation from config order by generation desc limit ?)',
      )
      .run(configGenerationsKept);
    database.exec('commit');
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
