/**
 * Messages at the node that took them: spoken into a recording, cut to what was said, kept beside the recordings and told of once.
 * Heard, thrown away and taken back here, whoever asks; greetings recorded by phone lie here too.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { dayMs } from '@seatgrid/core/kernel/duration.ts';
import type { CallId, IdSource, MailboxId, TenantId, VoiceMessageId } from '@seatgrid/core/kernel/ids.ts';
import { deletedKeptMs, messageMinMs } from '@seatgrid/core/messages/limits.ts';
import type { MessageAct } from '@seatgrid/core/messages/mailbox.ts';
import { repairWav } from '@seatgrid/media/audio/recording-wav.ts';
import { writeSpokenPart } from '@seatgrid/media/audio/spoken-part.ts';
import type { EventJournal } from '../ledger/event-journal.ts';
import { messagesReviewEveryMs } from '../limits.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import { recordingPath } from '../recordings/recording-path.ts';
import { renderBeep } from './beep.ts';
import { KeptMessages, type KeptMessage } from './kept-messages.ts';

export interface MessageFacts {
  readonly tenantId: TenantId;
  readonly tenantSlug: string;
  readonly timeZone: string;
  readonly mailboxId: MailboxId;
  readonly mailboxName: string;
  readonly callId: CallId;
  readonly fromNumber: string;
  /** A greeting of the box instead of a message to it. */
  readonly isGreeting: boolean;
}

export interface BegunMessage {
  readonly path: string;
  /** Whether anything was kept; never where the call is over before. */
  onKept: ((isKept: boolean) => void) | undefined;
}

interface Changed {
  readonly tenantId: TenantId;
  readonly mailboxId: MailboxId;
}

export interface MessageStoreOptions {
  /** The recordings'. */
  readonly folder: string;
  readonly journal: Pick<EventJournal, 'record' | 'flush'>;
  readonly ids: IdSource;
  readonly clock: Clock;
  /** Null: kept as recordings are. */
  readonly keptDaysOf: (tenantId: TenantId, mailboxId: MailboxId) => number | null;
  readonly log?: NodeLog;
}

export class MessageStore {
  readonly #options: MessageStoreOptions;
  readonly #log: NodeLog;
  readonly #kept: KeptMessages;
  /** Being spoken, by the path of the recording. */
  readonly #begun = new Map<string, { readonly id: VoiceMessageId; readonly asked: BegunMessage }>();
  readonly #listeners = new Set<(changed: Changed) => void>();
  readonly beep: string;
  #cutting: Promise<void> = Promise.resolve();
  #cancelReview: Cancel = () => {};

