/**
 * The turns of a process's event loop, kept apart from each other while nothing of what comes is in a hurry. A thread that is woken
 * for each packet and each message pays more for the waking, and for finding its code and memory cold, than for what it is asked;
 * what comes within a few milliseconds costs far less in company, as network cards have it that hold their interrupts back. A loop
 * that has enough to do never rests. A process has one loop, so this is its state.
 */
import { performance } from 'node:perf_hooks';
import { loopRestMsMin } from '../../limits.ts';

const still = new Int32Array(new SharedArrayBuffer(4));
let apartMs: () => number = () => 0;
/** Runs at the end of every turn, and by itself keeps no loop turning. Undefined while turns follow each other as they come. */
let turnEnd: NodeJS.Immediate | undefined;
let leaving: (() => void)[] = [];
let endedAtMs = 0;
let idleMs = 0;

let looks: () => void = () => {};

/** From now on turns are `least()` milliseconds apart; 0 while nothing may wait. Told once a process, by whoever composes it. */
export function keepTurnsApart(least: () => number): void {
  apartMs = least;
  turnEnd ??= setImmediate(endTurn).unref();
}

/** From now on `look` is called once a turn, before what leaves at its end: for what nothing wakes the loop for. One a process. */
export function eachTurn(look: () => void): void {
  looks = look;
  turnEnd ??= setImmediate(endTurn).unref();
}

/** When all that came with this turn is done, and before the loop rests or sleeps. */
export function atTurnEnd(work: () => void): void {
  if (turnEnd === undefined) setImmediate(work);
  else if (leaving.push(work) === 1) turnEnd.ref();
}

function endTurn(): void {
  turnEnd = setImmediate(endTurn).unref();
  looks();
  leave();
  const leastMs = apartMs();
  if (leastMs === 0 || leaving.length > 0) return;
  const nowMs = performance.now();
  const idleNowMs = performance.nodeTiming.idleTime;
  const turnMs = nowMs - endedAtMs;
  const workedMs = turnMs - (idleNowMs - idleMs);
  idleMs = idleNowMs;
  endedAtMs = nowMs;
  const restMs = leastMs - workedMs;
  if (restMs < loopRestMsMin) return;
  Atomics.wait(still, 0, 0, restMs);
  endedAtMs = performance.now();
}

function leave(): void {
  const works = leaving;
  if (works.length === 0) return;
  leaving = [];
  let done = 0;
  try {
    for (const work of works) {
      done += 1;
      work();
    }
  } finally {
    // What one of them put off, and what follows one that failed, has the next turn.
    leaving = works.slice(done).concat(leaving);
    if (leaving.length > 0) turnEnd!.ref();
  }
}
