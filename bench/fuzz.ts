/**
 * The parsers of SIP, SDP, RTP and RTCP against inputs nobody thought of, guided by the blocks they reach. Ends with 1 where one
 * throws, hangs, or is slower than a millisecond a kilobyte. `node bench/fuzz.ts [--seconds 60] [--seed 1] [--quick]`
 */
import { parseArgs } from 'node:util';
import { fuzzParsers } from '../packages/media/test/fuzz/fuzz-parsers.ts';
import { verdictOf } from '../packages/media/test/fuzz/verdict.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const durationMs = values.quick ? 7_000 : Number(values.seconds) * 1_000;
const run = fuzzParsers({ seed: Number(values.seed), durationMs });
const faults = verdictOf(run);
if (values.json) console.log(JSON.stringify(run));
else {
  for (const { findings: _findings, ...figures } of run.reports) console.log(JSON.stringify(figures));
  console.log(`seed ${run.seed}, slowness ${run.slowness.toFixed(2)}, grown ${run.grownBytes} octets`);
  for (const fault of faults) console.log(fault);
}
process.exitCode = faults.length > 0 ? 1 : 0;
