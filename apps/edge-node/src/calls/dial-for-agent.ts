/** The second half of a call an agent placed, from desk or desk phone: the other side is rung, and the agent hears it. */
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import { readDialled } from '@seatgrid/core/numbers/read-dialled.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { WayOut } from '../trunks/ways-out.ts';
import type { CallServices } from './call-services.ts';
import type { Call } from './call.ts';
import { converse, converseWith } from './converse.ts';
import { IncomingSipLeg } from './incoming-sip-leg.ts';
import { endUnreached } from './next-step.ts';
import { OutsideDial, type OutsideDialRequest } from './outside-dial.ts';
import { Party } from './party.ts';
import { reachColleague, reachLeader, type Colleague, type Elsewhere } from './reach-colleague.ts';
import { ringPerson } from './ring-person.ts';
import { releaseOf } from './release-of.ts';

export interface Outside {
  readonly kind: 'outside';
  readonly number: string;
  readonly way: WayOut;
}

export type DialTarget =
  | Colleague
  | Elsewhere
  | Outside
  | { readonly kind: 'prefix-missing'; readonly prefix: string }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'self' };

/** a number inside the tenant means a colleague, everything else the outside, as the dialler's outbound rule has it. */
export function dialTarget(
  services: CallServices,
  tenant: TenantAtNode,
  dialler: AgentId | null,
  dialled: string,
): DialTarget {
  const way = services.waysOut.of(tenant, dialler);
  const prefix = way.rule?.prefix ?? '';
  const meant = readDialled(dialled, prefix, (number) => tenant.inside(number) !== undefined);
  if (meant.kind === 'outside') return { ...meant, way };
  if (meant.kind === 'prefix-missing') return { ...meant, prefix };
  const inside = tenant.inside(dialled)!;
  if (inside.kind === 'leader')
    return reachLeader(services, tenant, { groupId: inside.group.id, asker: dialler });
  return inside.agent.id === dialler ? { kind: 'self' } : reachColleague(services, tenant, inside.agent);
}

export function dialOutside(call: Call, agentParty: Party, to: Omit<OutsideDialRequest, 'call'>): void {
  const { leg } = agentParty;
  call.partner = agentParty;
  const dial = new OutsideDial(
    { call, ...to },
    {
      onRinging: (ringing, hasSound) => {
        const isUnanswered = leg instanceof IncomingSipLeg && !leg.isAnswered;
        if (isUnanswered && !(hasSound && leg.openEarlyMedia())) leg.ring();
        else if (hasSound) {
          call.sound.tone(leg, 'none');
          call.media.setHears([{ leg: leg.key, hears: [ringing.key] }]);
        } else call.sound.tone(leg, 'ringback');
      },
      onAnswered: (answered) => {
        call.customer = new Party(answered, null);
        converseWith(call, agentParty);
      },
      onFailed: (outcome, status) => {
        const code = outcome === 'busy' ? 'rejected' : outcome === 'no-answer' ? 'no-answer' : 'unreachable';
        const party = outcome === 'failed' ? 'trunk' : 'caller';
        const reason = { party, code, detail: String(status) } as const;
        call.releaseCause = { ...releaseOf(reason), status };
        call.end(reason, null);
      },
    },
  );
  call.enter({ state: 'dialling', onCallEnded: () => dial.cancel() });
  dial.start();
}

export function dialColleague(
  call: Call,
  dialler: Party,
  to: Colleague | Elsewhere,
  ringTimeoutMs: number,
): void {
  call.customer = dialler;
  const ring = ringPerson(to, { call, ringTimeoutMs, mayBePickedUp: true }, (outcome) => {
    if (outcome.kind === 'accepted') converse(call, outcome.leg, outcome.by);
    else endUnreached(call, outcome.kind);
  });
  call.enter({ state: 'ringing', onCallEnded: () => ring.withdraw() });
  call.sound.hearRingback();
  ring.start();
}
