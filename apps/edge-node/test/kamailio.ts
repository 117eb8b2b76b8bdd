/** Kamailio as its own process, by a script of the test. Shares no line with us. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestCertificate } from '@seatgrid/testkit/test-certificate.ts';
import { until } from './until.ts';

const modules = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/kamailio/modules/`);

export const hasKamailio = spawnSync('kamailio', ['-v']).error === undefined;
export const hasKamailioTls = modules.some((folder) => existsSync(`${folder}tls.so`));

export interface KamailioOptions {
  readonly address: string;
  /** Whom it proves to be, over TLS. */
  readonly certificate: TestCertificate;
  /** Its port without TLS; any free one where absent. */
  readonly plainPort?: number;
  /** What it does with each request; `ports` are its own. */
  readonly script: (ports: KamailioPorts) => string;
}

export interface KamailioPorts {
  /** UDP and TCP. */
  readonly plain: number;
  readonly tls: number;
}

export class Kamailio {
  readonly ports: KamailioPorts;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #log = '';

  private constructor(child: ChildProcess, folder: string, ports: KamailioPorts) {
    this.#child = child;
    this.#folder = folder;
    this.ports = ports;
    child.stderr!.on('data', (octets: Buffer) => (this.#log += octets.toString()));
  }

  static async start(options: KamailioOptions): Promise<Kamailio> {
    const { address, certificate, plainPort, script } = options;
    const folder = mkdtempSync(join(tmpdir(), 'seatgrid-kamailio-'));
    const ports = { plain: plainPort ?? (await freePort(address)), tls: await freePort(address) };
    const file = join(folder, 'kamailio.cfg');
    writeFileSync(join(folder, 'certificate.pem'), certificate.certificate);
    writeFileSync(join(folder, 'key.pem'), certificate.key);
    writeFileSync(file, prelude(address, ports, folder) + script(ports));
    // A group of its own, as it makes children that must end with it.
    const child = spawn('kamailio', ['-f', file, '-DD', '-E', '-w', folder, '-Y', folder, '-m', '32'], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const kamailio = new Kamailio(child, folder, ports);
    await until('Kamailio to listen', async () => {
      if (child.exitCode !== null) throw new Error(`Kamailio ended: ${kamailio.#log}`);
      return isTaken(address, hasKamailioTls ? ports.tls : ports.plain);
    });
    return kamailio;
  }

  async close(): Promise<void> {
    const hasEnded = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.exitCode === null) {
      process.kill(-this.#child.pid!, 'SIGTERM');
      await hasEnded;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function prelude(address: string, ports: KamailioPorts, folder: string): string {
  const tls = `enable_tls=yes
listen=tls:${address}:${ports.tls}
loadmodule "tls.so"
modparam("tls", "certificate", "${folder}/certificate.pem")
modparam("tls", "private_key", "${folder}/key.pem")
modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "verify_certificate", 0)
`;
  return `#!KAMAILIO
debug=1
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
dns=no
rev_dns=no
tcp_source_ipv4=${address}
listen=udp:${address}:${ports.plain}
listen=tcp:${address}:${ports.plain}
mpath="${modules.join(':')}"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "path.so"
loadmodule "maxfwd.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
modparam("usrloc", "db_mode", 0)
${hasKamailioTls ? tls : ''}`;
}

function freePort(address: string): Promise<number> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, address, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
