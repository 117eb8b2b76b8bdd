/**
 * The process's helping threads (V8's own, the pool that reads files and digests passwords) step back behind whoever answers
 * callers: otherwise they have the processor in turn with it, and on one core a thread that answers waits for four of them.
 * Anyone may lower their own threads. Called once by whoever composes a process, when its helpers have come to life.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** Lower is served sooner. Behind whoever answers in this process, and in others of the node. */
const helperNice = () => Math.min(19, Math.max(0, getPriority()) + 5);
const helpers = /^(node-V8Worker|libuv-worker)/;

/** How many did; 0 where the system shows no threads or allows nothing, and then they share as everyone does. */
export function helpersStepBack(): number {
  try {
    return readdirSync('/proc/self/task').filter(stepsBack).length;
  } catch {
    return 0;
  }
}

function stepsBack(thread: string): boolean {
  try {
    if (!helpers.test(readFileSync(`/proc/self/task/${thread}/comm`, 'utf8'))) return false;
    setPriority(Number(thread), helperNice());
    return true;
  } catch {
    // It is gone meanwhile.
    return false;
  }
}
