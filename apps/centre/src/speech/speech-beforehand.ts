/**
 * A duty: every fixed text of what is published is spoken beforehand by the voice its tenant has chosen for the language, and lies at
 * the nodes as a file, so that a branch alone speaks by it too. Woken by news of a change and by the clock; idempotent. What
 * espeak-ng speaks is left to the nodes, which have it.
 */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import type { OpenDatabase } from '@seatgrid/adapters/postgres/open-database.ts';
import {
  forgetSpokenTexts,
  keepSpokenText,
  listSpokenTexts,
  ownSpeech,
} from '@seatgrid/adapters/postgres/stores/speech-store.ts';
import { readTenantConfig } from '@seatgrid/adapters/postgres/stores/tenant-config-store.ts';
import { listTenants } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { spokenWanted, type WantedText } from '@seatgrid/adapters/speech/spoken-wanted.ts';
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import type { TenantConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { Noun } from '@seatgrid/core/context/access.ts';
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { locales } from '@seatgrid/core/kernel/locale.ts';
import type { Changed } from '../centre.ts';
import * as limits from './limits.ts';
import { speakAtCentre, type Sentence, type Speakers } from './speakers.ts';

const telling = new Set<Noun>(['tenant', 'inbound-rule', 'ring-group', 'connector', 'flow', 'queue', 'mailbox', 'tenant-settings', 'speech']); // prettier-ignore

export interface SpeechBeforehandParts extends Speakers {
  readonly clock: Clock;
  readonly log: Logger;
  readonly database: OpenDatabase;
  /** Nodes are to be told of what has been spoken. */
  readonly announce: (changed: Changed) => Promise<void>;
}

type Rendering = ApiReply<'GET /api/speech'>['rendering'];

export class SpeechBeforehand {
  readonly #parts: SpeechBeforehandParts;
  readonly #stale = new Set<TenantId>();
  /** Why a text could not be spoken, by tenant and key, and when that was. */
  readonly #faults = new Map<string, { readonly why: string; readonly atMs: number }>();
  readonly #closing = new AbortController();
  #cancelGathering: Cancel | undefined;
  #cancelReview: Cancel = () => {};
  #round: Promise<void> = Promise.resolve();

  constructor(parts: SpeechBeforehandParts) {
    this.#parts = parts;
    this.#awaitReview();
  }

  note({ tenantId, noun }: Changed): void {
    if (tenantId === null || !telling.has(noun) || this.#closing.signal.aborted) return;
    this.#stale.add(tenantId);
    this.#cancelGathering ??= this.#parts.clock.after(limits.speechGatherMs, () => {
      this.#cancelGathering = undefined;
      void this.#goRound();
    });
  }

  /** A sentence now, whatever is kept: for whoever tries a voice. */
  speak(sentence: Sentence): Promise<Uint8Array> {
    return this.#speak(sentence);
  }

  /** What a flow says, before it is published; resolves when it is spoken, cannot be, or has taken long enough. */
  async before(tenantId: TenantId, flow: CallFlow): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = this.#parts.clock.after(limits.publicationWaitMaxMs, resolve);
    const work = async () => {
      const config = await this.#config(tenantId);
      if (config) await this.#speakMissing(tenantId, spokenWanted({ ...config, flows: [flow as never] }));
    };
    await Promise.race([work().catch((error: unknown) => this.#failed(error, tenantId)), late]);
    cancel();
  }

  /** By languages that have another voice than espeak-ng. */
  async rendering(tenantId: TenantId): Promise<Rendering> {
    const config = await this.#config(tenantId);
    if (!config) return [];
    const kept = await this.#kept(tenantId);
    const wanted = spokenWanted(config);
    return locales.flatMap((locale) => {
      const its = wanted.filter((one) => one.locale === locale);
      if (config.speech.voices[locale].provider.kind === 'espeak') return [];
      const failed = its.flatMap(({ key, text }) => {
        const fault = kept.has(key) ? undefined : this.#faults.get(`${tenantId} ${key}`);
        return fault ? [{ text, why: fault.why }] : [];
      });
      const ready = its.filter(({ key }) => kept.has(key)).length;
      return [{ locale, wanted: its.length, ready, failed: failed.slice(0, limits.faultsShownMax) }];
    });
  }

  async stop(): Promise<void> {
    this.#closing.abort();
    this.#cancelGathering?.();
    this.#cancelReview();
    await this.#round;
  }

  #awaitReview(): void {
    this.#cancelReview = this.#parts.clock.after(limits.speechReviewEveryMs, () => {
      void this.#reviewAll().finally(() => {
        if (!this.#closing.signal.aborted) this.#awaitReview();
      });
    });
  }

  async #reviewAll(): Promise<void> {
    try {
      for (const { id } of await inPlatform(this.#parts.database.platform, listTenants)) this.#stale.add(id);
      await this.#goRound();
    } catch (error) {
      this.#failed(error, null);
    }
  }

  /** One round after another. */
  #goRound(): Promise<void> {
    this.#round = this.#round.then(async () => {
      for (const tenantId of this.#stale) {
        this.#stale.delete(tenantId);
        if (!this.#closing.signal.aborted)
          await this.#look(tenantId).catch((error: unknown) => this.#failed(error, tenantId));
      }
    });
    return this.#round;
  }

  async #look(tenantId: TenantId): Promise<void> {
    const config = await this.#config(tenantId);
    if (!config) return;
    const wanted = spokenWanted(config);
    const beforeMs = this.#parts.clock.nowMs() - limits.spokenTextKeptMs;
    await this.#speakMissing(tenantId, wanted);
    await this.#inTenant(tenantId, (trx) => forgetSpokenTexts(trx, { keys: wanted.map(({ key }) => key), beforeMs })); // prettier-ignore
  }

  /** Undefined where espeak-ng speaks everything, as it mostly does: nothing more is read then. */
  #config(tenantId: TenantId): Promise<TenantConfig | undefined> {
    return this.#inTenant(tenantId, async (trx) => {
      const { voices } = await ownSpeech(trx);
      const isPlain = Object.values(voices).every(({ provider }) => provider.kind === 'espeak');
      return isPlain ? undefined : readTenantConfig(trx);
    });
  }

  #kept(tenantId: TenantId) {
    return this.#inTenant(tenantId, listSpokenTexts);
  }

  async #speakMissing(tenantId: TenantId, wanted: readonly WantedText[]): Promise<void> {
    const kept = await this.#kept(tenantId);
    let isNews = false;
    for (const one of wanted) {
      if (kept.has(one.key) || this.#isResting(tenantId, one.key) || this.#closing.signal.aborted) continue;
      isNews = (await this.#speakOne(tenantId, one)) || isNews;
    }
    if (isNews) await this.#parts.announce({ tenantId, noun: 'speech' });
  }

  async #speakOne(tenantId: TenantId, { key, text, voice }: WantedText): Promise<boolean> {
    const place = `${tenantId} ${key}`;
    try {
      const audio = await this.#speak({ tenantId, text, voice });
      const sha256 = createHash('sha256').update(audio).digest('hex');
      await this.#inTenant(tenantId, (trx) => keepSpokenText(trx, { key, sha256, audio }));
      this.#faults.delete(place);
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#faults.set(place, { why, atMs: this.#parts.clock.nowMs() });
      this.#parts.log.warn({ tenantId, text, why }, 'a text could not be spoken beforehand; espeak-ng speaks it meanwhile'); // prettier-ignore
      return false;
    }
  }

  #speak(sentence: Sentence): Promise<Uint8Array> {
    const time = new AbortController();
    const cancel = this.#parts.clock.after(limits.speakMaxMs, () => time.abort());
    const signal = AbortSignal.any([time.signal, this.#closing.signal]);
    return speakAtCentre(this.#parts, sentence, signal).finally(cancel);
  }

  #isResting(tenantId: TenantId, key: string): boolean {
    const fault = this.#faults.get(`${tenantId} ${key}`);
    return fault !== undefined && this.#parts.clock.nowMs() - fault.atMs < limits.speechReviewEveryMs;
  }

  #inTenant<Value>(tenantId: TenantId, work: Parameters<typeof inTenant<Value>>[2]): Promise<Value> {
    return inTenant(this.#parts.database.tenants, tenantId, work);
  }

  #failed(error: unknown, tenantId: TenantId | null): void {
    this.#parts.log.error({ err: error, tenantId }, 'texts could not be spoken beforehand');
  }
}
