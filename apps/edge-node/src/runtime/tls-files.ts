/** Certificates and keys of SIP over TLS as they lie on disk, read again when somebody has renewed them. */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { SipTls } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { tlsLookEveryMs } from '../limits.ts';
import type { NodeLog } from '../node-log.ts';

/** Paths of PEM files; each key beside its certificate. */
export interface TlsFiles {
  readonly certificates: readonly string[];
  readonly keys: readonly string[];
  readonly authorities: string | null;
}

export function readTlsFiles({ certificates, keys, authorities }: TlsFiles): SipTls {
  const read = (path: string): string => readFileSync(path, 'utf8');
  const identities = certificates.map((path, index) => ({
    certificate: read(path),
    key: read(keys[index]!),
  }));
  return authorities === null ? { identities } : { identities, authorities: read(authorities) };
}

export interface TlsWatchOptions {
  readonly clock: Clock;
  readonly log: NodeLog;
  readonly renew: (tls: SipTls) => void;
}

export class TlsWatch {
  readonly #files: TlsFiles;
  readonly #options: TlsWatchOptions;
  /** Tried last, whether it could be used or not. */
  #tried: SipTls;
  #cancel: Cancel = () => {};

  constructor(files: TlsFiles, options: TlsWatchOptions) {
    this.#files = files;
    this.#options = options;
    this.#tried = readTlsFiles(files);
    this.#lookLater();
  }

  /** Whoever renews writes one file after the other: what does not fit yet is looked at again. */
  look(): void {
    const { log, renew } = this.#options;
    try {
      const found = readTlsFiles(this.#files);
      if (isDeepStrictEqual(found, this.#tried)) return;
      this.#tried = found;
      renew(found);
      log.info({ files: this.#files.certificates }, 'the certificates were renewed');
    } catch (error) {
      log.error({ err: error }, 'the certificates on disk cannot be used; those in use stay');
    }
  }

  close(): void {
    this.#cancel();
  }

  #lookLater(): void {
    this.#cancel = this.#options.clock.after(tlsLookEveryMs, () => {
      this.look();
      this.#lookLater();
    });
  }
}
