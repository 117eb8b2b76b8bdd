/** The hands of `./seatgrid box`: makes this machine what a plan says, with the programs every Debian has. Decides nothing. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boxTable } from '@seatgrid/core/fleet/box-filter.ts';
import { boxPlan, type Command } from '@seatgrid/core/fleet/box-plan.ts';
import type { BoxMachine, BoxSettings, BoxTunnel } from '@seatgrid/core/fleet/box-settings.ts';
import { unshapingCommands } from '@seatgrid/core/fleet/box-shaping.ts';
import { tunnelText } from '@seatgrid/core/fleet/box-tunnel.ts';
import { Obstacle } from '../command-line.ts';
import { aptLine, boxTools, findProgram, isHere } from '../house/machine-tools.ts';

/** A program that refused, with its own words. */
export class BoxFault extends Error {
  override readonly name = 'BoxFault';
}

export function run(words: Command, input?: string): string {
  const [program, ...rest] = words;
  const ended = spawnSync(program!, rest, { encoding: 'utf8', ...(input === undefined ? {} : { input }) });
  if (ended.status === 0) return ended.stdout;
  const why = ended.error?.message ?? ended.stderr.trim();
  throw new BoxFault(`${words.join(' ')}: ${why === '' ? `exit code ${ended.status}` : why}`);
}

function isRefused(words: Command): boolean {
  return spawnSync(words[0]!, words.slice(1), { stdio: 'ignore' }).status !== 0;
}

export function requireMachine(settings: BoxSettings): void {
  if (process.getuid?.() !== 0)
    throw new Obstacle('filters, tunnels and queues are root’s', 'sudo ./seatgrid box …');
  const needed = boxTools.filter(({ isForTunnel }) => settings.tunnel !== null || isForTunnel !== true);
  const missing = needed.filter((tool) => !isHere(tool));
  if (missing.length > 0)
    throw new Obstacle(`${missing.map((tool) => tool.shows).join(' and ')} missing`, aptLine(missing));
}

/** Looked for by trying, on the loopback's own queue: kernels do not say what they can. */
export function machine(): BoxMachine {
  const isThere = !isRefused(['tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'fq_codel']);
  if (isThere) isRefused(['tc', 'qdisc', 'del', 'dev', 'lo', 'root']);
  return { leaf: isThere ? 'fq_codel' : 'pfifo' };
}

/** Whether the kernel would take the filter; the words it refuses with otherwise. */
export function checkFilter(filter: string): void {
  run(['nft', '--check', '--file', '-'], filter);
}

/** The public half of the box's key, which is made at the first need and never leaves the box. */
export function publicKey(keyPath: string): string {
  if (!existsSync(keyPath)) {
    mkdirSync(join(keyPath, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(keyPath, run(['wg', 'genkey']), { mode: 0o600 });
  }
  return run(['wg', 'pubkey'], readFileSync(keyPath, 'utf8')).trim();
}

export interface Change {
  readonly from: BoxSettings | null;
  /** Null: nothing of ours is left. */
  readonly to: BoxSettings | null;
  readonly keyPath: string;
}

/** Makes the machine so. Doing it twice is doing it once. */
export function enforce({ from, to, keyPath }: Change): void {
  if (from) leaveBehind(from, to);
  if (!to) {
    if (!isRefused(['nft', 'list', 'table', 'inet', boxTable])) run(['nft', 'delete', 'table', 'inet', boxTable]);
    return;
  }
  const plan = boxPlan(to, machine());
  if (to.tunnel && plan.tunnel) {
    openTunnel(to.tunnel, keyPath);
    for (const command of plan.tunnel.commands) run(command);
  }
  run(['nft', '--file', '-'], plan.filter);
  // The kernel changes no queue in place: a moment without order is its price.
  for (const command of unshapingCommands(to)) isRefused(command);
  for (const command of plan.shaping) run(command);
} // prettier-ignore

/** What the new settings have no use for. */
function leaveBehind(from: BoxSettings, to: BoxSettings | null): void {
  const lines = (of: BoxSettings | null) => [of?.outside.interface, of?.tunnel?.interface];
  for (const command of unshapingCommands(from)) if (!lines(to).includes(command[4])) isRefused(command);
  if (!from.tunnel) return;
  const { interface: name } = from.tunnel;
  if (to?.tunnel?.interface !== name) return void isRefused(['ip', 'link', 'del', 'dev', name]);
  const networks = (of: BoxTunnel) => of.peers.flatMap((peer) => peer.networks);
  const kept = networks(to.tunnel);
  for (const network of networks(from.tunnel))
    if (!kept.includes(network)) isRefused(['ip', 'route', 'del', network, 'dev', name]);
  if (from.tunnel.address !== to.tunnel.address) isRefused(['ip', 'address', 'del', from.tunnel.address, 'dev', name]);
} // prettier-ignore

/** The kernel's own WireGuard, else the one in user space where it is installed. Peers that stay keep their sessions. */
function openTunnel(tunnel: BoxTunnel, keyPath: string): void {
  const { interface: name } = tunnel;
  publicKey(keyPath);
  const isOpen = !isRefused(['ip', 'link', 'show', 'dev', name]);
  if (!isOpen && isRefused(['ip', 'link', 'add', 'dev', name, 'type', 'wireguard'])) {
    if (!findProgram('wireguard-go'))
      throw new BoxFault('this kernel has no WireGuard, and wireguard-go is not installed');
    run(['wireguard-go', name]);
  }
  const secret = readFileSync(keyPath, 'utf8').trim();
  const file = `${keyPath}.setconf`;
  try {
    const text = tunnelText(tunnel).replace('[Interface]', `[Interface]\nPrivateKey = ${secret}`);
    writeFileSync(file, text, { mode: 0o600 });
    run(['wg', isOpen ? 'syncconf' : 'setconf', name, file]);
  } finally {
    rmSync(file, { force: true });
  }
}
