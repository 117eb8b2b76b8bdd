/** A config from the centre on its way into the node: refused, or stored in the ledger and, once its prompts are here, reported. */
import type { NodeToCentre } from '@seatgrid/contracts/link/link-messages.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { ConfigLedger } from '../ledger/config-ledger.ts';
import type { PromptFiles } from '../prompts/prompt-files.ts';
import { promptsAwaitedMaxMs } from './limits.ts';

export interface ConfigIntakeOptions {
  readonly nodeId: NodeId;
  readonly ledger: ConfigLedger;
  readonly prompts: PromptFiles;
  readonly clock: Clock;
}

export type ConfigReport = Extract<NodeToCentre, { kind: 'config-applied' | 'config-refused' }>;

export async function takeConfig(config: unknown, options: ConfigIntakeOptions): Promise<ConfigReport> {
  const { nodeId, ledger, prompts, clock } = options;
  const told = config as { generation?: unknown; nodeId?: unknown } | null;
  const generation = Number.isInteger(told?.generation) ? (told?.generation as number) : 0;
  if (told?.nodeId !== nodeId)
    return {
      kind: 'config-refused',
      generation,
      why: `it is meant for node ${String(told?.nodeId)}, not ${nodeId}`,
    };
  const applied = ledger.apply(config);
  if (!applied.ok) return { kind: 'config-refused', generation, why: applied.failure };
  let cancel = () => {};
  const longEnough = new Promise<void>((resolve) => {
    cancel = clock.after(promptsAwaitedMaxMs, resolve);
  });
  await Promise.race([prompts.settled(), longEnough]);
  cancel();
  return { kind: 'config-applied', generation };
}
