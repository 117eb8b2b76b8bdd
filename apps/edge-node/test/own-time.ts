/** How long something takes, without what a busy machine adds to it: bounds of time are judged by that. */
import { readFileSync, readdirSync } from 'node:fs';

/**
 * Of this process and those, from now on: the time that passed, but for what their threads stood ready while others had the processor.
 * `begun`: processes that were not there yet.
 */
export function ownTime(...pids: readonly number[]): (...begun: readonly number[]) => number {
  const fromMs = performance.now();
  const present = [process.pid, ...pids];
  const before = new Map(present.flatMap(waitedMs));
  return (...begun) => {
    const passed = performance.now() - fromMs;
    const waited = [...present, ...begun].map((pid) =>
      Math.max(0, ...waitedMs(pid).map(([thread, ms]) => ms - (before.get(thread) ?? 0))),
    );
    return passed - waited.reduce((sum, ms) => sum + ms, 0);
  };
}

/** proc_pid_schedstat, of each thread; nothing where the system does not say. */
function waitedMs(pid: number): [thread: string, ms: number][] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => [
      thread,
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[1]) / 1e6,
    ]);
  } catch {
    return [];
  }
}
