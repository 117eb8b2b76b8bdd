/** D-09: the agent takes the customer through a flow and stays on the line: all hear it, and the customer's keys drive it. */
import type { FlowId } from '@seatgrid/core/kernel/ids.ts';
import type { DeskOutcome } from '../agents/desk-commands.ts';
import { FlowRunner } from '../flows/flow-runner.ts';
import type { Call } from './call.ts';
import { Conversation } from './converse.ts';
import type { Party } from './party.ts';

const wrongState: DeskOutcome = {
  ok: false,
  code: 'wrong-state',
  detail: 'not possible as the call stands now',
};

export function guide(call: Call, by: Party, flowId: FlowId): DeskOutcome {
  if (!(call.stage instanceof Conversation) || by !== call.partner || by.isAway) return wrongState;
  const flow = call.tenant.flows.get(flowId);
  if (!flow) return { ok: false, code: 'no-such-target', detail: 'no such flow' };
  const agentId = by.agentId!;
  call.run(() => {
    call.record({ kind: 'guide.began', callId: call.id, agentId, flowId, flowName: flow.name });
    new FlowRunner(call, flow, () => {
      call.record({ kind: 'guide.ended', callId: call.id, agentId });
      call.enter(new Conversation(call));
      call.dataChanged();
    }).start();
    call.tellSeats();
  });
  return { ok: true };
}

export function endGuide(call: Call): DeskOutcome {
  if (!call.flow?.isGuiding) return wrongState;
  call.run(() => call.flow?.endGuiding());
  return { ok: true };
}
