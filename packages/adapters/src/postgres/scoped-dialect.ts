/**
 * Kysely over postgres.js, where every transaction opens inside one scope. `begin; set local app.tenant_id` travels as one
 * message ahead of the first query and is not waited for on its own, so row-level security costs no round trip.
 */
import {
  AbortedTransactionError,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { ReservedSql } from 'postgres';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import type { ConnectionPool } from './connection-pool.ts';

/** `opening` is the SQL that begins the transaction; it comes from this folder only, never from outside. */
export function scopedDialect(pool: ConnectionPool, opening: string): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new ScopedDriver(pool, opening),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class ScopedDriver implements Driver {
  readonly #pool: ConnectionPool;
  readonly #opening: string;

  constructor(pool: ConnectionPool, opening: string) {
    this.#pool = pool;
    this.#opening = opening;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new ScopedConnection(await this.#pool.acquire());
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const mode = settings.isolationLevel ? ` isolation level ${settings.isolationLevel}` : '';
    own(connection).open(this.#opening.replace(/^begin/, `begin${mode}`));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await own(connection).close('commit');
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await own(connection).close('rollback');
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#pool.release(own(connection).session);
  }

  /** The pool outlives every Kysely made on it. */
  async destroy(): Promise<void> {}
}

function own(connection: DatabaseConnection): ScopedConnection {
  assert(connection instanceof ScopedConnection, 'a connection of this driver');
  return connection;
}

class ScopedConnection implements DatabaseConnection {
  readonly session: ReservedSql;
  #opening: Promise<unknown> | undefined;

  constructor(session: ReservedSql) {
    this.session = session;
  }

  open(statement: string): void {
    this.#opening = this.session.unsafe(statement);
    // Looked at with the first query, or at commit.
    this.#opening.catch(() => {});
  }

  async close(statement: 'commit' | 'rollback'): Promise<void> {
    await this.#opening;
    this.#opening = undefined;
    const result = await this.session.unsafe(statement);
    // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error.
    if (statement === 'commit' && result.command === 'ROLLBACK') throw new AbortedTransactionError();
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    assert(this.#opening, 'every statement runs inside a scope: use inTenant or inPlatform');
    const parameters = query.parameters as Parameters<ReservedSql['unsafe']>[1];
    const running = this.session.unsafe(query.sql, parameters, { prepare: true, simple: false } as object);
    const [rows] = await Promise.all([running, this.#opening]);
    return { rows: [...rows] as Row[], numAffectedRows: BigInt(rows.count ?? 0) };
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('streaming is not offered: page instead');
  }
}
