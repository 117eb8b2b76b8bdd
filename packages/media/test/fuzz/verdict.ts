/** What a run of the fuzzer must not show. */
import type { FuzzRun } from './fuzz-parsers.ts';

const msPerKbMax = 1;
const hangMs = 100;
const grownBytesMax = 32 * 1024 * 1024;

export function verdictOf(run: FuzzRun): string[] {
  const faults = run.reports.flatMap(({ parser, findings, slowestMsPerKb, longestMs }) => [
    ...findings.map((finding) => `${parser}: ${finding}`),
    ...(slowestMsPerKb > msPerKbMax * run.slowness ? [`${parser}: ${slowestMsPerKb} ms a kilobyte`] : []),
    ...(longestMs > hangMs * run.slowness ? [`${parser}: ${longestMs} ms for one input`] : []),
  ]);
  if (run.grownBytes > grownBytesMax) faults.push(`memory grew by ${run.grownBytes} octets`);
  return faults;
}
