/** The sound files the current config names, fetched from the centre by hash and kept at the node, and the product's own music. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeConfig, PromptFile } from '@seatgrid/contracts/link/node-config.ts';
import type { SpokenFile } from '@seatgrid/contracts/nouns/speech.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { PromptId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import type { ConfigLedger } from '../ledger/config-ledger.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import type { CentreAccess } from '../uplink/centre-access.ts';
import { timeLimit } from '../uplink/time-limit.ts';
import { renderDemoMusic } from './demo-music.ts';
import * as limits from './limits.ts';

export interface PromptFiles {
  /** The local 8 kHz WAV; undefined while it is not here. */
  pathOf(tenantId: TenantId, promptId: PromptId): string | undefined;
  /** The same of a text the centre has spoken beforehand. */
  spokenOf(tenantId: TenantId, text: string, locale: Locale): string | undefined;
  /** Hold music where neither queue nor tenant names one. Made at the first start. */
  defaultMusic(): readonly string[];
  /** Files the config names that are not here yet. */
  missing(): number;
  /** Resolves when every file the current config names is here or has failed once. */
  settled(): Promise<void>;
  close(): void;
}

export interface PromptFilesOptions {
  readonly folder: string;
  readonly ledger: ConfigLedger;
  /** Null: files are put into the folder by hand, as `<sha256>.wav`. */
  readonly centre: CentreAccess | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: NodeLog;
}

export function openPromptFiles(options: PromptFilesOptions): PromptFiles {
  return new FetchedPromptFiles({ ...options, log: options.log ?? silentLog });
}

/** A file the config names, whatever for. */
type NamedFile = Pick<PromptFile, 'name' | 'sha256' | 'octets'>;

/** A file that is not here yet. */
interface Wanted {
  readonly file: NamedFile;
  triesFailed: number;
  isBeingFetched: boolean;
  cancelRetry: Cancel | undefined;
}

class FetchedPromptFiles implements PromptFiles {
  readonly #options: PromptFilesOptions & { readonly log: NodeLog };
  /** Paths of what is here, by tenant and prompt. */
  #paths = new Map<string, string>();
  readonly #wanted = new Map<string, Wanted>();
  readonly #music: string;
  #waiters: (() => void)[] = [];
  readonly #cancelApplied: Cancel;
  #isClosed = false;

