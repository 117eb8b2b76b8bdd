/**
 * What happened at this node, durable before anyone is told: SQLite in WAL mode, synced at every group commit, written by a
 * thread of its own so that a slow disk never holds up a call. Events are numbered without gaps and kept until the centre has
 * acknowledged them, and a while longer for timelines.
 */
import {
  eventFactsSchema,
  type EventFacts,
  type JournalEvent,
} from '@seatgrid/contracts/journal/journal-event.ts';
import { AssertionFailure } from '@seatgrid/core/kernel/assert.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { CallId, IdSource, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import { eventJson, type JournalStore, type WriteFault } from './journal-store.ts';
import * as limits from './limits.ts';
import { createMemoryJournalStore } from './memory-journal-store.ts';
import { openSqliteJournalStore } from './sqlite-journal-store.ts';

export interface EventJournal {
  /**
   * Appends; durable with the next group commit. Listeners hear of it only after the commit. Facts that break the contract
   * are our own mistake and throw where facts are checked; elsewhere the centre sets such an event aside, and takes the others.
   * Facts are written down with the commit: nobody changes them any more.
   */
  record(tenantId: TenantId | null, facts: EventFacts, atMs?: number): void;
  /** Called after each commit with what it made durable, in order. */
  onCommitted(listener: (events: readonly JournalEvent[]) => void): Cancel;
  /** Resolves when everything recorded so far is durable. */
  flush(): Promise<void>;
  /** Calls with `call.started` and no `call.ended`: found at start-up. */
  openCalls(): readonly OpenCall[];
  /** Everything known of one call, in order: the committed part. */
  timeline(callId: CallId): readonly JournalEvent[];
  /** Highest sequence that is durable; 0 when nothing ever was. */
  readonly committed: number;
  /** Highest sequence the centre has stored. */
  readonly acknowledged: number;
  /** Recorded and not yet acknowledged. */
  pending(): number;
  /** Recorded and not yet durable. */
  waiting(): number;
  /** Why events wait in memory (disk full…), or null while all is well. */
  trouble(): string | null;
  /** Committed events above `sequence`, oldest first, as JSON texts of `JournalEvent`. */
  readAfter(
    sequence: number,
    eventsMax: number,
  ): readonly { readonly sequence: number; readonly json: string }[];
  /** The centre has stored everything up to `sequence`. */
  acknowledge(sequence: number): void;
  /** A new disk under a known node: what the centre has not heard is numbered above what it has. */
  continueAbove(sequence: number): void;
  close(): Promise<void>;
}

export interface OpenCall {
  readonly callId: CallId;
  readonly tenantId: TenantId;
  readonly startedAtMs: number;
  readonly answeredAtMs: number | null;
  readonly lastEventAtMs: number;
}

export interface EventJournalOptions {
  /** The SQLite file; null keeps events in memory only (simulations and tests). */
  readonly path: string | null;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly log?: NodeLog;
  /** Largest size of the file. */
  readonly octetsMax?: number;
  /** Whether facts are held against the contract before they are taken. */
  readonly isChecked?: boolean;
}

export function openEventJournal(options: EventJournalOptions): EventJournal {
  const { path, log = silentLog, octetsMax = limits.journalOctetsMax, isChecked = true } = options;
  const store = path === null ? createMemoryJournalStore() : openSqliteJournalStore(path, { octetsMax, log });
  return journalOn(store, { ...options, log, isChecked });
}

/** On a store that outlives it: a simulation's disk. */
export function journalOn(
  store: JournalStore,
  options: Pick<EventJournalOptions, 'ids' | 'clock'> & {
    readonly log: NodeLog;
    readonly isChecked: boolean;
  },
): EventJournal {
  return new GroupCommitJournal(store, options);
}

function check(facts: EventFacts): void {
  const parsed = eventFactsSchema.safeParse(facts);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  throw new AssertionFailure(`${facts.kind}.${issue?.path.join('.')}: ${issue?.message}`);
}

