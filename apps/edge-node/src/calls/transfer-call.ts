/** Blind transfer (E-10): the agent leaves, the other side goes on to an agent, a group's leader, a ring group, a queue, a flow or an outside number; it stays one call. */
import type { TransferTarget } from '@seatgrid/contracts/journal/journal-event.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import type { DeskOutcome, DeskRefusalCode } from '../agents/desk-commands.ts';
import { dialRingTimeoutMs, transferRingTimeoutMs } from '../limits.ts';
import type { Call } from './call.ts';
import { Conversation, converse } from './converse.ts';
import { dialTarget, type DialTarget, type Outside } from './dial-for-agent.ts';
import { ringDirectly } from './direct-ring.ts';
import { dropPartner } from './let-go.ts';
import { endUnreached, performNextStep } from './next-step.ts';
import { shownNumberOf, OutsideDial } from './outside-dial.ts';
import type { Party } from './party.ts';
import { FlowElsewhere, type SiteFlowWanted } from '../visits/flow-elsewhere.ts';
import { reachColleague, reachLeader, type Colleague, type Elsewhere } from './reach-colleague.ts';
import type { Person } from './ring-person.ts';
import { seekElsewhere } from './seek-elsewhere.ts';

/** As an agent asks for it: of a call of another node, colleagues beside the agent are rung here, and all else is the home's to do. */
export function passOn(call: Call, by: Party, target: TransferTarget): DeskOutcome | Promise<DeskOutcome> {
  const { home } = call;
  if (!home) return transferCall(call, by, target);
  return isBeside(findTarget(call, by, target))
    ? transferCall(call, by, target)
    : home.ask({ kind: 'transfer', agentId: by.agentId!, target });
}

/** A colleague of this node. */
export function isBeside(where: ReturnType<typeof findTarget>): boolean {
  return 'kind' in where && where.kind === 'colleague';
}

export function transferCall(
  call: Call,
  by: Party,
  target: TransferTarget,
): DeskOutcome | Promise<DeskOutcome> {
  if (!isBetweenTwo(call)) return onlyBetweenTwo;
  const where = findTarget(call, by, target);
  if ('ok' in where) return where;
  if (where.kind === 'elsewhere') return passElsewhere(call, by, { target, where });
  if (where.kind === 'flow' && where.siteId && where.siteId !== call.services.directory.siteId)
    return passToSite(call, by, { target, wanted: { siteId: where.siteId, flowId: where.flowId } });
  return pass(call, by, { target, where });
}

/** Whoever has the caller keeps them until the other node has said that the colleague can be rung. */
async function passElsewhere(
  call: Call,
  by: Party,
  { target, where }: { readonly target: TransferTarget; readonly where: Elsewhere },
): Promise<DeskOutcome> {
  const { matches } = call.services;
  const kept = await seekElsewhere(call, where);
  if (!kept) return unavailable;
  if (!isBetweenTwo(call) || !call.parties.includes(by)) {
    matches.drop(call, kept);
    return onlyBetweenTwo;
  }
  return pass(call, by, { target, where: { ...where, kept } });
}

/** B-02: so it is with a flow that runs at another site. */
async function passToSite(
  call: Call,
  by: Party,
  { target, wanted }: { readonly target: TransferTarget; readonly wanted: SiteFlowWanted },
): Promise<DeskOutcome> {
  const kept = await call.services.siteFlows.seek(call, wanted);
  if (!kept) return { ...unavailable, detail: 'no node of that site takes the call now' };
  if (!isBetweenTwo(call) || !call.parties.includes(by)) return onlyBetweenTwo;
  call.run(() => {
    letGoOf(call, by, target);
    call.tellReferrer(200);
    new FlowElsewhere(call, wanted, (how) => {
      const isOver = { party: 'platform', code: how === 'returned' ? 'flow-ended' : 'unreachable' } as const;
      if (how === 'returned') call.end(isOver, null);
      else comeBack(call, () => call.end(isOver, null));
    }).go(kept);
  });
  return { ok: true };
}

function isBetweenTwo(call: Call): boolean {
  return !call.isEnded && call.stage instanceof Conversation && call.members.length === 2;
}

const onlyBetweenTwo: DeskOutcome = {
  ok: false,
  code: 'wrong-state',
  detail: 'only a call between two can be passed on',
};
const unavailable = {
  ok: false,
  code: 'not-available',
  detail: 'this colleague cannot be rung now',
} as const satisfies DeskOutcome;

function pass(
  call: Call,
  by: Party,
  { target, where }: { readonly target: TransferTarget; readonly where: Where },
): DeskOutcome {
  call.run(() => {
    letGoOf(call, by, target);
    switch (where.kind) {
      case 'colleague':
      case 'elsewhere':
        ringDirectly({ call, person: where, ringTimeoutMs: transferRingTimeoutMs }, (why) =>
          comeBack(call, () => endUnreached(call, why)),
        );
        return call.tellReferrer(180);
      case 'ring-group':
      case 'flow':
        call.tellReferrer(200);
        return performNextStep(call, where);
      case 'queue':
        call.tellReferrer(200);
        return call.services.acd(call.tenant).enqueue(call, where.queueId, neither);
      case 'service':
        call.tellReferrer(200);
        return performNextStep(call, where.step);
      case 'outside':
        return dialNumber(call, where);
    }
  });
  return { ok: true };
}

