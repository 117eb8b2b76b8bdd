/** What a process has used, all its threads together, from /proc (proc(5)): exact to the kernel's tick. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** User and system seconds so far, of the process and everything it started. */
export function cpuSeconds(pid: number): number {
  return (
    treeOf(pid).reduce((sum, one) => sum + Number(fieldsOf(one)[11]) + Number(fieldsOf(one)[12]), 0) /
    ticksPerSecond
  );
}

/** Seconds its main thread ran, and stood ready for a core that others had (proc_pid_schedstat). */
export function mainThreadSeconds(pid: number): { readonly used: number; readonly waited: number } {
  const [used, waited] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
  return { used: Number(used) / 1e9, waited: Number(waited) / 1e9 };
}

/** The process and its children's children; a media worker is a process of its own. */
function treeOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number); // prettier-ignore
  return [pid, ...children.flatMap(treeOf)];
}

function fieldsOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

export function residentMegabytes(pid: number): number {
  return treeOf(pid).reduce((sum, one) => sum + residentOf(one), 0);
}

/** Its share of all the memory it sees, shared pages divided among those who share them (proc(5), Pss). */
export function proportionalKibibytes(pid: number): number {
  return treeOf(pid).reduce((sum, one) => {
    const text = readFileSync(`/proc/${one}/smaps_rollup`, 'utf8');
    return sum + Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
  }, 0);
}

function residentOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
}
