/** A call of ours, as its host is told of it. */
import type { VisitedCall } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { VisitRingRequest } from './visit-ring.ts';
import { dataOf } from './visit-data.ts';

/** Whether the agent serves nobody before the home says so. */
export function isAside({ call, named }: VisitRingRequest): boolean {
  return named?.consultedBy != null || call.facts.callback !== undefined;
}

export function describeVisit(request: VisitRingRequest): VisitedCall {
  const { call, queue, agentId, flowId, decision, named, homeNodeId, ringTimeoutMs } = request;
  const { facts, tenant } = call;
  return {
    version: 1,
    callId: call.id,
    tenantId: tenant.id,
    homeNodeId,
    agentId,
    ...(flowId ? { flowId } : {}),
    queueId: queue?.id ?? null,
    ...(decision ? { decision } : {}),
    ...(named ? { named } : {}),
    ringTimeoutMs,
    direction: facts.direction,
    fromNumber: facts.fromNumber,
    toNumber: facts.toNumber,
    didId: facts.didId,
    ruleName: facts.ruleName,
    customerLevel: facts.caller?.level ?? null,
    department: facts.caller?.department ?? null,
    webButtonId: facts.webButton?.id ?? null,
    startedAtMs: call.startedAtMs,
    waitMs: call.waitMs,
    ...(facts.callback ? { callback: facts.callback } : {}),
    isRecorded: !isAside(request) && call.sound.recording.isWantedAtHost(queue),
    ...(call.sound.recording.isOfFlow ? { isRecordedAtHome: true } : {}),
    ...dataOf(call),
  };
}