function letGoOf(call: Call, by: Party, target: TransferTarget): void {
  // Whoever stays is the one being served from now on.
  if (by === call.customer) call.swapParties();
  call.record({ kind: 'call.transferred', callId: call.id, agentId: by.agentId!, target });
  dropPartner(call, 'transfer');
}

/** `service`: a number of the tenant's own, and what its rule says comes first now: a flow, a queue, an agent. */
type Where =
  | Person
  | { readonly kind: 'service'; readonly step: NextStep }
  | (TransferTarget & { readonly kind: 'queue' | 'flow' | 'ring-group' })
  | Outside;

export function isPerson(where: Where): where is Colleague | Elsewhere | Outside {
  return where.kind === 'colleague' || where.kind === 'elsewhere' || where.kind === 'outside';
}

export function findTarget(
  call: Call,
  by: Party,
  target: TransferTarget,
): Where | (DeskOutcome & { ok: false }) {
  const { tenant, services } = call;
  const refuse = (code: DeskRefusalCode, detail: string) => ({ ok: false, code, detail }) as const;
  if (target.kind === 'queue')
    return tenant.queues.has(target.queueId) ? target : refuse('no-such-target', 'no such queue');
  if (target.kind === 'flow')
    return tenant.flows.has(target.flowId) ? target : refuse('no-such-target', 'no such flow');
  if (target.kind === 'ring-group')
    return tenant.ringGroups.has(target.ringGroupId)
      ? target
      : refuse('no-such-target', 'no such ring group');
  const where = personTarget(call, by, target);
  switch (where.kind) {
    case 'colleague':
    case 'elsewhere':
    case 'service':
      return where;
    case 'outside':
      return services.waysOut.hasFreeTrunk(where.way)
        ? where
        : refuse('no-route', 'no line to the outside is free');
    case 'self':
      return refuse('no-such-target', 'this is yourself');
    case 'nobody':
      return refuse('no-such-target', 'nobody serves this target');
    case 'prefix-missing':
      return refuse('no-route', `outside numbers are dialled with ${where.prefix} before them`);
    case 'unavailable':
      return unavailable;
  }
}

function personTarget(
  call: Call,
  by: Party,
  target: TransferTarget & { readonly kind: 'agent' | 'leader' | 'number' },
) {
  const { tenant, services } = call;
  if (target.kind === 'number') return numberTarget(call, by, target);
  if (target.kind === 'leader')
    return tenant.groups.has(target.groupId)
      ? reachLeader(services, tenant, { groupId: target.groupId, asker: by.agentId })
      : ({ kind: 'nobody' } as const);
  const agent = tenant.agents.get(target.agentId);
  if (!agent) return { kind: 'nobody' } as const;
  return target.agentId === by.agentId
    ? ({ kind: 'self' } as const)
    : reachColleague(services, tenant, agent);
}

function numberTarget(
  { tenant, services, facts }: Call,
  by: Party,
  { number }: TransferTarget & { readonly kind: 'number' },
): DialTarget | { readonly kind: 'service'; readonly step: NextStep } | { readonly kind: 'nobody' } {
  const meant = dialTarget(services, tenant, by.agentId, number);
  const did = meant.kind === 'outside' ? services.directory.byNumber(meant.number) : undefined;
  // E-10: a number of the tenant's own is an automatic service, or a queue; the outside is not needed for it.
  if (did?.tenant !== tenant) return meant;
  const entry = tenant.entry.decide({
    fromNumber: facts.direction === 'outbound' ? facts.toNumber : facts.fromNumber,
    didId: did.id,
    trunkId: facts.trunkId,
    atMs: services.clock.nowMs(),
  });
  return entry ? { kind: 'service', step: entry.step } : { kind: 'nobody' };
}

function dialNumber(call: Call, { number, way }: Outside): void {
  const dial = new OutsideDial(
    {
      call,
      number,
      way,
      callerNumber: shownNumberOf(call, way),
      ringTimeoutMs: dialRingTimeoutMs,
    },
    {
      onRinging: (leg, hasSound) => {
        call.tellReferrer(180);
        if (hasSound) call.sound.hearLeg(leg);
        else call.sound.hearRingback();
      },
      onAnswered: (leg) => converse(call, leg, null),
      onFailed: (outcome, status) => {
        call.tellReferrer(status);
        comeBack(call, () =>
          call.end(
            {
              party: 'trunk',
              code: outcome === 'busy' ? 'rejected' : outcome === 'no-answer' ? 'no-answer' : 'unreachable',
              detail: String(status),
            },
            null,
          ),
        );
      },
    },
  );
  call.enter({ state: 'dialling', onCallEnded: () => dial.cancel() });
  call.sound.hearRingback();
  dial.start();
}

/** A caller nobody took goes back to the queue the call came from; without one, the call is over. */
export function comeBack(call: Call, otherwise: () => void): void {
  call.tellReferrer(480);
  if (call.home && !call.home.isForFlow) return call.home.giveBack({ party: 'agent', code: 'no-answer' });
  if (call.queue) call.services.acd(call.tenant).enqueue(call, call.queue.id, neither);
  else otherwise();
}

const neither = { handlesFull: false, handlesTimeout: false };
