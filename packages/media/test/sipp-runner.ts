/** SIPp at our stack: the scenarios of `scenarios/`, each to its end. */
import { join } from 'node:path';
import { hasSipp, startSipp } from '@seatgrid/testkit/sipp.ts';

export { hasSipp } from '@seatgrid/testkit/sipp.ts';
if (!hasSipp) console.warn('SKIPPED: wire tests with SIPp: no `sipp` on the PATH (Debian: sip-tester)');

const scenarios = join(import.meta.dirname, 'scenarios');

export interface SippResult {
  readonly code: number | null;
  /** What it complained about, where it failed. */
  readonly complaint: string;
}

export const asTheScenarioSays: SippResult = { code: 0, complaint: '' };

/** `target` is whom it calls, or only whom it may hear where it is called. */
export async function playScenario(
  scenario: string,
  target: string,
  options: readonly string[] = [],
): Promise<SippResult> {
  const { ended } = startSipp({
    scenario: join(scenarios, `${scenario}.xml`),
    target,
    options: ['-timeout', '25', '-timeout_error', ...options],
  });
  const { code, complaint } = await ended;
  return { code, complaint };
}
