/** SIPp at a whole node: one scenario, whose calls must go as it says. */
import { startSipp } from '@seatgrid/testkit/sipp.ts';

export { hasSipp } from '@seatgrid/testkit/sipp.ts';

export interface SippRun {
  readonly scenario: string;
  readonly target: string;
  readonly address: string;
  readonly calls?: number;
  readonly rate?: number;
  readonly deadlineSeconds?: number;
  readonly arguments?: readonly string[];
}

/** Rejects with SIPp's own complaint when a call did not go as the scenario says. */
export async function runSipp(run: SippRun): Promise<void> {
  const { scenario, target, address, calls = 1, rate = 1, deadlineSeconds = 20 } = run;
  const bounds = `-i ${address} -m ${calls} -r ${rate} -timeout ${deadlineSeconds} -timeout_error -nd`.split(
    ' ',
  );
  const { ended } = startSipp({ scenario, target, options: [...bounds, ...(run.arguments ?? [])] });
  const { code, complaint } = await ended;
  if (code !== 0) throw new Error(`SIPp ended with ${code}\n${complaint}`);
}
