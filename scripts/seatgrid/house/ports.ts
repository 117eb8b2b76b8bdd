/** Whether ports are free, who has them when not, and free blocks for media. */
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { Obstacle } from '../command-line.ts';

export type PortProtocol = 'tcp' | 'udp';

export interface PortWish {
  readonly protocol: PortProtocol;
  readonly port: number;
  readonly address: string;
  /** What it is for, and the flag that moves it. */
  readonly purpose: string;
  readonly flag: string;
  /** The flag takes a range of so many ports. */
  readonly spans?: number;
}

/** Refuses with the process that has the port and the cure; also what two of the wishes would take from each other. */
export async function requireFree(wishes: readonly PortWish[]): Promise<void> {
  for (const [at, wish] of wishes.entries()) {
    const rival = wishes.slice(0, at).find((one) => one.protocol === wish.protocol && one.port === wish.port);
    if (rival)
      throw new Obstacle(`${rival.purpose} and ${wish.purpose} cannot both have ${wish.protocol.toUpperCase()} port ${wish.port}`, `choose another: ${wish.flag}`); // prettier-ignore
  }
  for (const wish of wishes) {
    const fault = await tryBind(wish.protocol, wish.address, wish.port);
    if (fault === undefined) continue;
    if (fault === 'EACCES')
      throw new Obstacle(`${wish.purpose} may not listen on port ${wish.port}: ports below 1024 need root`, `choose another: ${wish.flag} PORT`); // prettier-ignore
    if (fault === 'EADDRNOTAVAIL')
      throw new Obstacle(`${wish.address} is not an address of this machine`, 'choose another: --address 127.0.0.1, or 0.0.0.0 for every interface'); // prettier-ignore
    const holder = holderOf(wish.protocol, wish.port);
    const free = await freePort(wish.protocol, wish.address, wish.port + (wish.spans ?? 1));
    throw new Obstacle(
      `${wish.protocol.toUpperCase()} port ${wish.port}, wanted for ${wish.purpose}, is taken by ${holder ?? 'another process'}`,
      `end that process, or choose another port: ${wish.flag} ${wish.spans ? `${free}-${free + wish.spans - 1}` : free}`,
    );
  }
}

/** The first free port from `from` upwards. */
export async function freePort(protocol: PortProtocol, address: string, from: number): Promise<number> {
  for (let port = from; port <= 65_535; port++)
    if ((await tryBind(protocol, address, port)) === undefined) return port;
  throw new Obstacle(
    `no ${protocol.toUpperCase()} port from ${from} up is free`,
    'end something that listens',
  );
}

const blockPorts = 1_000;
const firstBlock = 20_000;
const blocks = 12;
const usualSipPort = 5_060;

/**
 * A block of a thousand ports for media that no other installation on this machine has. An installation shows that it has a
 * block by listening on TCP at its first port (the node's local API); RTP sockets are UDP and come and go with calls. Where
 * the search begins follows from the SIP port, which two copies never share, so that two starting at once look elsewhere.
 */
export async function freeBlock(sipPort: number): Promise<number> {
  const start = Math.abs(sipPort - usualSipPort) % blocks;
  for (let each = 0; each < blocks; each++) {
    const from = firstBlock + ((start + each) % blocks) * blockPorts;
    if ((await tryBind('tcp', '127.0.0.1', from)) === undefined) return from;
  }
  throw new Obstacle(
    'no block of a thousand ports between 20000 and 31999 is free',
    'choose one: --rtp-ports 33000-33999',
  );
}

export function tryBind(protocol: PortProtocol, address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (protocol === 'tcp') {
      const server = createServer();
      server.once('error', (fault: NodeJS.ErrnoException) => resolve(fault.code ?? 'unknown'));
      server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(undefined)));
    } else {
      const socket = createSocket('udp4');
      socket.once(
        'error',
        (fault: NodeJS.ErrnoException) => (socket.close(), resolve(fault.code ?? 'unknown')),
      );
      socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve(undefined)));
    }
  });
}

/** `nginx (process 812)`, read from /proc; undefined where we may not see it. */
export function holderOf(protocol: PortProtocol, port: number): string | undefined {
  const inodes = new Set<string>();
  for (const table of [protocol, `${protocol}6`])
    for (const inode of listeningInodes(table, port)) inodes.add(inode);
  if (inodes.size === 0) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)))
    for (const link of socketsOf(pid)) if (inodes.has(link)) return `${commandOf(pid)} (process ${pid})`;
  return undefined;
}

/** proc(5), /proc/net/tcp: local address in hex as the second field, state as the fourth (0A: LISTEN), inode as the tenth. */
function listeningInodes(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return readText(`/proc/net/${table}`)
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((row) => row[1]?.endsWith(`:${hex}`) && (table.startsWith('udp') || row[3] === '0A'))
    .map((row) => `socket:[${row[9]}]`);
}

function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return '';
      }
    });
  } catch {
    return [];
  }
}

function commandOf(pid: string): string {
  const words = readText(`/proc/${pid}/cmdline`).split('\0').filter(Boolean);
  const script = words.slice(1).find((word) => !word.startsWith('-'));
  const name = words[0]?.split('/').at(-1) ?? readText(`/proc/${pid}/comm`).trim();
  return script && /node|python|bash|sh$/.test(name) ? `${name} ${script}` : name;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
