/** SIPp, a peer that shares no line with us, playing a scenario of `scenarios/` to its end. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export const hasSipp = (process.env.PATH ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'sipp')));
if (!hasSipp) console.warn('SKIPPED: wire tests with SIPp: no `sipp` on the PATH (Debian: sip-tester)');

const scenarios = join(import.meta.dirname, 'scenarios');

export interface SippResult {
  readonly code: number | null;
  /** What it complained about, where it failed. */
  readonly complaint: string;
}

export const asTheScenarioSays: SippResult = { code: 0, complaint: '' };

/** `target` is whom it calls, or only whom it may hear where it is called. */
export async function playScenario(
  scenario: string,
  target: string,
  options: readonly string[] = [],
): Promise<SippResult> {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-sipp-'));
  const fixed = `-nostdin -timeout 25 -timeout_error -trace_err -error_file errors.log`.split(' ');
  const child = spawn('sipp', ['-sf', join(scenarios, `${scenario}.xml`), ...fixed, ...options, target], {
    cwd: folder,
    stdio: 'ignore',
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  const hasComplained = code !== 0 && readdirSync(folder).includes('errors.log');
  const complaint = hasComplained ? readFileSync(join(folder, 'errors.log'), 'utf8').slice(0, 2_000) : '';
  rmSync(folder, { recursive: true, force: true });
  return { code, complaint };
}
