/**
 * The node's log, on standard error; standard output is for the one line that says the node is ready. Lines are gathered, since
 * a write for each would be one more for every call; `flush` brings out what is left.
 */
import { pino } from 'pino';
import { LogLines } from './log-lines.ts';
import type { NodeLog } from './node-log.ts';
import { realClock } from './runtime/real-clock.ts';

export interface ProcessLog extends NodeLog {
  /** The process ends by it. */
  fatal(facts: object, message: string): void;
  flush(): void;
}

export function openLog(): ProcessLog {
  const lines = new LogLines(pino.destination({ dest: 2, sync: false }), realClock);
  // Before the outlet's own: a process that just ends has said all of it.
  process.prependListener('exit', () => lines.bringOut());
  return logOf(lines);
}

/** Everything is written as in any other, and nobody reads it. */
export function openUnreadLog(): ProcessLog {
  return logOf(new LogLines({ write() {}, flush: (done) => done?.() }, realClock));
}

function logOf(lines: LogLines): ProcessLog {
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, lines);
  return {
    // Nearly all lines, one for every call, and plain facts: written as pino would, at a fraction of the cost.
    info: (facts, message) => lines.write(infoLine(facts, message, realClock.nowMs())),
    warn: (facts, message) => log.warn(facts, message),
    error: (facts, message) => log.error(facts, message),
    fatal: (facts, message) => log.fatal(facts, message),
    flush: () => log.flush(),
  };
}

const infoLevel = pino.levels.values['info'];

export function infoLine(facts: object, message: string, atMs: number): string {
  const json = JSON.stringify(facts);
  const inside = json === '{}' ? '' : `,${json.slice(1, -1)}`;
  return `{"level":${infoLevel},"time":"${secondOf(atMs)}.${`${atMs % 1_000}`.padStart(3, '0')}Z"${inside},"msg":${JSON.stringify(message)}}\n`;
}

/** `2026-11-26T12:00:00`: many lines are of one second, and telling a date is dear. */
function secondOf(atMs: number): string {
  const second = Math.floor(atMs / 1_000);
  if (second !== told.second) told = { second, text: new Date(atMs).toISOString().slice(0, 19) };
  return told.text;
}

let told = { second: -1, text: '' };
