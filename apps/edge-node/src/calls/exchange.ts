/**
 * Where calls begin: every INVITE that was let in, every call an agent places. Keeps the calls in progress and counts them
 * against the tenant's quota; what happens to a call afterwards is its own affair.
 */
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { IncomingInvite } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { TrunkAtNode } from '../trunks/trunk-directory.ts';
import { admitFromTrunk } from './admit-call.ts';
import type { CallServices } from './call-services.ts';
import { Call, type CallFacts } from './call.ts';
import { callFromPhone } from './phone-call.ts';
import { pickUp } from './pick-up.ts';
import { noticeRefusal } from './refuse-call.ts';
import { takeOver } from './take-over.ts';

export type AdmissionRefusal = 'quota-calls' | 'suspended' | 'overload';

export class Exchange {
  readonly services: CallServices;
  /** Set at SIGTERM: calls in progress go on, no new one is taken. */
  isDraining = false;

  constructor(services: CallServices) {
    this.services = services;
  }

  onInvite(invite: IncomingInvite): void {
    try {
      if (invite.replaces) takeOver(this.services, invite);
      else if (invite.picksUp) pickUp(this.services, invite);
      else if (invite.identity.kind === 'trunk') {
        const trunk = this.services.trunks.byId(invite.identity.peer);
        if (trunk) admitFromTrunk(this, invite, trunk);
        else invite.reject(503);
      } else callFromPhone(this, invite, invite.identity);
    } catch (error) {
      this.services.log.error({ err: error, sipCallId: invite.sipCallId }, 'an INVITE could not be handled');
      invite.reject(500);
    }
  }

  /** Whether the tenant may have one more call now (C-08, C-09). */
  refusal(tenant: TenantAtNode): AdmissionRefusal | null {
    if (this.isDraining || !this.services.admission.isOpen) return 'overload';
    if (!tenant.isServed) return 'suspended';
    return tenant.callsNow >= tenant.tenant.quotas.concurrentCalls ? 'quota-calls' : null;
  }

  /** A call that counts from now on. `trunk`: whose inbound channel it takes. */
  open(facts: CallFacts, trunk: TrunkAtNode | null, id?: CallId): Call {
    const { tenant } = facts;
    const { calls } = this.services;
    const call = new Call(
      this.services,
      facts,
      () => {
        calls.delete(call.id);
        tenant.callsNow--;
        if (trunk) trunk.inUse.inbound--;
        this.services.floor.changed(tenant);
      },
      id,
    );
    calls.set(call.id, call);
    tenant.callsNow++;
    if (trunk) trunk.inUse.inbound++;
    return call;
  }

  /** A refusal nobody hears by SIP: an agent's own call over the quota, a visitor's. */
  countRefusal(
    tenant: TenantAtNode,
    reason: AdmissionRefusal | 'lines-busy' | 'no-route',
    numbers: { readonly fromNumber: string; readonly toNumber: string },
  ): void {
    const callId = this.services.ids.next<'call'>();
    this.services.journal.record(tenant.id, { kind: 'call.refused', callId, reason, ...numbers });
    noticeRefusal(this.services, tenant, reason);
  }

  endAll(detail: string): void {
    for (const call of this.services.calls.values())
      call.end({ party: 'platform', code: 'node-restarted', detail }, null);
  }
}
