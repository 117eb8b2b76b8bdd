/** How many octets of recordings went to the centre on which day: counted before they go, and kept, so that a restart grants none twice. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writePrivately } from '../runtime/write-privately.ts';

const spentSchema = z.object({ date: z.string(), octets: z.number().nonnegative() });

export class UploadBudget {
  readonly #path: string;
  #spent: z.infer<typeof spentSchema>;

  constructor(path: string) {
    this.#path = path;
    this.#spent = read(path);
  }

  /** Of that day, by the site's calendar. */
  spentOn(date: string): number {
    return this.#spent.date === date ? this.#spent.octets : 0;
  }

  spend(date: string, octets: number): void {
    this.#spent = { date, octets: this.spentOn(date) + octets };
    writePrivately(this.#path, JSON.stringify(this.#spent));
  }
}

/** A day that cannot be read is one on which nothing went. */
function read(path: string): z.infer<typeof spentSchema> {
  try {
    return spentSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return { date: '', octets: 0 };
  }
}
