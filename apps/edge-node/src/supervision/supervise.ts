/** What a supervisor may ask for, performed one by one: who may is data (`core/context/access`), and an agent of another tenant does not exist. */
import { mayDo, type Verb } from '@seatgrid/core/context/access.ts';
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type {
  NodeToSupervisor,
  SupervisionCommand,
} from '@seatgrid/contracts/supervision/supervision-messages.ts';
import type { AgentHub } from '../agents/agent-hub.ts';
import { BrowserLeg } from '../calls/browser-leg.ts';
import type { Call } from '../calls/call.ts';
import type { Party } from '../calls/party.ts';
import { OutgoingSipLeg } from '../calls/outgoing-sip-leg.ts';
import { ringPhoneAt } from '../calls/phone-fork.ts';
import { inspectionRingTimeoutMs, inspectionsPerCallMax } from '../limits.ts';
import { Inspection } from './inspection.ts';
import type { Supervisor } from './supervisor.ts';

type RefusalCode = (NodeToSupervisor & { kind: 'refusal' })['code'];
export type SupervisionOutcome =
  | { readonly ok: true; readonly answer: string | null }
  | { readonly ok: false; readonly code: RefusalCode; readonly detail: string };

const done: SupervisionOutcome = { ok: true, answer: null };
const wrongState: SupervisionOutcome = refuse('wrong-state', 'not possible as the call stands now');

export async function supervise(
  hub: AgentHub,
  supervisor: Supervisor,
  command: SupervisionCommand,
): Promise<SupervisionOutcome> {
  const verb = verbOf(command);
  if (verb && !mayDo(supervisor.role, 'inspection', verb))
    return refuse('not-allowed', `your role may not ${verb}`);
  switch (command.kind) {
    case 'monitor':
      return monitor(hub, supervisor, command);
    case 'monitor-by-phone':
      return monitorByPhone(hub, supervisor, command);
    case 'release':
      return release(hub, supervisor, command.agentId);
  }
  const inspection = supervisor.inspection ?? (command.kind === 'leave' ? supervisor.ringing : null);
  if (!inspection) return refuse('no-call', 'you listen to no call');
  switch (command.kind) {
    case 'switch':
      return act(inspection, () => inspection.switchTo(command.mode));
    case 'intercept':
      return act(inspection, () => inspection.intercept());
    case 'mute':
      return act(inspection, () => (inspection.mute(command.isMuted), true));
    case 'leave':
      return act(inspection, () => (inspection.leave(), true));
  }
}

function verbOf(command: SupervisionCommand): Verb | null {
  switch (command.kind) {
    case 'switch':
      return command.mode;
    case 'monitor-by-phone':
      return 'monitor';
    case 'monitor':
    case 'release':
    case 'intercept':
      return command.kind;
    case 'mute':
    case 'leave':
      return null;
  }
}

async function monitor(
  hub: AgentHub,
  supervisor: Supervisor,
  { agentId, offer }: { readonly agentId: AgentId; readonly offer: string },
): Promise<SupervisionOutcome> {
  const found = callToHear(hub, supervisor, agentId);
  if ('ok' in found) return found;
  const { call, party } = found;
  const opened = await call.media.openWebrtcLeg(offer, { key: call.sound.nextLegKey('supervisor') });
  if (opened.kind === 'refused') return refuse('media-refused', opened.detail);
  if (call.isEnded || !call.parties.includes(party) || supervisor.inspection) {
    opened.close();
    return refuse('no-call', 'the call is over');
  }
  call.run(() => new Inspection(call, party, supervisor, new BrowserLeg(opened)).begin());
  return { ok: true, answer: opened.answerSdp };
}

/** H-17 at a desk phone: it is rung, picks up by itself where it can, and is a leg of the call like a browser's. */
function monitorByPhone(
  hub: AgentHub,
  supervisor: Supervisor,
  { agentId, extension }: { readonly agentId: AgentId; readonly extension: string },
): SupervisionOutcome {
  const found = callToHear(hub, supervisor, agentId);
  if ('ok' in found) return found;
  const { call, party } = found;
  const { tenant } = supervisor;
  const owner = tenant.agentsByExtension.get(extension);
  const seat = owner && hub.seat(owner.id);
  // An agent on a call hears that call; whose phone it is must not be told apart from one that is not there.
  const isBusy = owner?.id === agentId || (seat && !seat.isFree && seat.presence.device === 'phone');
  const binding = call.services.phones.bindingsOf(tenant, extension).at(-1);
  if (!binding || isBusy) return refuse('not-available', 'this desk phone cannot be rung now');
  const media = call.media.openRtpLeg({
    key: call.sound.nextLegKey('supervisor'),
    natAddress: binding.flow.address,
    srtp: tenant.secrets.get(extension)?.srtp ?? 'accept',
  });
  if (media.kind === 'refused') return refuse('media-refused', media.detail);
  const leg = new OutgoingSipLeg(media, {
    onRinging() {},
    onAnswered: () => call.run(() => inspection.begin()),
    onFailed: () => call.run(() => inspection.giveUp()),
  });
  const inspection = new Inspection(call, party, supervisor, leg);
  call.run(() => {
    inspection.ring();
    ringPhoneAt(call, leg, {
      binding,
      extension,
      name: owner?.name ?? '',
      isAutoAnswer: true,
      ringTimeoutMs: inspectionRingTimeoutMs,
    });
  });
  return done;
}

function callToHear(hub: AgentHub, supervisor: Supervisor, agentId: AgentId): ReturnType<typeof callOf> {
  const found = callOf(hub, supervisor, agentId);
  if ('ok' in found) return found;
  if (supervisor.inspection || supervisor.ringing)
    return refuse('wrong-state', 'you listen to a call already');
  return found.call.parties.filter((one) => one.supervisor).length >= inspectionsPerCallMax
    ? refuse('not-available', `at most ${inspectionsPerCallMax} supervisors listen to one call`)
    : found;
}

/** H-20: both sides at once; the agent goes to after-call work, and the log names who did it. */
function release(hub: AgentHub, supervisor: Supervisor, agentId: AgentId): SupervisionOutcome {
  const found = callOf(hub, supervisor, agentId);
  if ('ok' in found) return found;
  const { call } = found;
  const { userId, name: userName } = supervisor;
  call.run(() => {
    call.record({ kind: 'call.force-released', callId: call.id, agentId, userId, userName });
    call.end({ party: 'agent', code: 'force-released', detail: userName }, null);
  });
  return done;
}

/** The conversation this agent is in. Whether somebody else's agent exists is not told. */
function callOf(
  hub: AgentHub,
  supervisor: Supervisor,
  agentId: AgentId,
): { readonly call: Call; readonly party: Party } | (SupervisionOutcome & { ok: false }) {
  if (!supervisor.tenant.agents.has(agentId)) return refuse('no-such-agent', 'no such agent');
  const seat = hub.seat(agentId);
  const call = seat?.call;
  const party = seat?.interaction?.party;
  return call && party && !call.isEnded && party.isMember && call.members.length > 1
    ? { call, party }
    : refuse('no-call', 'this agent is in no conversation');
}

function act({ call }: Inspection, work: () => boolean): SupervisionOutcome {
  let isDone = false;
  call.run(() => (isDone = work()));
  return isDone ? done : wrongState;
}

function refuse(code: RefusalCode, detail: string): SupervisionOutcome & { ok: false } {
  return { ok: false, code, detail };
}
