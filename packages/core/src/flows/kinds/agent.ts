import { defineStep, type StepIn } from '../step-definition.ts';
import { agent as agentField, duration, wayOn } from '../step-field.ts';

/** Rings one agent. */
export const agent = defineStep({
  kind: 'agent',
  family: 'hands-on',
  fields: {
    agentId: agentField(),
    ringTimeoutMs: duration(1_000, 300_000, 20_000),
    onUnavailable: wayOn(),
  },
  silentExits: 'none',
  isEnd: true,
  enter(step, walk) {
    walk.parties.clear();
    walk.await((input) => {
      if (input.kind === 'agent-unavailable') walk.leave('unavailable', step.onUnavailable);
    });
    walk.act({ kind: 'ring-agent', agentId: step.agentId, ringTimeoutMs: step.ringTimeoutMs });
  },
});
export type AgentStep = StepIn<typeof agent>;
