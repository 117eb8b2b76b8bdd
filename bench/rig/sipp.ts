/** SIPp on the other core: one scenario, its counts read from its statistics file. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SippOptions {
  readonly scenario: string;
  readonly address: string;
  readonly port: number;
  readonly core: number;
  /** Absent: it waits to be called. */
  readonly target?: string;
  readonly service?: string;
  readonly rate?: number;
  readonly calls?: number;
  readonly holdMs?: number;
}

export interface SippCounts {
  readonly created: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** What the scenario counts by name. */
  counter(name: string): number;
}

export interface RunningSipp {
  /** When a caller has placed all its calls and they are over. */
  readonly finished: Promise<SippCounts>;
  /** Ends one that waits to be called. */
  stop(): Promise<SippCounts>;
}

const folderOf = (name: string) => new URL(`../scenarios/${name}.xml`, import.meta.url).pathname;

export function startSipp(options: SippOptions): RunningSipp {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-sipp-'));
  const statistics = join(folder, 'statistics.csv');
  const child = spawn(
    'taskset',
    [
      '-c', String(options.core), 'sipp',
      ...(options.target ? [options.target] : []),
      '-sf', folderOf(options.scenario),
      '-i', options.address, '-p', String(options.port), '-mi', options.address,
      ...(options.service ? ['-s', options.service] : []),
      ...(options.rate ? ['-r', String(options.rate), '-rp', '1000'] : []),
      ...(options.calls ? ['-m', String(options.calls), '-l', String(options.calls)] : []),
      ...(options.holdMs ? ['-d', String(options.holdMs)] : []),
      '-trace_stat', '-stf', statistics, '-fd', '1', '-nostdin', '-timeout', '120s', '-recv_timeout', '20000',
    ],
    { cwd: folder, stdio: 'ignore' },
  ); // prettier-ignore
  const ended = new Promise<SippCounts>((resolve) => {
    child.once('exit', () => {
      const counts = readCounts(statistics);
      rmSync(folder, { recursive: true, force: true });
      resolve(counts);
    });
  });
  return {
    finished: ended,
    stop() {
      // SIGUSR1 asks SIPp to end its calls and go.
      child.kill('SIGUSR1');
      return ended;
    },
  };
}

function readCounts(path: string): SippCounts {
  const [header, ...rows] = readFileSync(path, 'utf8').trim().split('\n');
  const names = header!.split(';');
  const last = rows.at(-1)!.split(';');
  const of = (name: string) => Number(last[names.indexOf(name)] ?? 0);
  return {
    created: of('TotalCallCreated'),
    succeeded: of('SuccessfulCall(C)'),
    failed: of('FailedCall(C)'),
    retransmissions: of('Retransmissions(C)'),
    counter: (name) => of(`${name}(C)`),
  };
}
