/** For tests only: a whole centre on free ports in a temporary folder, with clients that keep their cookies like browsers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { openApiSession, type ApiSession } from '@seatgrid/testkit/api-session.ts';
import { readConfig } from '../src/config.ts';
import { realClock } from '../src/runtime/real-clock.ts';
import { realRandom } from '../src/runtime/real-random.ts';
import { startCentre, type RunningCentre } from '../src/start-centre.ts';

export const operator = { email: 'operator@seatgrid.example', password: 'operator-password' };

export type Browser = ApiSession;

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
  const browser = () => openApiSession(running.url);
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