  constructor(options: MessageStoreOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#kept = new KeptMessages(options.folder);
    for (const path of this.#kept.unreadable)
      this.#log.error({ path }, 'what is known of a message cannot be read; its sound stays where it is');
    mkdirSync(this.#greetings, { recursive: true });
    this.beep = join(this.#greetings, 'beep.wav');
    if (!existsSync(this.beep)) writeFileSync(this.beep, renderBeep());
  }

  /** What a crash left is cut and told of now; from here on messages grow old. */
  start(): void {
    for (const message of this.#kept.all())
      if (message.state === 'begun') this.#cut(message, { isRecovered: true });
    this.#review();
  }

  onChange(listener: (changed: Changed) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  inBox(tenantId: TenantId, mailboxId: MailboxId): readonly KeptMessage[] {
    return this.#kept.inBox(tenantId, mailboxId);
  }

  soundOf(id: VoiceMessageId): string | undefined {
    const message = this.#kept.get(id);
    return message && join(this.#options.folder, message.path);
  }

  greetingOf(tenantId: TenantId, mailboxId: MailboxId): string | undefined {
    const path = this.#greetingPath(tenantId, mailboxId);
    return existsSync(path) ? path : undefined;
  }

  removeGreeting(tenantId: TenantId, mailboxId: MailboxId, callId: CallId): void {
    const path = this.#greetingPath(tenantId, mailboxId);
    if (!existsSync(path)) return;
    rmSync(path);
    this.#options.journal.record(tenantId, {
      kind: 'mailbox.greeting',
      mailboxId,
      callId,
      isRecorded: false,
    });
  }

  // One being spoken

  /** Makes the folder and the path the engine shall write to. Throws where nothing can be written. */
  begin(facts: MessageFacts): BegunMessage {
    const { folder, ids, clock } = this.#options;
    const id = ids.next<'voice-message'>();
    const leftAtMs = clock.nowMs();
    const name = recordingPath({
      tenantSlug: facts.tenantSlug,
      callId: facts.callId,
      queueName: facts.mailboxName,
      startedAtMs: leftAtMs,
      timeZone: facts.timeZone,
      staffIds: [],
    });
    // A call may leave more than one.
    const path = name.replace('/', '/messages/') + `_${id.slice(-8)}.wav`;
    const recordingPathOf = `.messages/${id}.wav`;
    this.#kept.keep({
      id,
      tenantId: facts.tenantId,
      mailboxId: facts.mailboxId,
      callId: facts.callId,
      fromNumber: facts.fromNumber,
      leftAtMs,
      path,
      recordingPath: recordingPathOf,
      durationMs: 0,
      octets: 0,
      sha256: '',
      state: 'begun',
      isGreeting: facts.isGreeting,
      isHeard: false,
      deletedAtMs: null,
    });
    const asked: BegunMessage = { path: join(folder, recordingPathOf), onKept: undefined };
    this.#begun.set(asked.path, { id, asked });
    return asked;
  }

  /** The engine has closed this file, or can write it no further. False: it is none of a message. */
  recorded(path: string): boolean {
    const begun = this.#begun.get(path);
    if (!begun) return false;
    this.#begun.delete(path);
    const message = this.#kept.get(begun.id);
    if (message) this.#cut(message, { isRecovered: false, onKept: (isKept) => begun.asked.onKept?.(isKept) });
    return true;
  }

  /** The media worker died: what it wrote so far is all there is. */
  lost(callId: CallId): void {
    for (const [path, { id }] of this.#begun) if (this.#kept.get(id)?.callId === callId) this.recorded(path);
  }

  // What becomes of it

  /** False where there is no such message, or it is so already. */
  act(
    tenantId: TenantId,
    messageId: VoiceMessageId,
    { act, way }: { readonly act: Exclude<MessageAct, 'purged'>; readonly way: 'phone' | 'portal' | 'age' },
  ): boolean {
    const message = this.#kept.get(messageId);
    if (!message || message.tenantId !== tenantId || message.state !== 'kept') return false;
    const isHeard = act === 'heard' ? true : act === 'unheard' ? false : message.isHeard;
    const deletedAtMs =
      act === 'deleted'
        ? (message.deletedAtMs ?? this.#options.clock.nowMs())
        : act === 'restored'
          ? null
          : message.deletedAtMs;
    if (isHeard === message.isHeard && deletedAtMs === message.deletedAtMs) return false;
    this.#kept.keep({ ...message, isHeard, deletedAtMs });
    this.#tellChanged(message, act, way);
    return true;
  }

  settled(): Promise<void> {
    return this.#cutting;
  }

  async close(): Promise<void> {
    this.#cancelReview();
    await this.#cutting;
  }

  #cut(
    message: KeptMessage,
    how: { readonly isRecovered: boolean; readonly onKept?: (isKept: boolean) => void },
  ): void {
    this.#cutting = this.#cutting
      .then(() => this.#cutOne(message, how.isRecovered))
      .then((isKept) => how.onKept?.(isKept))
      .catch((error: unknown) => {
        this.#log.error(
          { err: error, callId: message.callId },
          'a message could not be finished; it is tried again at the next start',
        );
        how.onKept?.(false);
      });
  }

  async #cutOne(message: KeptMessage, isRecovered: boolean): Promise<boolean> {
    const { folder, journal } = this.#options;
    const source = join(folder, message.recordingPath);
    const target = message.isGreeting
      ? this.#greetingPath(message.tenantId, message.mailboxId)
      : join(folder, message.path);
    const isThere = (await repairWav(source)).ok;
    await mkdir(dirname(target), { recursive: true });
    const made = isThere
      ? await writeSpokenPart(source, `${target}.part`, { spokenMinMs: messageMinMs })
      : null;
    if (!made?.ok || message.isGreeting) {
      if (made?.ok) {
        await rename(`${target}.part`, target);
        const { tenantId, mailboxId, callId } = message;
        journal.record(tenantId, { kind: 'mailbox.greeting', mailboxId, callId, isRecorded: true });
      }
      await rm(source, { force: true });
      this.#kept.forget(message.id);
      return made?.ok === true;
    }
    await rename(`${target}.part`, target);
    journal.record(message.tenantId, {
      kind: 'voice-message.left',
      messageId: message.id,
      mailboxId: message.mailboxId,
      callId: message.callId,
      fromNumber: message.fromNumber,
      leftAtMs: message.leftAtMs,
      path: message.path,
      isRecovered,
      ...made.value,
    });
    // A crash between the two tells it twice, under the same id: the centre stores it once.
    await journal.flush();
    this.#kept.keep({ ...message, ...made.value, state: 'kept' });
    await rm(source, { force: true });
    this.#tell(message);
    return true;
  }

  /** What is older than its box keeps is thrown away; what was thrown away long enough ago is gone. */
  #review(): void {
    const { clock, keptDaysOf } = this.#options;
    const nowMs = clock.nowMs();
    for (const message of this.#kept.all()) {
      if (message.state !== 'kept') continue;
      const keptDays = keptDaysOf(message.tenantId, message.mailboxId);
      if (message.deletedAtMs !== null && nowMs - message.deletedAtMs > deletedKeptMs) this.#purge(message);
      else if (keptDays !== null && nowMs - message.leftAtMs > keptDays * dayMs)
        this.act(message.tenantId, message.id, { act: 'deleted', way: 'age' });
    }
    this.#cancelReview = clock.after(messagesReviewEveryMs, () => this.#review());
  }

  #purge(message: KeptMessage): void {
    rmSync(join(this.#options.folder, message.path), { force: true });
    this.#kept.forget(message.id);
    this.#tellChanged(message, 'purged', 'age');
  }

  #tellChanged(
    { id, tenantId, mailboxId }: KeptMessage,
    act: MessageAct,
    way: 'phone' | 'portal' | 'age',
  ): void {
    this.#options.journal.record(tenantId, {
      kind: 'voice-message.changed',
      messageId: id,
      mailboxId,
      act,
      way,
    });
    this.#tell({ tenantId, mailboxId });
  }

  #tell({ tenantId, mailboxId }: Changed): void {
    for (const listener of this.#listeners) listener({ tenantId, mailboxId });
  }

  get #greetings(): string {
    return join(this.#options.folder, '.greetings');
  }

  #greetingPath(tenantId: TenantId, mailboxId: MailboxId): string {
    return join(this.#greetings, `${tenantId}-${mailboxId}.wav`);
  }
}
