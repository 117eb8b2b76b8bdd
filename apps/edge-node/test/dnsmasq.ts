/** dnsmasq as a carrier's name server, over UDP and TCP. Shares no line with us. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

export const hasDnsmasq = spawnSync('dnsmasq', ['--version']).error === undefined;

export interface DnsmasqOptions {
  readonly address: string;
  readonly port: number;
  /** Names below it that are not in `records` do not exist. */
  readonly zone: string;
  /** Lines of its configuration: `srv-host=…`, `naptr-record=…`, `host-record=…`. */
  readonly records: readonly string[];
  readonly ttlSeconds: number;
}

export class Dnsmasq {
  readonly server: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #log = '';

  private constructor(child: ChildProcess, folder: string, server: string) {
    this.#child = child;
    this.#folder = folder;
    this.server = server;
    child.stderr!.on('data', (octets: Buffer) => (this.#log += octets.toString()));
  }

  static async start({ address, port, zone, records, ttlSeconds }: DnsmasqOptions): Promise<Dnsmasq> {
    const folder = mkdtempSync(join(tmpdir(), 'seatgrid-dnsmasq-'));
    const file = join(folder, 'dnsmasq.conf');
    const lines = [
      `port=${port}`, `listen-address=${address}`, 'bind-interfaces', 'no-resolv', 'no-hosts', `local=/${zone}/`, `local-ttl=${ttlSeconds}`,
      'log-queries', ...records,
    ]; // prettier-ignore
    writeFileSync(file, `${lines.join('\n')}\n`);
    const self = process.getuid?.() === 0 ? ['--user=root'] : [];
    const child = spawn('dnsmasq', ['--keep-in-foreground', `--conf-file=${file}`, '--log-facility=-', ...self], {
      stdio: ['ignore', 'ignore', 'pipe'],
    }); // prettier-ignore
    const dnsmasq = new Dnsmasq(child, folder, `${address}:${port}`);
    await until('dnsmasq to listen', async () => {
      if (child.exitCode !== null) throw new Error(`dnsmasq ended: ${dnsmasq.#log}`);
      return answersOn(address, port);
    });
    return dnsmasq;
  }

  /** What was asked of it so far: `query[SRV] _sip._udp.carrier.test`. */
  get asked(): readonly string[] {
    return [...this.#log.matchAll(/query\[\w+\] \S+/g)].map(([query]) => query);
  }

  async close(): Promise<void> {
    const hasEnded = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.exitCode === null) {
      this.#child.kill();
      await hasEnded;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function answersOn(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
