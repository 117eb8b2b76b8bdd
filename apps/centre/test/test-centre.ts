/** For tests only: a whole centre on free ports in a temporary folder, with clients that keep their cookies like browsers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { createApiClient, type ApiClient } from '@seatgrid/contracts/api/client.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { readConfig } from '../src/config.ts';
import { realClock } from '../src/runtime/real-clock.ts';
import { realRandom } from '../src/runtime/real-random.ts';
import { startCentre, type RunningCentre } from '../src/start-centre.ts';

export const operator = { email: 'operator@seatgrid.example', password: 'operator-password' };

export interface Browser extends ApiClient {
  readonly cookie: () => string;
  /** A request as it is, with this browser's cookie. */
  raw(path: string, init?: RequestInit): Promise<Response>;
  signIn(who: { email: string; password: string }): Promise<Browser>;
}

export interface TestCentre {
  readonly running: RunningCentre;
  readonly url: string;
  /** Moves the centre's clock on; timers stay real. */
  advance(durationMs: number): void;
  browser(): Browser;
  operator(): Promise<Browser>;
  stop(): Promise<void>;
}

export async function startTestCentre(environment: Record<string, string> = {}): Promise<TestCentre> {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-centre-'));
  let aheadMs = 0;
  const clock: Clock = { nowMs: () => realClock.nowMs() + aheadMs, after: realClock.after };
  const config = readConfig({
    CENTRE_PORT: '0',
    CENTRE_DATA: folder,
    CENTRE_OPERATOR_PASSWORD: operator.password,
    TENANT_PORTAL_FOLDER: join(folder, 'portal'),
    PLATFORM_ADMIN_FOLDER: join(folder, 'admin'),
    ...environment,
  });
  const log = pino({ level: 'warn' });
  const running = await startCentre(config, { clock, random: realRandom, log });
  const browser = () => openBrowser(running.url);
  return {
    running,
    url: running.url,
    advance: (durationMs) => (aheadMs += durationMs),
    browser,
    operator: () => browser().signIn(operator),
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openBrowser(url: string): Browser {
  let cookie = '';
  const send: typeof fetch = async (address, init) => {
    const response = await fetch(address, init);
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(';')[0]!;
    return response;
  };
  const client = createApiClient(send, url, () => ({ cookie }));
  const browser: Browser = {
    ...client,
    cookie: () => cookie,
    raw: (path, init = {}) =>
      send(url + path, { ...init, headers: { cookie, 'x-seatgrid': '1', ...(init.headers as object) } }),
    async signIn(who) {
      await client.call('POST /api/auth/login', { body: who });
      return browser;
    },
  };
  return browser;
}
