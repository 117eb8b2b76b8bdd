/** For tests only: places with a network of their own (namespaces), joined by a line that is as thin as it is told to be. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

const partyPath = new URL('./box-party.ts', import.meta.url).pathname;

export class NetPlace {
  readonly name: string;
  /** On the line's net. */
  readonly address: string;
  readonly #children = new Set<ChildProcess>();
  readonly #doors: Server[] = [];

  constructor(name: string, address: string) {
    this.name = name;
    this.address = address;
  }

  /** The same command, there. */
  words(words: readonly string[]): string[] {
    return ['ip', 'netns', 'exec', this.name, ...words];
  }

  run(...words: string[]): string {
    const [program, ...rest] = this.words(words);
    const ended = spawnSync(program!, rest, { encoding: 'utf8' });
    if (ended.status !== 0)
      throw new Error(`${words.join(' ')}: ${ended.status} ${ended.stderr}${ended.stdout}`);
    return ended.stdout;
  }

  spawn(words: readonly string[], environment: Record<string, string> = {}): ChildProcess {
    const [program, ...rest] = this.words(words);
    const child = spawn(program!, rest, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** A party's last word. */
  async told<Word>(...words: string[]): Promise<Word> {
    const party = this.party(...words);
    return (await party.ended()) as Word;
  }

  /** A party at work: `begun` when it says its first word. */
  party(...words: string[]): NetParty {
    const child = this.spawn([process.execPath, partyPath, ...words]);
    const said: string[] = [];
    let read = 0;
    let line = '';
    let complaints = '';
    child.stdout!.on('data', (data: Buffer) => {
      const lines = (line + data.toString()).split('\n');
      line = lines.pop()!;
      said.push(...lines.filter(Boolean));
    });
    child.stderr!.on('data', (data: Buffer) => (complaints += data.toString()));
    const exited = once(child, 'close');
    const word = (index: number) =>
      until(
        `a word of ${words.slice(0, 3).join(' ')}`,
        () => {
          if (said.length <= index && child.exitCode !== null) throw new Error(complaints);
          return said[index];
        },
        60_000,
      );
    return {
      begun: async () => JSON.parse(await word(0)) as unknown,
      next: async () => JSON.parse(await word(read++)) as never,
      end: () => void child.kill('SIGTERM'),
      async ended() {
        await exited;
        if (said.length === 0) throw new Error(`${words.join(' ')} said nothing: ${complaints}`);
        return JSON.parse(said.at(-1)!) as unknown;
      },
    };
  }

  /** A port of this process's own loopback that leads to an address as that place reaches it: files are shared by places, networks are not. */
  async door(host: string, port: number): Promise<number> {
    const path = join(mkdtempSync(join(tmpdir(), 'seatgrid-door-')), 'door');
    await this.party('door', path, host, String(port)).begun();
    const server = createServer((near) => {
      const far = connect(path);
      for (const [from, to] of [[near, far], [far, near]] as const)
        from.on('error', () => {}).on('close', () => to.destroy()).pipe(to);
    }); // prettier-ignore
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    this.#doors.push(server);
    return (server.address() as AddressInfo).port;
  }

  /** What passes one of its interfaces, as tshark's fields, until it is asked for. */
  async capture(line: string, filter: string, fields: readonly string[]): Promise<() => Promise<string[][]>> {
    const named = fields.flatMap((field) => ['-e', field]);
    const child = this.spawn([
      'tshark',
      '-i',
      line,
      '-f',
      filter,
      '-T',
      'fields',
      '-E',
      'occurrence=f',
      ...named,
      '-l',
    ]);
    let out = '';
    let complaints = '';
    child.stdout!.on('data', (part: Buffer) => (out += part.toString()));
    child.stderr!.on('data', (part: Buffer) => (complaints += part.toString()));
    const closed = once(child, 'close');
    await until('the capture', () => complaints.includes('Capturing on'), 20_000);
    return async () => {
      child.kill('SIGINT');
      await closed;
      return out.split('\n').filter(Boolean).map((row) => row.split('\t')); // prettier-ignore
    };
  }

  /** What leaves it goes at this rate, and waits in a long queue as in a cheap modem. */
  thinOutwards(kbit: number, line = 'eth0'): void {
    this.run('tc', 'qdisc', 'replace', 'dev', line, 'root', 'tbf', 'rate', `${kbit}kbit`, 'burst', '3200', 'latency', '1500ms');
  } // prettier-ignore

  async close(): Promise<void> {
    for (const child of this.#children) {
      const gone = once(child, 'exit');
      // Who has processes of its own ends them first.
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(impatience);
    }
    for (const door of this.#doors) door.close();
    rmSync(join('/etc/netns', this.name), { recursive: true, force: true });
  }
}

export interface NetParty {
  /** Its first word. */
  begun(): Promise<unknown>;
  /** Each word once, in their order. */
  next<Word>(): Promise<Word>;
  end(): void;
  /** Its last. */
  ended(): Promise<unknown>;
}

/** Places around a router that is the world: every one at `10.7.<n>.2`, its router `10.7.<n>.1`, its interface `eth0`. */
export class NetPlaces {
  readonly world: NetPlace;
  readonly #places: NetPlace[] = [];
  readonly #mark = `sg${process.pid}`;

  private constructor() {
    spawnSync('ip', ['netns', 'add', `${this.#mark}w`]);
    this.world = new NetPlace(`${this.#mark}w`, '10.7.0.1');
    this.world.run('ip', 'link', 'set', 'lo', 'up');
    this.world.run('sysctl', '-qw', 'net.ipv4.ip_forward=1');
  }

  /** Undefined, with the reason aloud, where this machine gives nobody networks of their own. */
  static open(tools: readonly string[]): NetPlaces | undefined {
    const lacking = tools.filter((tool) => spawnSync('which', [tool]).status !== 0);
    const made = spawnSync('ip', ['netns', 'add', 'sg-try'], { encoding: 'utf8' });
    spawnSync('ip', ['netns', 'del', 'sg-try']);
    if (process.getuid?.() === 0 && made.status === 0 && lacking.length === 0) return new NetPlaces();
    console.warn(`SKIPPED: network namespaces need root, a kernel that has them${lacking.length > 0 ? `, and ${lacking.join(', ')}` : ''}: ${made.stderr}`);
    return undefined;
  } // prettier-ignore

  add(letter: string): NetPlace {
    const number = this.#places.length + 1;
    const place = new NetPlace(`${this.#mark}${letter}`, `10.7.${number}.2`);
    this.#places.push(place);
    spawnSync('ip', ['netns', 'add', place.name]);
    const line = lineTo(letter);
    this.world.run('ip', 'link', 'add', line, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', place.name);
    this.world.run('ip', 'address', 'add', `10.7.${number}.1/24`, 'dev', line);
    this.world.run('ip', 'link', 'set', line, 'up');
    place.run('ip', 'link', 'set', 'lo', 'up');
    place.run('ip', 'address', 'add', `${place.address}/24`, 'dev', 'eth0');
    place.run('ip', 'link', 'set', 'eth0', 'up');
    place.run('ip', 'route', 'add', 'default', 'via', `10.7.${number}.1`);
    return place;
  }

  /**
   * A site of private addresses behind a router of its own: what leaves has the router's one address and a port by chance each time, and
   * what was not asked for does not come in. The router is the site's name server too, for the domain that is the site's.
   */
  addBehindNat(letter: string, site: BehindNat): { router: NetPlace; inside: NetPlace } {
    const router = this.add(letter);
    const own = (host: number) => `${site.network}.${host}`;
    const inside = new NetPlace(`${this.#mark}${letter}i`, own(site.hosts[0]!));
    this.#places.push(inside);
    spawnSync('ip', ['netns', 'add', inside.name]);
    router.run('ip', 'link', 'add', 'lan', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', inside.name);
    router.run('ip', 'address', 'add', `${own(1)}/24`, 'dev', 'lan');
    router.run('ip', 'link', 'set', 'lan', 'up');
    router.run('sysctl', '-qw', 'net.ipv4.ip_forward=1');
    router.run('nft', natRules);
    inside.run('ip', 'link', 'set', 'lo', 'up');
    for (const host of site.hosts) inside.run('ip', 'address', 'add', `${own(host)}/24`, 'dev', 'eth0');
    inside.run('ip', 'link', 'set', 'eth0', 'up');
    inside.run('ip', 'route', 'add', 'default', 'via', own(1));
    const files = join('/etc/netns', inside.name);
    mkdirSync(files, { recursive: true });
    writeFileSync(join(files, 'resolv.conf'), `nameserver ${own(1)}\n`);
    router.spawn([
      'dnsmasq', '--keep-in-foreground', `--listen-address=${own(1)}`, '--bind-interfaces', '--no-resolv', '--no-hosts', '--user=root', '--pid-file=',
      ...site.names.map(([name, address]) => `--host-record=${name},${address}`),
    ]); // prettier-ignore
    return { router, inside };
  }

  /** The same of what leaves the world for that place. */
  thin(letter: string, kbit: number): void {
    this.world.thinOutwards(kbit, lineTo(letter));
  }

  async close(): Promise<void> {
    for (const place of [...this.#places, this.world]) await place.close();
    for (const { name } of [...this.#places, this.world]) spawnSync('ip', ['netns', 'del', name]);
  }
}

export interface BehindNat {
  /** Its first three numbers. */
  readonly network: string;
  /** The last number of each address inside. */
  readonly hosts: readonly number[];
  /** Names known at the site, its own and others'. */
  readonly names: readonly (readonly [string, string])[];
}

const natRules = `
table ip nat {
  chain leaving { type nat hook postrouting priority srcnat; oifname "eth0" masquerade fully-random; }
}
table ip filter {
  chain coming { type filter hook forward priority filter; policy accept;
    iifname "eth0" ct state established,related accept
    iifname "eth0" drop
  }
}`;

/** The world's end of it. */
export const lineTo = (letter: string) => `to-${letter}`;
