/**
 * B-05: an agent who sits at a number outside, an expert reached by telephone. It is rung over the trunks of the agent's own node, as the
 * agent's outbound rule has it; to the call its leg is the agent's, so that all that is done to an agent is done to this one too.
 */
import type { AgentSeat } from '../agents/agent-seat.ts';
import type { CallServices } from './call-services.ts';
import type { Call } from './call.ts';
import { dialTarget, type Outside } from './dial-for-agent.ts';
import { OutsideDial, shownNumberOf } from './outside-dial.ts';
import type { OutgoingSipLeg } from './outgoing-sip-leg.ts';

/** Undefined where no trunk of this node leads there: a number inside is none, nor one that wants a prefix. */
export function outsidePosition(
  services: CallServices,
  { tenant, agentId }: AgentSeat,
  number: string,
): Outside | undefined {
  const target = dialTarget(services, tenant, agentId, number);
  return target.kind === 'outside' && services.waysOut.trunks(target.way).length > 0 ? target : undefined;
}

export type PositionRang =
  | { readonly kind: 'answered'; readonly leg: OutgoingSipLeg }
  | { readonly kind: 'failed'; readonly why: 'busy' | 'no-answer' | 'failed' };

/** `cancel` gives it up. Told once, never at once. */
export function ringOutside(
  call: Call,
  seat: AgentSeat,
  ringTimeoutMs: number,
  tell: (rang: PositionRang) => void,
): { cancel(): void } {
  const to = outsidePosition(call.services, seat, seat.outsideNumber ?? '');
  if (!to) {
    const cancel = call.after(0, () => tell({ kind: 'failed', why: 'failed' }));
    return { cancel };
  }
  const { number, way } = to;
  const dial = new OutsideDial(
    { call, number, way, callerNumber: shownNumberOf(call, way), ringTimeoutMs },
    {
      onRinging() {},
      onAnswered: (leg) => tell({ kind: 'answered', leg }),
      onFailed: (why) => tell({ kind: 'failed', why }),
    },
  );
  dial.start();
  return dial;
}
