/** performs what a rule or a queue says comes next. */
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import { receiveFax } from '../faxes/receive-fax.ts';
import { FlowRunner } from '../flows/flow-runner.ts';
import { handOversWithoutWaitingMax, internalRingTimeoutMs } from '../limits.ts';
import { collectMessages } from '../messages/collect-messages.ts';
import { leaveMessage } from '../messages/leave-message.ts';
import { idleStage } from './call-stage.ts';
import type { Call } from './call.ts';
import { ringDirectly, type RingFailure } from './direct-ring.ts';
import { reachReady } from './reach-colleague.ts';
import { ringGroup } from './ring-group.ts';

export function performNextStep(call: Call, step: NextStep): void {
  if (call.countHandOver() > handOversWithoutWaitingMax)
    return call.end(
      { party: 'platform', code: 'fault', detail: 'queues and flows hand on in a circle' },
      null,
    );
  switch (step.kind) {
    case 'flow': {
      const flow = call.tenant.flows.get(step.flowId);
      if (!flow) return missing(call, `flow ${step.flowId}`);
      return new FlowRunner(call, flow).start();
    }
    case 'queue':
      return call.services.acd(call.tenant).enqueue(call, step.queueId, neither);
    case 'agent': {
      const agent = call.tenant.agents.get(step.agentId);
      if (!agent) return missing(call, `agent ${step.agentId}`);
      const person = reachReady(call.services, call.tenant, agent);
      if (!person) return endUnreached(call, 'unavailable');
      return ringDirectly({ call, person, ringTimeoutMs: internalRingTimeoutMs }, (why) =>
        endUnreached(call, why),
      );
    }
    case 'ring-group': {
      const group = call.tenant.ringGroups.get(step.ringGroupId);
      if (!group) return missing(call, `ring group ${step.ringGroupId}`);
      return ringGroup(call, group, () => performNextStep(call, group.onNoAnswer));
    }
    case 'mailbox': {
      const box = call.tenant.mailboxes.get(step.mailboxId);
      return box ? leaveMessage(call, box) : missing(call, `mailbox ${step.mailboxId}`);
    }
    case 'messages':
      return collectMessages(call, null);
    case 'fax': {
      const box = call.tenant.faxBoxes.get(step.faxBoxId);
      return box ? receiveFax(call, box) : missing(call, `fax box ${step.faxBoxId}`);
    }
    case 'hang-up': {
      const goodbye = () => call.end({ party: 'platform', code: 'flow-ended' }, null);
      if (step.say.length === 0) return goodbye();
      call.enter(idleStage);
      call.answer();
      const { speech } = call.services;
      return call.sound.speak(speech.spoken(call.tenant, step.say, call.language, call.variables), goodbye);
    }
  }
}

/** Nobody there to take the call: it ends, and the record says why. */
export function endUnreached(call: Call, why: RingFailure): void {
  const code = why === 'declined' ? 'rejected' : why === 'expired' ? 'no-answer' : 'unreachable';
  call.end({ party: 'agent', code }, null);
}

const neither = { handlesFull: false, handlesTimeout: false };

function missing(call: Call, what: string): void {
  call.end({ party: 'platform', code: 'fault', detail: `${what} is not in the configuration` }, null);
}
