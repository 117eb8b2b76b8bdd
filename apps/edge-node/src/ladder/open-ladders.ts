/** What calls said by SIP, put together: on disk beside the journal, and at a collector where there is one. */
import { join } from 'node:path';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { sipListens, type ProcessConfig } from '../config.ts';
import type { NodeLog } from '../node-log.ts';
import { CallLadders } from './call-ladders.ts';
import { openLadderFiles } from './ladder-files.ts';
import { openHepSender } from './runtime/hep-sender.ts';

export interface OpenLadders {
  readonly calls: CallLadders;
  close(): Promise<void>;
}

export function openLadders(config: ProcessConfig, parts: { clock: Clock; log: NodeLog }): OpenLadders {
  const ports = Object.fromEntries(sipListens(config).map(({ protocol, port }) => [protocol, port]));
  const node = { address: config.sipAdvertised, port: config.sipPort, ports };
  const { hepCollector, hepAgentId: id, hepPassword: password, ladderDays: keptDays } = config;
  const hep = hepCollector && openHepSender(hepCollector, node, { id, password });
  const files = openLadderFiles({ folder: join(config.dataFolder, 'ladders'), keptDays, ...parts });
  const calls = new CallLadders({ clock: parts.clock, node, files, onMessage: hep?.send });
  return {
    calls,
    async close() {
      await calls.close();
      hep?.close();
    },
  };
}
