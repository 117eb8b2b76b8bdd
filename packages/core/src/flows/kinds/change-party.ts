import { conferenceActs } from '../conference-act.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { oneOf, optional, target, text, wayOn } from '../step-field.ts';
import type { InvitePartyStep } from './invite-party.ts';

/** D-08: one named party is let into the conference, kept out of it with music, or hung up; the others go on. */
export const changeParty = defineStep({
  kind: 'change-party',
  family: 'confers',
  fields: {
    party: text(1, 40),
    act: oneOf(conferenceActs, 'let-in'),
    next: wayOn(),
    /** It never came, or has gone; `next` where absent. */
    onAbsent: optional(target()),
  },
  silentExits: 'all',
  check: (step, others) =>
    Object.values(others).some(
      (one) => one.kind === 'invite-party' && (one as InvitePartyStep).party === step.party,
    )
      ? []
      : [{ field: 'party', message: 'names a party whom no step brings in' }],
  enter({ party, act, next, onAbsent }, walk) {
    if (!walk.parties.has(party))
      return walk.leave('absent', onAbsent ?? next, { exit: onAbsent === undefined ? 'next' : 'onAbsent' });
    if (act === 'drop') walk.parties.delete(party);
    walk.act({ kind: 'change-party', party, act });
    walk.leave(act, next, { exit: 'next' });
  },
});
export type ChangePartyStep = StepIn<typeof changeParty>;