class GroupCommitJournal implements EventJournal {
  readonly #store: JournalStore;
  readonly #ids: IdSource;
  readonly #clock: Clock;
  readonly #log: NodeLog;
  readonly #isChecked: boolean;
  readonly #listeners = new Set<(events: readonly JournalEvent[]) => void>();
  /** The last sequence given out. */
  #last: number;
  #committed: number;
  #acknowledged: number;
  /** Of what is not durable yet, the sequence alone may still change (`continueAbove`). */
  #waiting: JournalEvent[] = [];
  #inFlight: JournalEvent[] = [];
  /** Their facts as they are being written. */
  #inFlightJson: readonly string[] = [];
  /** The newest committed ones, a run without gaps up to `#committed`. */
  #recent: JournalEvent[] = [];
  #recentJson: string[] = [];
  #cancelTimer: Cancel | undefined;
  #cancelPrune: Cancel;
  #flushes: { readonly resolve: () => void; left: number }[] = [];
  #trouble: WriteFault | null = null;
  #isClosing = false;

  constructor(
    store: JournalStore,
    options: { ids: IdSource; clock: Clock; log: NodeLog; isChecked: boolean },
  ) {
    this.#store = store;
    this.#ids = options.ids;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#isChecked = options.isChecked;
    this.#last = this.#committed = store.found.sequence;
    this.#acknowledged = store.found.acknowledged;
    this.#cancelPrune = this.#clock.after(limits.pruneFirstMs, () => this.#prune());
  }

