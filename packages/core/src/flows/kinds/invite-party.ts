import { dialResultVariable } from '../dial-result.ts';
import { dialFailed, dialled, dialledFields } from '../dialled.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { flag, target, text, wayOn } from '../step-field.ts';

/**
 * D-08: dials an outside number as a further party of this call, known by a name from then on; the caller stays in the flow.
 * A step that hands the caller on hangs the parties up, and so does the caller's leaving.
 */
export const inviteParty = defineStep({
  kind: 'invite-party',
  family: 'confers',
  fields: {
    party: text(1, 40),
    ...dialledFields,
    /** Talks with the others at once; else it waits with music until it is let in. */
    isLetIn: flag(true),
    next: wayOn(),
    onFailed: target(),
  },
  silentExits: 'none',
  enter(step, walk) {
    if (walk.parties.has(step.party)) return walk.leave('present', step.next, { exit: 'next' });
    walk.await((input) => {
      if (input.kind === 'party-failed') return dialFailed(input.why, walk, step.onFailed);
      if (input.kind !== 'party-answered') return;
      walk.parties.add(step.party);
      walk.set(dialResultVariable, 'answered');
      walk.leave('answered', step.next, { exit: 'next' });
    });
    walk.act({ kind: 'invite-party', party: step.party, ...dialled(step, walk), isLetIn: step.isLetIn });
  },
});
export type InvitePartyStep = StepIn<typeof inviteParty>;
