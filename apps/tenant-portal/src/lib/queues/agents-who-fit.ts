import type { SkillRequirement } from '@seatgrid/core/routing/queue.ts';

/** The agents who serve a queue: those with every skill asked for at its level or above. */
export function agentsWhoFit<Agent extends { readonly skills: readonly SkillRequirement[] }>(
  agents: readonly Agent[],
  requires: readonly SkillRequirement[],
): Agent[] {
  return agents.filter((agent) =>
    requires.every((asked) =>
      agent.skills.some((held) => held.skillId === asked.skillId && held.level >= asked.level),
    ),
  );
}
