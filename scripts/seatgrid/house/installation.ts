/**
 * One installation: a data folder and what was started from it. `run.json` remembers ports and processes, so that a second
 * `up` finds the first, and `down`, `status` and `call` need no flags.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Option } from '../command-line.ts';
import { root } from './environment.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

export interface Ports {
  /** HTTP: portals and API. */
  readonly web: number;
  readonly sip: number;
  readonly desk: number;
  /** Loopback only: the node's health, and for other installations the sign that this block is taken. */
  readonly local: number;
  readonly rtp: { readonly from: number; readonly to: number };
  readonly webrtc: { readonly from: number; readonly to: number };
}

export interface RunState {
  readonly schema: 1;
  /** What sockets bind to, and what others are told. */
  readonly address: string;
  readonly publicAddress: string;
  readonly ports: Ports;
  readonly hasDemo: boolean;
  readonly processes: Readonly<Partial<Record<ProcessName, ProcessIdentity>>>;
}

export type ProcessName = 'centre' | 'node';

export const dataOption: Option = {
  summary: 'the folder that keeps everything: database, ledger, recordings, logs',
  value: 'DIR',
  fallback: '.seatgrid',
  environment: 'SEATGRID_DATA_DIR',
};

export class Installation {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(root, folder);
  }

  /** What a command needs to find this installation: nothing, where the default folder is meant. */
  get flags(): string {
    return this.folder === resolve(root, dataOption.fallback!) ? '' : ` --data ${this.folder}`;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  log(name: ProcessName): string {
    return this.path('logs', `${name}.log`);
  }

  read(): RunState | undefined {
    return this.#readJson<RunState>('run.json');
  }

  write(state: RunState): void {
    this.#writeJson('run.json', state);
  }

  /** What must outlive `down` and stay on this machine: logins of the demo, the node's name at the centre. */
  readSecrets(): Secrets | undefined {
    return this.#readJson<Secrets>('secrets.json');
  }

  writeSecrets(secrets: Secrets): void {
    this.#writeJson('secrets.json', secrets);
  }

  /** Processes of this installation that run now. */
  alive(): ReadonlyMap<ProcessName, ProcessIdentity> {
    const entries = Object.entries(this.read()?.processes ?? {}) as [ProcessName, ProcessIdentity][];
    return new Map(entries.filter(([, identity]) => isAlive(identity)));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #readJson<Value>(name: string): Value | undefined {
    try {
      return JSON.parse(readFileSync(this.path(name), 'utf8')) as Value;
    } catch {
      return undefined;
    }
  }

  #writeJson(name: string, value: unknown): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const path = this.path(name);
    writeFileSync(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
}

/** Made once per data folder. */
export interface Secrets {
  readonly schema: 1;
  readonly operator: { readonly email: string; readonly password: string };
  /** Portal logins and desk phones of the demo. */
  readonly demoPassword: string;
  readonly phonePassword: string;
}
