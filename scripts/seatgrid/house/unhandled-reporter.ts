/** Counts what failed beside all tests, as a promise that was refused with nobody waiting: Vitest's JSON does not tell it. */
import { writeFileSync } from 'node:fs';
import type { Reporter } from 'vitest/node';

export default class UnhandledReporter implements Reporter {
  onTestRunEnd(...[, unhandled]: Parameters<NonNullable<Reporter['onTestRunEnd']>>): void {
    writeFileSync(process.env['SEATGRID_UNHANDLED_FILE']!, String(unhandled.length));
  }
}
