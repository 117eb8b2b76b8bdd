/**
 * Watches the journal for calls that have ended and whose lines are closed, and has the node's key sign where their sound was:
 * several calls at a time and beside the calls, so that none waits for a signature. What is not signed when the process dies stays
 * unsigned, and says so by having no signature.
 */
import { createHash } from 'node:crypto';
import { attestedCallsMax } from '@seatgrid/contracts/journal/journal-event.ts';
import {
  lineAccount,
  type LineFacts,
  type SoundStatement,
} from '@seatgrid/contracts/journal/sound-statement.ts';
import type { JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { CallId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { EventJournal } from '../ledger/event-journal.ts';
import type { NodeLog } from '../node-log.ts';
import * as limits from './limits.ts';

export type UnsignedStatement = Omit<SoundStatement, 'nodeId'>;

export interface SoundWitnessOptions {
  readonly journal: Pick<EventJournal, 'record' | 'onCommitted'>;
  readonly clock: Clock;
  readonly log: NodeLog;
  /** Blocks of addresses that are this site. */
  readonly networks: readonly string[];
  /** All octets the link has carried, both ways; it counts on where a link is lost and made anew. */
  readonly linkOctets: () => number;
  /** A compact JWS by the node's key. Rejects while there is none. */
  readonly sign: (statement: UnsignedStatement) => Promise<string>;
}

interface Witnessed {
  readonly tenantId: TenantId;
  readonly callId: CallId;
  readonly fromMs: number;
  /** Null where its beginning was not seen. */
  readonly linkOctetsBefore: number | null;
  readonly lines: LineFacts[];
  toMs: number;
  linkOctetsAfter: number;
  isOver: boolean;
}

export class SoundWitness {
  readonly #options: SoundWitnessOptions;
  readonly #calls = new Map<CallId, Witnessed>();
  readonly #cancelCommitted: Cancel;
  #cancelTimer: Cancel;
  #signing: Promise<void> = Promise.resolve();
  #isTold = false;

  constructor(options: SoundWitnessOptions) {
    this.#options = options;
    this.#cancelCommitted = options.journal.onCommitted((events) => events.forEach((one) => this.#hear(one)));
    this.#cancelTimer = this.#later();
  }

  /** Signs for all that is over, settled or not: nothing more will come. */
  async close(): Promise<void> {
    this.#cancelCommitted();
    this.#cancelTimer();
    await this.#signing;
    await this.#attest(-Infinity);
  }

  #later(): Cancel {
    return this.#options.clock.after(limits.attestEveryMs, () => {
      this.#signing = this.#attest(limits.linesSettleMs);
      this.#cancelTimer = this.#later();
    });
  }

  #hear({ tenantId, atMs, facts }: JournalEvent): void {
    if (tenantId === null) return;
    switch (facts.kind) {
      case 'call.started':
        this.#calls.set(facts.callId, this.#begin(tenantId, facts.callId, atMs, this.#options.linkOctets()));
        return;
      case 'leg.media': {
        let call = this.#calls.get(facts.callId);
        if (!call) {
          // A line that closed after its call was signed for: a statement of its own.
          this.#calls.set(facts.callId, (call = this.#begin(tenantId, facts.callId, atMs, null)));
          call.isOver = true;
        }
        call.lines.push(facts);
        return this.#reach(call, atMs);
      }
      case 'call.ended': {
        const call = this.#calls.get(facts.callId);
        if (!call) return;
        call.isOver = true;
        return this.#reach(call, atMs);
      }
      default:
        return;
    }
  }

  #begin(tenantId: TenantId, callId: CallId, fromMs: number, linkOctetsBefore: number | null): Witnessed {
    return {
      tenantId,
      callId,
      fromMs,
      linkOctetsBefore,
      lines: [],
      toMs: fromMs,
      linkOctetsAfter: 0,
      isOver: false,
    };
  }

  #reach(call: Witnessed, atMs: number): void {
    call.toMs = Math.max(call.toMs, atMs);
    call.linkOctetsAfter = this.#options.linkOctets();
  }

  async #attest(settleMs: number): Promise<void> {
    const { clock, log } = this.#options;
    const settledMs = clock.nowMs() - settleMs;
    const over = [...this.#calls.values()].filter(({ isOver, toMs }) => isOver && toMs <= settledMs);
    for (const call of over) this.#calls.delete(call.callId);
    try {
      for (const [tenantId, theirs] of Map.groupBy(over, (call) => call.tenantId))
        while (theirs.length > 0) {
          const part = theirs.slice(0, attestedCallsMax);
          await this.#sign(tenantId, part);
          theirs.splice(0, part.length);
          for (const call of part) over.splice(over.indexOf(call), 1);
        }
      this.#isTold = false;
    } catch (error) {
      if (!this.#isTold) log.warn({ err: error }, 'the sound of calls cannot be signed for yet');
      this.#isTold = true;
      this.#keep(over);
    }
  }

  async #sign(tenantId: TenantId, calls: readonly Witnessed[]): Promise<void> {
    const { sign, journal, clock, networks } = this.#options;
    const jws = await sign({
      form: 1,
      tenantId,
      atMs: clock.nowMs(),
      networks: [...networks],
      calls: calls.map(({ callId, fromMs, toMs, lines, linkOctetsBefore, linkOctetsAfter }) => ({
        callId,
        fromMs,
        toMs,
        lines: lines.map(digestOf),
        linkOctets: linkOctetsBefore === null ? null : linkOctetsAfter - linkOctetsBefore,
      })),
    });
    journal.record(tenantId, { kind: 'sound.attested', callIds: calls.map(({ callId }) => callId), jws });
  }

  /** Until the key can be had. */
  #keep(calls: readonly Witnessed[]): void {
    for (const call of calls) {
      const later = this.#calls.get(call.callId);
      this.#calls.set(call.callId, later ? { ...call, lines: [...call.lines, ...later.lines] } : call);
    }
    for (const [callId, { isOver }] of this.#calls) {
      if (this.#calls.size <= limits.unsignedCallsMax) return;
      if (isOver) this.#calls.delete(callId);
    }
  }
}

function digestOf(line: LineFacts): string {
  return createHash('sha256').update(lineAccount(line)).digest('base64url');
}
