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
import { serveVisit } from '../visits/serve-visit.ts';
import { serveFlowVisit } from '../visits/serve-flow-visit.ts';
import type { ByNumber, HostAsked } from '../visits/visit-terms.ts';
import { serveEar } from '../ears/serve-ear.ts';

export type AdmissionRefusal = 'quota-calls' | 'suspended' | 'overload';

export class Exchange {
  readonly services: CallServices;
  /** At SIGTERM: calls in progress go on, no new one is taken. */
  isStopping = false;
  /** The same by an operator's word, until it is taken back. */
  isDrained = false;

  constructor(services: CallServices) {
    this.services = services;
  }

  onInvite(invite: IncomingInvite): void {
    this.attempt(invite, () => {
      if (invite.replaces) takeOver(this.services, invite);
      else if (invite.picksUp) pickUp(this.services, invite);
      else if (invite.identity.kind === 'trunk') {
        const trunk = this.services.trunks.byId(invite.identity.peer);
        if (trunk) admitFromTrunk(this, invite, trunk);
        else invite.reject(503);
      } else callFromPhone(this, invite, invite.identity);
    });
  }

  /** Whatever goes wrong, the INVITE is answered. */
  attempt(invite: IncomingInvite, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.services.log.error({ err: error, sipCallId: invite.sipCallId }, 'an INVITE could not be handled');
      invite.reject(500);
    }
  }

  /** A call of another node, for an agent kept here, or for a flow; or a supervisor there, who listens here. */
  onVisit(invite: IncomingInvite, asked: HostAsked, byNumber?: ByNumber): void {
    if ('supervisor' in asked) return this.attempt(invite, () => serveEar(this.services, invite, asked));
    if ('flowId' in asked) return this.attempt(invite, () => serveFlowVisit(this, invite, asked, byNumber));
    try {
      serveVisit(this, invite, asked, byNumber);
    } catch (error) {
      this.services.log.error({ err: error, sipCallId: invite.sipCallId }, 'a visit could not be served');
      invite.reject(500);
      this.services.hub.letGo(asked.agentId, asked.matchId);
    }
  }

  get isDraining(): boolean {
    return this.isStopping || this.isDrained;
  }

  /** Whether the tenant may have one more call now (C-08, C-09). */
  refusal(tenant: TenantAtNode): AdmissionRefusal | null {
    if (this.isDraining || !this.services.admission.isOpen) return 'overload';
    if (!tenant.isServed) return 'suspended';
    const { shares } = this.services;
    if (shares.mayCall(tenant)) return null;
    shares.refused(tenant);
    return 'quota-calls';
  }

  /** A call that counts from now on. `trunk`: whose inbound channel it takes. */
  open(facts: CallFacts, trunk: TrunkAtNode | null, id?: CallId, key?: CallId): Call {
    const { tenant } = facts;
    const { calls } = this.services;
    // One call, counted once: where it lives.
    const counts = facts.homeNodeId === undefined ? 1 : 0;
    const call = new Call(
      this.services,
      facts,
      () => {
        calls.delete(call.key);
        tenant.callsNow -= counts;
        this.services.shares.changed(tenant);
        if (trunk) trunk.inUse.inbound--;
        this.services.floor.changed(tenant);
      },
      id,
      key,
    );
    calls.set(call.key, call);
    tenant.callsNow += counts;
    this.services.shares.changed(tenant);
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
