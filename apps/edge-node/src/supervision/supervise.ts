/** What a supervisor may ask for, performed one by one: who may is data (`core/context/access`), and an agent of another tenant does not exist. */
import { mayDo, type Verb } from '@seatgrid/core/context/access.ts';
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type { SupervisionCommand } from '@seatgrid/contracts/supervision/supervision-messages.ts';
import type { AgentHub } from '../agents/agent-hub.ts';
import { BrowserLeg } from '../calls/browser-leg.ts';
import { OutgoingSipLeg } from '../calls/outgoing-sip-leg.ts';
import { callerOf, ringPhoneAt } from '../calls/phone-fork.ts';
import { FarEar } from '../ears/far-ear.ts';
import { inspectionRingTimeoutMs } from '../limits.ts';
import { callToHear, conversationOf } from './call-to-hear.ts';
import { Inspection } from './inspection.ts';
import { phoneToRing } from './phone-to-ring.ts';
import { done, refuse, type SupervisionOutcome } from './supervision-outcome.ts';
import type { Supervisor } from './supervisor.ts';

const wrongState: SupervisionOutcome = refuse('wrong-state', 'not possible as the call stands now');

export async function supervise(
  hub: AgentHub,
  supervisor: Supervisor,
  command: SupervisionCommand,
): Promise<SupervisionOutcome> {
  const verb = verbOf(command);
  if (verb && !mayDo(supervisor.role, 'inspection', verb))
    return refuse('not-allowed', `your role may not ${verb}`);
  const { far } = supervisor;
  switch (command.kind) {
    case 'monitor':
    case 'monitor-by-phone':
      if (far) return refuse('wrong-state', 'you listen to a call already');
      if (isElsewhere(hub, supervisor, command.agentId)) return listenElsewhere(hub, supervisor, command);
      return command.kind === 'monitor'
        ? monitor(hub, supervisor, command)
        : monitorByPhone(hub, supervisor, command);
    case 'release':
      if (far?.agentId === command.agentId) return far.ask(command);
      return isElsewhere(hub, supervisor, command.agentId)
        ? releaseElsewhere(hub, supervisor, command.agentId)
        : release(hub, supervisor, command.agentId);
  }
  if (far) return far.ask(command);
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

/** An agent of the tenant who is not at this node, for a supervisor who is. */
function isElsewhere(hub: AgentHub, { tenant, pass }: Supervisor, agentId: AgentId): boolean {
  const seat = hub.seat(agentId);
  const isHere = seat !== undefined && (seat.isSignedIn || seat.call !== null);
  return pass !== null && !isHere && tenant.agents.has(agentId);
}

function listenElsewhere(
  { services }: AgentHub,
  supervisor: Supervisor,
  command: Extract<SupervisionCommand, { kind: 'monitor' | 'monitor-by-phone' }>,
): SupervisionOutcome | Promise<SupervisionOutcome> {
  if (supervisor.inspection || supervisor.ringing)
    return refuse('wrong-state', 'you listen to a call already');
  const ear = new FarEar(services, supervisor, command.agentId);
  return command.kind === 'monitor'
    ? ear.listenByBrowser(command.offer)
    : ear.listenByPhone(command.extension);
}

async function releaseElsewhere(
  { services }: AgentHub,
  supervisor: Supervisor,
  agentId: AgentId,
): Promise<SupervisionOutcome> {
  const outcome = await services.ears.seek(supervisor, agentId, 'release');
  if (outcome.kind === 'refused') return refuse(outcome.code, outcome.detail);
  return outcome.kind === 'released' ? done : wrongState;
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
  const phone = phoneToRing(call.services, tenant, extension, agentId);
  if (!phone) return refuse('not-available', 'this desk phone cannot be rung now');
  const media = call.media.openRtpLeg({
    key: call.sound.nextLegKey('supervisor'),
    natAddress: phone.binding.flow.address,
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
      ...phone,
      extension,
      isAutoAnswer: true,
      ringTimeoutMs: inspectionRingTimeoutMs,
      from: callerOf(call),
    });
  });
  return done;
}

/** H-20: both sides at once; the agent goes to after-call work, and the log names who did it. */
function release(hub: AgentHub, supervisor: Supervisor, agentId: AgentId): SupervisionOutcome {
  const found = conversationOf(hub, supervisor, agentId);
  if ('ok' in found) return found;
  const { call } = found;
  const { userId, name: userName } = supervisor;
  call.run(() => {
    call.record({ kind: 'call.force-released', callId: call.id, agentId, userId, userName });
    call.end({ party: 'agent', code: 'force-released', detail: userName }, null);
  });
  return done;
}

function act({ call }: Inspection, work: () => boolean): SupervisionOutcome {
  let isDone = false;
  call.run(() => (isDone = work()));
  return isDone ? done : wrongState;
}