  constructor(options: PromptFilesOptions & { readonly log: NodeLog }) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
    this.#music = join(options.folder, 'default-music.wav');
    if (!existsSync(this.#music)) writeWhole(this.#music, renderDemoMusic(0, limits.defaultMusicSeconds));
    const config = options.ledger.current();
    if (config) this.#take(config);
    this.#cancelApplied = options.ledger.onApplied((applied) => this.#take(applied));
  }

  pathOf(tenantId: TenantId, promptId: PromptId): string | undefined {
    return this.#paths.get(`${tenantId}/${promptId}`);
  }

  spokenOf(tenantId: TenantId, text: string, locale: Locale): string | undefined {
    return this.#paths.get(spokenKey(tenantId, { text, locale }));
  }

  defaultMusic(): readonly string[] {
    return [this.#music];
  }

  missing(): number {
    return this.#wanted.size;
  }

  settled(): Promise<void> {
    return this.#isSettled() ? Promise.resolve() : new Promise((resolve) => this.#waiters.push(resolve));
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelApplied();
    for (const wanted of this.#wanted.values()) wanted.cancelRetry?.();
    this.#tellSettled();
  }

  #take(config: NodeConfig): void {
    const named = new Map<string, NamedFile>();
    const paths = new Map<string, string>();
    for (const { key, file } of filesOf(config)) {
      named.set(file.sha256, file);
      if (this.#isHere(file)) paths.set(key, this.#pathOf(file));
    }
    this.#paths = paths;
    for (const [sha256, wanted] of this.#wanted) {
      if (named.has(sha256)) continue;
      wanted.cancelRetry?.();
      this.#wanted.delete(sha256);
    }
    for (const [sha256, file] of named)
      if (!this.#wanted.has(sha256) && !this.#isHere(file))
        this.#wanted.set(sha256, { file, triesFailed: 0, isBeingFetched: false, cancelRetry: undefined });
    this.#forgetUnnamed(named);
    this.#fetchMore();
  }

  #pathOf(file: NamedFile): string {
    return join(this.#options.folder, `${file.sha256}.wav`);
  }

  /** Files get their names when they are whole and their hash fits, so the size tells enough. */
  #isHere(file: NamedFile): boolean {
    return statSync(this.#pathOf(file), { throwIfNoEntry: false })?.size === file.octets;
  }

  #forgetUnnamed(named: ReadonlyMap<string, NamedFile>): void {
    const { folder, clock } = this.#options;
    for (const name of readdirSync(folder)) {
      const sha256 = /^([0-9a-f]{64})\.wav$/.exec(name)?.[1];
      if (sha256 === undefined || named.has(sha256)) continue;
      const changedAtMs = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (clock.nowMs() - changedAtMs > limits.unnamedKeptMs) rmSync(join(folder, name), { force: true });
    }
  }

  #fetchMore(): void {
    const { centre } = this.#options;
    if (centre === null || this.#isClosed) return this.#tellSettled();
    const all = [...this.#wanted.values()];
    let free = limits.fetchesAtOnceMax - all.filter(({ isBeingFetched }) => isBeingFetched).length;
    for (const wanted of all) {
      if (free <= 0) break;
      if (wanted.isBeingFetched || wanted.cancelRetry !== undefined) continue;
      free--;
      wanted.isBeingFetched = true;
      void this.#fetch(wanted, centre);
    }
    this.#tellSettled();
  }

  async #fetch(wanted: Wanted, centre: CentreAccess): Promise<void> {
    const { clock, random, log } = this.#options;
    const { file } = wanted;
    try {
      writeWhole(this.#pathOf(file), await fetchPrompt(file, centre, clock));
      this.#wanted.delete(file.sha256);
      this.#nameWhatIsHere();
    } catch (error) {
      wanted.triesFailed++;
      const restMs = Math.min(
        limits.fetchRetryMaxMs,
        limits.fetchRetryFirstMs * 2 ** (wanted.triesFailed - 1),
      );
      const retryMs = restMs / 2 + randomInteger(random, Math.floor(restMs / 2) + 1);
      if (!this.#isClosed && this.#wanted.get(file.sha256) === wanted) {
        log.warn(
          { prompt: file.name, why: (error as Error).message, retryMs },
          'a prompt could not be fetched',
        );
        wanted.cancelRetry = clock.after(retryMs, () => {
          wanted.cancelRetry = undefined;
          this.#fetchMore();
        });
      }
    }
    wanted.isBeingFetched = false;
    this.#fetchMore();
  }

  #nameWhatIsHere(): void {
    const config = this.#options.ledger.current();
    for (const { key, file } of config ? filesOf(config) : [])
      if (!this.#wanted.has(file.sha256) && this.#isHere(file)) this.#paths.set(key, this.#pathOf(file));
  }

  #isSettled(): boolean {
    if (this.#isClosed || this.#options.centre === null) return true;
    return [...this.#wanted.values()].every(
      ({ triesFailed, isBeingFetched }) => triesFailed > 0 && !isBeingFetched,
    );
  }

  #tellSettled(): void {
    if (this.#isSettled()) for (const resolve of this.#waiters.splice(0)) resolve();
  }
}

function filesOf(config: NodeConfig): { readonly key: string; readonly file: NamedFile }[] {
  return config.tenants.flatMap(({ tenant, prompts, spoken }) => [
    ...prompts.map((file) => ({ key: `${tenant.id}/${file.id}`, file })),
    ...spoken.map((file) => ({ key: spokenKey(tenant.id, file), file: { ...file, name: file.text } })),
  ]);
}

function spokenKey(tenantId: TenantId, { text, locale }: Pick<SpokenFile, 'text' | 'locale'>): string {
  return `${tenantId}/${locale}/${text}`;
}

async function fetchPrompt(file: NamedFile, centre: CentreAccess, clock: Clock): Promise<Uint8Array> {
  using limit = timeLimit(clock, limits.fetchMaxMs);
  const reply = await fetch(`${centre.url}/api/node/prompts/${file.sha256}`, {
    headers: { authorization: await centre.authorization() },
    signal: limit.signal,
  });
  if (!reply.ok || reply.body === null) throw new Error(`the centre answered ${reply.status}`);
  const hash = createHash('sha256');
  const parts: Uint8Array[] = [];
  let octets = 0;
  for await (const part of reply.body as unknown as AsyncIterable<Uint8Array>) {
    octets += part.length;
    if (octets > file.octets) throw new Error(`the file is larger than the ${file.octets} octets promised`);
    hash.update(part);
    parts.push(part);
  }
  const sha256 = hash.digest('hex');
  if (octets !== file.octets || sha256 !== file.sha256)
    throw new Error(`what came (${octets} octets, ${sha256}) is not what the config names`);
  return Buffer.concat(parts);
}

function writeWhole(path: string, octets: Uint8Array): void {
  writeFileSync(`${path}.part`, octets, { flush: true });
  renameSync(`${path}.part`, path);
}