  get committed(): number {
    return this.#committed;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  record(tenantId: TenantId | null, facts: EventFacts, atMs = this.#clock.nowMs()): void {
    if (this.#isClosing)
      throw new AssertionFailure(`${facts.kind} was recorded after the journal was closed`);
    if (this.#isChecked) check(facts);
    if (this.#waiting.length >= limits.eventsInMemoryMax)
      throw new AssertionFailure(
        `no room for ${facts.kind}: ${this.#waiting.length} events wait for the disk`,
      );
    this.#waiting.push({ id: this.#ids.next<'event'>(), sequence: ++this.#last, atMs, tenantId, facts });
    if (this.#inFlight.length > 0 || this.#trouble !== null) return;
    if (this.#waiting.length >= limits.commitAtOnceEvents) this.#commit();
    else this.#cancelTimer ??= this.#clock.after(limits.commitWindowMs, () => this.#commit());
  }

  onCommitted(listener: (events: readonly JournalEvent[]) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  flush(): Promise<void> {
    const left = this.#inFlight.length + this.#waiting.length;
    if (left === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#flushes.push({ resolve, left });
      if (this.#inFlight.length === 0 && this.#trouble === null) this.#commit();
    });
  }

  openCalls(): readonly OpenCall[] {
    return this.#store.openCalls();
  }

  timeline(callId: CallId): readonly JournalEvent[] {
    return this.#store.timeline(callId);
  }

  pending(): number {
    return this.#last - this.#acknowledged;
  }

  waiting(): number {
    return this.#inFlight.length + this.#waiting.length;
  }

  trouble(): string | null {
    return this.#trouble === null ? null : `${this.#trouble.code}: ${this.#trouble.detail}`;
  }

  readAfter(sequence: number, eventsMax: number): readonly { sequence: number; json: string }[] {
    if (sequence >= this.#committed) return [];
    const oldest = this.#recent[0]?.sequence;
    if (oldest === undefined || sequence + 1 < oldest) return this.#store.readAfter(sequence, eventsMax);
    const from = sequence + 1 - oldest;
    return this.#recent.slice(from, from + eventsMax).map((event, index) => ({
      sequence: event.sequence,
      json: eventJson(event, this.#recentJson[from + index]!),
    }));
  }

  acknowledge(sequence: number): void {
    if (sequence <= this.#acknowledged) return;
    this.#acknowledged = Math.min(sequence, this.#committed);
    this.#store.acknowledge(this.#acknowledged);
  }

  continueAbove(sequence: number): void {
    const by = sequence - this.#acknowledged;
    if (by <= 0) return;
    this.#log.warn(
      { acknowledged: sequence, own: this.#acknowledged },
      'the centre knows more of this node than its journal does; what is new is numbered above',
    );
    for (const pending of [...this.#inFlight, ...this.#waiting]) pending.sequence += by;
    this.#store.shift(this.#acknowledged, by);
    this.#last += by;
    this.#committed += by;
    this.#recent = [];
    this.#recentJson = [];
    this.#acknowledged = sequence;
    this.#store.acknowledge(sequence);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancelPrune();
    // What the disk did not take by now is lost with the process: nobody was told of it.
    if (this.#trouble === null) await this.flush();
    this.#cancelTimer?.();
    await this.#store.close();
  }

  #commit(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#waiting.length === 0) return;
    if (this.#waiting.length <= limits.commitEventsMax) {
      this.#inFlight = this.#waiting;
      this.#waiting = [];
    } else this.#inFlight = this.#waiting.splice(0, limits.commitEventsMax);
    // All in a row: each by itself, between the steps of a call, takes three times as long.
    this.#inFlightJson = this.#inFlight.map(({ facts }) => JSON.stringify(facts));
    this.#store.write(this.#inFlight, this.#inFlightJson, (fault) =>
      fault === null ? this.#written() : this.#notWritten(fault),
    );
  }

  #written(): void {
    const written = this.#inFlight;
    this.#inFlight = [];
    this.#committed = written.at(-1)!.sequence;
    if (this.#trouble !== null) {
      this.#log.info({ waiting: this.#waiting.length }, 'the journal is written to disk again');
      this.#trouble = null;
    }
    this.#recent.push(...written);
    this.#recentJson.push(...this.#inFlightJson);
    const over = this.#recent.length - limits.recentEventsMax;
    if (over > limits.recentEventsMax) {
      this.#recent.splice(0, over);
      this.#recentJson.splice(0, over);
    }
    for (const flush of this.#flushes) flush.left -= written.length;
    while (this.#flushes[0] !== undefined && this.#flushes[0].left <= 0) this.#flushes.shift()!.resolve();
    this.#tell(written);
    this.#next();
  }

  #next(): void {
    if (this.#inFlight.length > 0 || this.#waiting.length === 0) return;
    const waitedMs = this.#clock.nowMs() - this.#waiting[0]!.atMs;
    if (
      this.#flushes.length > 0 ||
      this.#waiting.length >= limits.commitAtOnceEvents ||
      waitedMs >= limits.commitWindowMs
    )
      this.#commit();
    else this.#cancelTimer ??= this.#clock.after(limits.commitWindowMs, () => this.#commit());
  }

  /** Nothing is lost: the same events go first at the next attempt, and calls go on meanwhile. */
  #notWritten(fault: WriteFault): void {
    if (this.#trouble?.code !== fault.code)
      this.#log.error(
        { ...fault },
        'the journal cannot be written; events are kept in memory and calls go on',
      );
    this.#trouble = fault;
    this.#waiting = [...this.#inFlight, ...this.#waiting];
    this.#inFlight = [];
    if (this.#isClosing) return this.#giveUpFlushes();
    if (fault.code === 'disk-full') this.#store.prune(null);
    this.#cancelTimer ??= this.#clock.after(limits.commitRetryMs, () => this.#commit());
  }

  #giveUpFlushes(): void {
    for (const { resolve } of this.#flushes.splice(0)) resolve();
  }

  #tell(events: readonly JournalEvent[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(events);
      } catch (error) {
        this.#log.error({ err: error }, 'a listener of the journal failed');
      }
    }
  }

  #prune(): void {
    this.#store.prune(this.#clock.nowMs() - limits.acknowledgedKeptMs);
    this.#cancelPrune = this.#clock.after(limits.pruneEveryMs, () => this.#prune());
  }
}
