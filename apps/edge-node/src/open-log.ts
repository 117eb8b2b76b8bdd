/**
 * The node's log, on standard error; standard output is for the one line that says the node is ready. Lines are gathered, since
 * a write for each would be one more for every call; `flush` brings out what is left.
 */
import { pino, type Logger } from 'pino';
import { logFlushMs, logOctetsAtOnce } from './limits.ts';

export function openLog(): Logger {
  return pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: false, minLength: logOctetsAtOnce, periodicFlush: logFlushMs }),
  );
}
