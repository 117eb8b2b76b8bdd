/** SIPp, a peer that shares no line with us: plays one scenario to its end, and tells how that was. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasSipp = spawnSync('sipp', ['-v']).error === undefined;

export interface SippScenario {
  /** Its XML, or the path of the file it stands in. */
  readonly scenario: string;
  /** Whom it calls, or only whom it may hear; absent: it waits to be called by anybody. */
  readonly target?: string;
  readonly options: readonly string[];
  /** The only core it runs on. */
  readonly core?: number;
}

export interface SippEnd {
  readonly code: number | null;
  /** What it complained about, where a call did not go as the scenario says. */
  readonly complaint: string;
  /** By its own names, as its statistics have them: `SuccessfulCall(C)`. */
  count(name: string): number;
}

export interface RunningSipp {
  readonly ended: Promise<SippEnd>;
  /** Ends one that waits to be called. */
  stop(): Promise<SippEnd>;
}

const errorsFile = 'errors.log';
const statisticsFile = 'statistics.csv';
const complaintCharsMax = 3_000;

export function startSipp({ scenario, target, options, core }: SippScenario): RunningSipp {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-sipp-'));
  const file = scenario.startsWith('<') ? join(folder, 'scenario.xml') : scenario;
  if (file !== scenario) writeFileSync(file, scenario);
  const [program = '', ...words] = [
    ...(core === undefined ? [] : ['taskset', '-c', String(core)]),
    'sipp',
    ...(target === undefined ? [] : [target]),
    '-sf', file, '-nostdin', '-trace_err', '-error_file', errorsFile, '-trace_stat', '-stf', statisticsFile, '-fd', '1',
    ...options,
  ]; // prettier-ignore
  const child = spawn(program, words, { cwd: folder, stdio: 'ignore' });
  const read = (name: string): string =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
  const ended = new Promise<SippEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      const complaint = code === 0 ? '' : read(errorsFile).slice(0, complaintCharsMax);
      const count = counts(read(statisticsFile));
      rmSync(folder, { recursive: true, force: true });
      resolve({ code, complaint, count });
    });
  });
  return {
    ended,
    stop() {
      // SIGUSR1 asks SIPp to end its calls and go.
      child.kill('SIGUSR1');
      return ended;
    },
  };
}

function counts(statistics: string): SippEnd['count'] {
  const [header = '', ...rows] = statistics.trim().split('\n');
  const names = header.split(';');
  const last = rows.at(-1)?.split(';') ?? [];
  return (name) => Number(last[names.indexOf(name)] ?? 0);
}
