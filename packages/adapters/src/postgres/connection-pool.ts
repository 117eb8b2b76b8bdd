/**
 * Connections of one role, counted. postgres.js queues without limit and without a timeout, and leaves queued callers
 * unanswered when it is ended; so the counting, the waiting and the draining are done here, in front of it.
 */
import postgres, { type ReservedSql, type Sql } from 'postgres';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { AdapterError } from '../errors.ts';
import { poolAcquireTimeoutMs, poolConnectionsMax, poolDrainTimeoutMs, poolWaitersMax } from '../limits.ts';

export interface ConnectionPoolOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly connectionsMax?: number;
  readonly acquireTimeoutMs?: number;
  readonly applicationName?: string;
}

interface Waiter {
  readonly admit: () => void;
  readonly refuse: (error: AdapterError) => void;
}

export class ConnectionPool {
  readonly #sql: Sql;
  readonly #clock: Clock;
  readonly #connectionsMax: number;
  readonly #acquireTimeoutMs: number;
  readonly #waiters = new Set<Waiter>();
  #held = 0;
  #isClosed = false;
  #drained: (() => void) | undefined;

  constructor(options: ConnectionPoolOptions) {
    this.#clock = options.clock;
    this.#connectionsMax = options.connectionsMax ?? poolConnectionsMax;
    this.#acquireTimeoutMs = options.acquireTimeoutMs ?? poolAcquireTimeoutMs;
    this.#sql = postgres(options.url, {
      max: this.#connectionsMax,
      idle_timeout: 300,
      connect_timeout: 10,
      onnotice: () => {},
      connection: { application_name: options.applicationName ?? 'seatgrid' },
      types: {
        // int8 arrives as text; all of ours (milliseconds, octets, sequences, counts) fit a number.
        bigint: { to: 20, from: [20], parse: Number, serialize: String },
      },
    });
  }

  async acquire(): Promise<ReservedSql> {
    await this.#admission();
    try {
      return await this.#sql.reserve();
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  release(session: ReservedSql): void {
    session.release();
    this.#leave();
  }

  /** Refuses newcomers, lets the working finish, then closes. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const waiter of this.#waiters) waiter.refuse(closed());
    if (this.#held > 0)
      await new Promise<void>((drained) => {
        this.#drained = drained;
        this.#clock.after(poolDrainTimeoutMs, drained);
      });
    await this.#sql.end({ timeout: 5 });
  }

  async #admission(): Promise<void> {
    if (this.#isClosed) throw closed();
    if (this.#held < this.#connectionsMax) {
      this.#held++;
      return;
    }
    if (this.#waiters.size >= poolWaitersMax) throw exhausted('too many are waiting already');
    await new Promise<void>((admitted, refused) => {
      const leaveQueue = () => (cancel(), this.#waiters.delete(waiter));
      const waiter: Waiter = {
        admit: () => (leaveQueue(), admitted()),
        refuse: (error) => (leaveQueue(), refused(error)),
      };
      const cancel = this.#clock.after(this.#acquireTimeoutMs, () =>
        waiter.refuse(exhausted(`none came free within ${this.#acquireTimeoutMs} ms`)),
      );
      this.#waiters.add(waiter);
    });
  }

  #leave(): void {
    const [next] = this.#waiters;
    // The place is handed over, so `held` stays as it is.
    if (next) return next.admit();
    this.#held--;
    if (this.#held === 0) this.#drained?.();
  }
}

function exhausted(why: string): AdapterError {
  return new AdapterError({
    code: 'pool_exhausted',
    what: `No database connection to be had: ${why}`,
    cure: 'Look for a slow query or raise the number of connections',
  });
}

function closed(): AdapterError {
  return new AdapterError({
    code: 'pool_closed',
    what: 'The database connections are being closed',
    cure: 'Ask again after the restart',
  });
}
