/**
 * How a node's process is started: with which of V8's own switches. A small young generation is collected often and within
 * milliseconds, where V8's own choice holds everything up for up to forty; an old one that grows by a third at a time is
 * collected before it takes twice the memory it needs. And the thread that answers callers collects what died
 * young alone, and sweeps alone: helping threads would share the work, but on a core they share too it waits for each to have
 * its turn, and turns its loop idly until they have swept (decision 0067). A function is compiled for good after a tenth of the
 * calls V8 would wait for: while the node rehearses, and not while somebody rings (decision 0026). And a quiet minute throws none
 * of that away (decision 0069).
 */
import { collectsYoungAlone, keepsCompiledInQuiet } from '@seatgrid/media/limits.ts';

export const nodeFlags = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=30',
  '--no-concurrent-sweeping',
  '--invocation-count-for-turbofan=300',
  collectsYoungAlone,
  keepsCompiledInQuiet,
];
