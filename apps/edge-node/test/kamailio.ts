/** Kamailio as a carrier: registrar, proxy and the one that asks for proofs. Shares no line with us. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

export const hasKamailio = spawnSync('kamailio', ['-v']).error === undefined;

export interface KamailioOptions {
  readonly address: string;
  readonly realm: string;
  readonly username: string;
  readonly password: string;
  /** The customer, whose calls must prove themselves; calls of everybody else lead to its contact. */
  readonly customerAddress: string;
  /** Where the customer's calls lead. */
  readonly outside: { readonly host: string; readonly port: number };
}

export class Kamailio {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #log = '';

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.port = port;
    child.stderr!.on('data', (octets: Buffer) => (this.#log += octets.toString()));
  }

  static async start(options: KamailioOptions): Promise<Kamailio> {
    const folder = mkdtempSync(join(tmpdir(), 'seatgrid-kamailio-'));
    const port = await freePort(options.address);
    const file = join(folder, 'kamailio.cfg');
    writeFileSync(file, script(options, port));
    // A group of its own, as it makes children that must end with it.
    const child = spawn('kamailio', ['-f', file, '-DD', '-E', '-w', folder, '-Y', folder, '-m', '16'], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const kamailio = new Kamailio(child, folder, port);
    await until('Kamailio to listen', async () => {
      if (child.exitCode !== null) throw new Error(`Kamailio ended: ${kamailio.#log}`);
      return isTaken(options.address, port);
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

function script(
  { address, realm, username, password, customerAddress, outside }: KamailioOptions,
  port: number,
) {
  return `#!KAMAILIO
debug=1
log_stderror=yes
children=1
auto_aliases=no
dns=no
rev_dns=no
disable_tcp=yes
listen=udp:${address}:${port}
alias="${realm}"
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/:/usr/lib/aarch64-linux-gnu/kamailio/modules/"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
modparam("usrloc", "db_mode", 0)
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK") && t_check_trans()) { t_relay(); exit; }
    if (!is_method("ACK")) { sl_send_reply("404", "Not Here"); }
    exit;
  }
  if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
  if (is_method("ACK")) { t_check_trans(); exit; }
  if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("${realm}", "${password}", "0")) { www_challenge("${realm}", "0"); exit; }
    if ($au != "${username}") { sl_send_reply("403", "Not Yours"); exit; }
    save("location");
    exit;
  }
  if (!is_method("INVITE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
  record_route();
  if ($si == "${customerAddress}") {
    if (!pv_proxy_authenticate("${realm}", "${password}", "0")) { proxy_challenge("${realm}", "0"); exit; }
    consume_credentials();
    $du = "sip:${outside.host}:${outside.port}";
    t_relay();
    exit;
  }
  # Every number here is the customer's; the To says which.
  $ru = "sip:${username}@${realm}";
  if (!lookup("location")) { sl_send_reply("404", "Not Registered"); exit; }
  t_relay();
}
`;
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

function isTaken(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(true));
    socket.bind(port, address, () => socket.close(() => resolve(false)));
  });
}
