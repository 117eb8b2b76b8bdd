/** The true centre as a process of its own: killed, started again on the same folder and port, and signed in to. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openApiSession, type ApiSession, type Who } from '@seatgrid/testkit/api-session.ts';
import { compiledBy } from './compiled.ts';
import type { NetPlace } from './net-places.ts';

export type { Who };

export const operator = { email: 'operator@seatgrid.example', password: 'operator-password' };

export interface CentreOptions {
  readonly folder: string;
  /** With a network of its own: there it has the port that is its own by default. */
  readonly place?: NetPlace;
  /** A database that is there already; its own where absent. */
  readonly databaseUrl?: string;
}

export class CentreProcess {
  /** As this process reaches it. */
  url!: string;
  /** As nodes of other places do. */
  urlOutside!: string;
  readonly #options: CentreOptions;
  #child!: ChildProcess;

  private constructor(options: CentreOptions) {
    this.#options = options;
  }

  static async start(options: CentreOptions): Promise<CentreProcess> {
    const centre = new CentreProcess(options);
    const { place } = options;
    centre.urlOutside = await centre.#boot(place ? ownPort : 0);
    centre.url = place ? `http://127.0.0.1:${await place.door(place.address, ownPort)}` : centre.urlOutside;
    return centre;
  }

  get port(): number {
    return Number(new URL(this.urlOutside).port);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** `url`: as the centre is reached from a site. */
  signIn(who: Who, url = this.url): Promise<ApiSession> {
    return openApiSession(url).signIn(who);
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** On the port it had. */
  async startAgain(): Promise<void> {
    await this.#boot(this.port);
  }

  close(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async #boot(port: number): Promise<string> {
    const { folder, place, databaseUrl } = this.#options;
    const words = [process.execPath, centreMain];
    const [program, ...rest] = (place?.words(words) ?? words) as [string, ...string[]];
    const child = spawn(program, rest, {
      env: {
        PATH: process.env['PATH'],
        ...compiledBy('centre'),
        ...(place ? { CENTRE_HOST: place.address } : {}),
        CENTRE_PORT: String(port),
        CENTRE_DATA: folder,
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        CENTRE_OPERATOR_EMAIL: operator.email,
        CENTRE_OPERATOR_PASSWORD: operator.password,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    let output = '';
    return new Promise<string>((found, fail) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (part: Buffer) => {
          output = (output + String(part)).slice(-outputKept);
          const told = /"url":"([^"]+)".*"listening"/.exec(output)?.[1];
          if (told !== undefined) found(told);
        });
      child.once('exit', () => fail(new Error(output)));
    });
  }
}

/** Where it has all of them to itself. */
const ownPort = 7400;
const centreMain = new URL('../../centre/src/main.ts', import.meta.url).pathname;
/** Characters of what it says. */
const outputKept = 100_000;
