/** A call of ours, as its host is told of it. */
import type { VisitedCall } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { VisitRingRequest } from './visit-ring.ts';
import { dataOf } from './visit-data.ts';

export function describeVisit({ call, queue, agentId, decision, homeNodeId }: VisitRingRequest): VisitedCall {
  const { facts, tenant } = call;
  return {
    version: 1,
    callId: call.id,
    tenantId: tenant.id,
    homeNodeId,
    agentId,
    queueId: queue.id,
    ...(decision ? { decision } : {}),
    ringTimeoutMs: queue.ringTimeoutMs,
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
    isRecorded: call.sound.recording.isWantedAtHost(queue),
    ...dataOf(call),
  };
}
