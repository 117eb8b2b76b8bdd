/** Who the box under this node shuts out, as its watch writes it down; a watch that has gone says nothing any more. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { boxWatchStaleMs } from './limits.ts';

const writtenSchema = z.object({ atMs: z.number(), shutOut: z.array(z.string()) });

/** How many sources; 0 where there is no box, or nobody watches it. */
export function boxIntruders(folder: string | null, nowMs: number): number {
  if (folder === null) return 0;
  try {
    const written = writtenSchema.parse(JSON.parse(readFileSync(join(folder, 'intrusions.json'), 'utf8')));
    return nowMs - written.atMs < boxWatchStaleMs ? written.shutOut.length : 0;
  } catch {
    return 0;
  }
}
