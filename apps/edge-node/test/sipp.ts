/** SIPp, a peer that shares no line with us: runs one scenario and says how it went. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasSipp = spawnSync('sipp', ['-v']).error === undefined;

export interface SippRun {
  readonly scenario: string;
  readonly target: string;
  readonly address: string;
  readonly calls?: number;
  readonly rate?: number;
  readonly deadlineSeconds?: number;
  readonly arguments?: readonly string[];
}

/** Rejects with SIPp's own error log when a call did not go as the scenario says. */
export function runSipp(run: SippRun): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-sipp-'));
  const file = join(folder, 'scenario.xml');
  writeFileSync(file, run.scenario);
  const child = spawn(
    'sipp',
    [
      [run.target],
      `-sf ${file} -i ${run.address} -m ${run.calls ?? 1} -r ${run.rate ?? 1}`.split(' '),
      ['-timeout', String(run.deadlineSeconds ?? 20)],
      ['-timeout_error', '-nostdin', '-trace_err', '-nd'],
      run.arguments ?? [],
    ].flat(),
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      const errors = readdirSync(folder)
        .filter((name) => name.endsWith('_errors.log'))
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join('\n');
      rmSync(folder, { recursive: true, force: true });
      if (code === 0) resolve();
      else reject(new Error(`SIPp ended with ${code}\n${stderr.slice(-500)}\n${errors.slice(0, 3_000)}`));
    });
  });
}
