/**
 * One node alone, in the foreground, on the dial plan that other engines are measured with: the product's own node, its flows,
 * distribution, journal and recorder, and nothing around it. Ends at SIGTERM. `node bench/node.ts --profile small`
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readProcessConfig } from '@seatgrid/edge-node/config.ts';
import { spaciousHeapOctets } from '@seatgrid/edge-node/limits.ts';
import { openLog } from '@seatgrid/edge-node/open-log.ts';
import { openNode } from '@seatgrid/edge-node/open-node.ts';
import { rehearse } from '@seatgrid/edge-node/rehearsal/rehearse.ts';
import { keepHeapGrowth } from '@seatgrid/media/call/runtime/heap-growth.ts';
import { helpersStepBack } from '@seatgrid/media/call/runtime/helpers-step-back.ts';
import { seatAtFixedPhones } from './rig/fixed-phones.ts';
import { peerDialPlan, profiles, type Profile } from './rig/peer-dial-plan.ts';

const { values } = parseArgs({
  options: {
    profile: { type: 'string', default: 'small' },
    listen: { type: 'string', default: '127.0.12.1:5060' },
    rehearsed: { type: 'string' },
  },
});
if (!profiles.includes(values.profile as Profile)) throw new Error(`profiles: ${profiles.join(', ')}`);
const [address, port] = values.listen.split(':') as [string, string];

const plan = peerDialPlan(values.profile as Profile);
const folder = mkdtempSync(join(tmpdir(), 'seatgrid-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'prompts'));
writeFileSync(join(folder, 'prompts', `${plan.prompt.sha256}.wav`), plan.prompt.wav);
const configFile = join(folder, 'config.json');
writeFileSync(configFile, JSON.stringify(plan.config));

const config = readProcessConfig({
  SEATGRID_NODE_DATA: folder,
  SEATGRID_NODE_CONFIG_FILE: configFile,
  SEATGRID_SIP_ADDRESS: address,
  SEATGRID_SIP_PORT: port,
  SEATGRID_RTP_PORTS: '10000-29999',
  SEATGRID_WEBRTC_PORTS: '30000-30009',
  SEATGRID_DESK_PORT: '0',
  SEATGRID_LOCAL_API_PORT: '0',
  ...(values.rehearsed === undefined ? {} : { SEATGRID_REHEARSED_CALLS: values.rehearsed }),
});
if (!config.ok) throw new Error(config.failure.join('\n'));
const open = await openNode(config.value, openLog());
// As a node's process does.
keepHeapGrowth(spaciousHeapOctets);
helpersStepBack();
seatAtFixedPhones(open.node, plan);
// As every node does after its start; here nobody calls before it is over.
const rehearsed = config.value.rehearsedCalls > 0 ? await rehearse(config.value, open.node) : null;
console.log(
  JSON.stringify({ ready: true, rehearsed, pid: process.pid, profile: values.profile, ...open.addresses }),
);

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void open.close(0).then(() => process.exit(0)));
