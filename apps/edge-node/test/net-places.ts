/** For tests only: places with a network of their own (namespaces), joined by a line that is as thin as it is told to be. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const partyPath = new URL('./box-party.ts', import.meta.url).pathname;

export class NetPlace {
  readonly name: string;
  /** On the line's net. */
  readonly address: string;
  readonly #children = new Set<ChildProcess>();

  constructor(name: string, address: string) {
    this.name = name;
    this.address = address;
  }

  run(...words: string[]): string {
    const ended = spawnSync('ip', ['netns', 'exec', this.name, ...words], { encoding: 'utf8' });
    if (ended.status !== 0)
      throw new Error(`${words.join(' ')}: ${ended.status} ${ended.stderr}${ended.stdout}`);
    return ended.stdout;
  }

  spawn(words: readonly string[], environment: Record<string, string> = {}): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.name, ...words], {
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
    const lines: string[] = [];
    let complaints = '';
    child.stdout!.on('data', (data: Buffer) => lines.push(...data.toString().split('\n').filter(Boolean)));
    child.stderr!.on('data', (data: Buffer) => (complaints += data.toString()));
    const exited = once(child, 'close');
    return {
      async begun() {
        while (lines.length === 0) {
          if (child.exitCode !== null) throw new Error(complaints);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return JSON.parse(lines[0]!) as unknown;
      },
      end: () => void child.kill('SIGTERM'),
      async ended() {
        await exited;
        if (lines.length === 0) throw new Error(`${words.join(' ')} said nothing: ${complaints}`);
        return JSON.parse(lines.at(-1)!) as unknown;
      },
    };
  }

  async close(): Promise<void> {
    for (const child of this.#children) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
  }
}

export interface NetParty {
  /** Its first word. */
  begun(): Promise<unknown>;
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

  /** What leaves the world for that place goes at this rate, and waits in a long queue as in a cheap modem. */
  thin(letter: string, kbit: number): void {
    this.world.run('tc', 'qdisc', 'replace', 'dev', lineTo(letter), 'root', 'tbf', 'rate', `${kbit}kbit`, 'burst', '3200', 'latency', '1500ms');
  } // prettier-ignore

  async close(): Promise<void> {
    for (const place of [...this.#places, this.world]) await place.close();
    for (const { name } of [...this.#places, this.world]) spawnSync('ip', ['netns', 'del', name]);
  }
}

/** The world's end of it. */
export const lineTo = (letter: string) => `to-${letter}`;
