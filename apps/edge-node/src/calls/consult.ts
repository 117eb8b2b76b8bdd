/** What an agent's desk may ask of a call with more than two parties: consult somebody, and say who takes part. */
import type { ConferenceAct } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { TransferTarget } from '@seatgrid/contracts/journal/journal-event.ts';
import type { DeskOutcome } from '../agents/desk-commands.ts';
import { callMembersMax } from '../limits.ts';
import { isPartyAtHome, keyAtHome } from '../visits/home-parties.ts';
import { ConsultStage, type ConsultOutcome } from './consult-stage.ts';
import { Consultation } from './consultation.ts';
import { Conversation } from './converse.ts';
import type { Call } from './call.ts';
import { leaveCall } from './leave-call.ts';
import { comeBack, findTarget, isBeside, isPerson } from './transfer-call.ts';
import type { Party } from './party.ts';
import { endUnreached } from './next-step.ts';

const done: DeskOutcome = { ok: true };
const wrongState: DeskOutcome = {
  ok: false,
  code: 'wrong-state',
  detail: 'not possible as the call stands now',
};

/** As an agent asks for it: of a call of another node, colleagues beside the agent are asked here, and whoever else by the home. */
export function consult(call: Call, by: Party, target: TransferTarget): DeskOutcome | Promise<DeskOutcome> {
  return call.home && !isBeside(findTarget(call, by, target))
    ? consultAtHome(call, by, target)
    : consultHere(call, by, target);
}

/** The caller is there, and so the sound is when they are handed over. A line the home has not got may be had here. */
export async function consultAtHome(call: Call, by: Party, target: TransferTarget): Promise<DeskOutcome> {
  if (!(call.stage instanceof Conversation) || !isServing(call, by) || call.members.length > 2)
    return wrongState;
  const outcome = await call.home!.ask({ kind: 'consult', agentId: by.agentId!, target });
  return !outcome.ok && outcome.code === 'no-route' ? consultHere(call, by, target) : outcome;
}

function consultHere(call: Call, by: Party, target: TransferTarget): DeskOutcome {
  if (!(call.stage instanceof Conversation) || !isServing(call, by)) return wrongState;
  if (call.members.length >= callMembersMax)
    return { ok: false, code: 'not-available', detail: `a call has at most ${callMembersMax} parties` };
  const where = findTarget(call, by, target);
  if ('ok' in where) return where;
  if (!isPerson(where))
    return { ok: false, code: 'no-such-target', detail: 'only a person can be asked for advice' };
  call.run(() => {
    if (by === call.customer) call.swapParties();
    const onNobody = () => comeBack(call, () => endUnreached(call, 'unavailable'));
    new Consultation(call, by, { consulted: where, target, onNobody }).begin();
  });
  return done;
}

export function endConsult(
  call: Call,
  by: Party,
  outcome: ConsultOutcome,
): DeskOutcome | Promise<DeskOutcome> {
  const { stage } = call;
  if (!(stage instanceof ConsultStage) || stage.by !== by) return wrongState;
  if (outcome === 'conference' && !stage.isAnswered) return wrongState;
  let ended: DeskOutcome | Promise<DeskOutcome> = done;
  call.run(() => (ended = stage.end(outcome)));
  return ended;
}

/** D-08: one named party is let into the conference, kept out of it, or hung up; the others go on. */
export function changeConference(
  call: Call,
  by: Party,
  { key, act }: { readonly key: string; readonly act: ConferenceAct },
): DeskOutcome | Promise<DeskOutcome> {
  if (call.home && isPartyAtHome(key))
    return call.home.ask({ kind: 'conference', agentId: by.agentId!, key: keyAtHome(key), act });
  const party = call.members.find((member) => member.leg.key === key);
  if (!party || party === by)
    return { ok: false, code: 'no-such-target', detail: 'no such party in this call' };
  if (!(call.stage instanceof Conversation) || call.members.length < 3 || !isServing(call, by))
    return wrongState;
  call.run(() => {
    call.record({
      kind: 'conference.changed',
      callId: call.id,
      agentId: by.agentId!,
      party: call.nameOf(party),
      act,
    });
    if (act === 'drop') {
      leaveCall(call, party, { party: 'agent', code: 'hung-up' });
    } else {
      party.place = act === 'keep-out' ? 'kept-out' : 'talking';
      call.sound.arrange();
      call.enter(call.stage);
      call.tellSeats();
    }
  });
  return done;
}

function isServing(call: Call, party: Party): boolean {
  return party.joinedAtMs !== null && (party === call.partner || party === call.customer);
}
