/** A desk phone of the tenant, registered here, that is to be a supervisor's ear. */
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type { SipBinding } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { CallServices } from '../calls/call-services.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';

/** Undefined: not registered here, or in use. Whose it is must not be told apart from one that is not there. */
export function phoneToRing(
  { hub, phones }: Pick<CallServices, 'hub' | 'phones'>,
  tenant: TenantAtNode,
  extension: string,
  heardAgentId: AgentId,
): { readonly binding: SipBinding; readonly name: string } | undefined {
  const owner = tenant.agentsByExtension.get(extension);
  const seat = owner && hub.seat(owner.id);
  // An agent on a call hears that call.
  const isBusy = owner?.id === heardAgentId || (seat && !seat.isFree && seat.presence.device === 'phone');
  const binding = phones.bindingsOf(tenant, extension).at(-1);
  return binding && !isBusy ? { binding, name: owner?.name ?? '' } : undefined;
}
