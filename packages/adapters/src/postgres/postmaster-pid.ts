/** Who holds a PostgreSQL data folder, told from `postmaster.pid` and checked against the process itself. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The process id of a living server on this folder. A pid file whose process is gone, or is another program, is removed. */
export function livingPostmaster(folder: string): number | undefined {
  const file = join(folder, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (Number.isInteger(pid) && pid > 0 && servesFolder(pid, folder)) return pid;
  rmSync(file, { force: true });
  return undefined;
}

function servesFolder(pid: number, folder: string): boolean {
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return argv.some((argument) => argument.endsWith('/postgres')) && argv.includes(folder);
  } catch {
    return false;
  }
}
