/** D-11: what an agent keys to hear messages. */
import type { MailboxId } from '@seatgrid/core/kernel/ids.ts';
import { anyMessagesCode, ownMessagesCode } from '@seatgrid/core/messages/mailbox.ts';
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';

export interface DialledMessages {
  /** Null: the box is asked for. */
  readonly mailboxId: MailboxId | null;
}

/** Undefined: the keys mean something else. The own box is the first that opens by a PIN. */
export function dialledMessages(
  tenant: TenantAtNode,
  agent: Agent | null,
  dialled: string,
): DialledMessages | undefined {
  if (dialled === anyMessagesCode) return { mailboxId: null };
  if (dialled !== ownMessagesCode) return undefined;
  const boxes = agent ? tenant.boxesOf(agent) : [];
  return { mailboxId: boxes.find(({ pin }) => pin !== null)?.id ?? null };
}
