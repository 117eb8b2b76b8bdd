/** A call's journal as entries to be read: a sentence, a mark and a detail for everything that happened. */
import type { EventFacts, TransferTarget } from '@seatgrid/contracts/journal/journal-event.ts';
import type { TimelineEntry } from '@seatgrid/ui';
import { format } from '@seatgrid/ui';
import { refusalReason } from '#lib/audit/refusal-reason.svelte.ts';
import { presenceMark } from '#lib/presence/presence-mark.ts';
import { say } from '#lib/words/say.svelte.ts';
import { inOrder, type Happening } from './call-phases.ts';
import { endText } from './end-text.svelte.ts';
import { stepTrace } from './step-trace.ts';
import { tellDecision } from './tell-decision.svelte.ts';
import { tellWait } from './tell-wait.svelte.ts';
import { waitsThatCame } from './waits-that-came.ts';

export interface CallNames {
  readonly agent: (id: string | null) => string;
  readonly queue: (id: string) => string;
  readonly group: (id: string) => string;
  readonly disposition: (id: string) => string;
}

type Told = Pick<TimelineEntry, 'shape' | 'role' | 'title' | 'detail'>;

export function tellCall(timeline: readonly Happening[], names: CallNames): TimelineEntry[] {
  const leftAtMs = new Map(timeline.map(({ sequence, atMs }) => [sequence, atMs]));
  const came = waitsThatCame(timeline);
  // How the lines sounded is told beside the ladder.
  const told = inOrder(timeline).filter(({ facts }) => facts.kind !== 'leg.media');
  const places = new Map<number, number>();
  return told.map(({ atMs, sequence, facts }) => ({
    id: placeWithin(places, sequence),
    time: format.date(atMs, 'time'),
    atMs,
    ...tell(facts, names, {
      stayMs: (leftAtMs.get(sequence) ?? atMs) - atMs,
      cameMs: came.get(sequence),
    }),
  }));
}

/** Steps told in one event have its sequence in common. */
function placeWithin(places: Map<number, number>, sequence: number): string {
  const place = places.get(sequence) ?? 0;
  places.set(sequence, place + 1);
  return place === 0 ? String(sequence) : `${sequence}.${place}`;
}

const outcomes = [
  'accepted', 'declined', 'none', 'left', 'hang-up', 'timeout', 'otherwise', 'empty', 'inside', 'outside', 'unavailable', 'failed', 'full', 'entered',
  'answered', 'busy', 'no-answer', 'unknown-number', 'no-way-through',
  'present', 'let-in', 'keep-out', 'drop', 'absent', 'alone',
] as const; // prettier-ignore

function targetName(target: TransferTarget, names: CallNames): string {
  switch (target.kind) {
    case 'agent':
      return names.agent(target.agentId);
    case 'queue':
      return names.queue(target.queueId);
    case 'leader':
      return say('tl.leader', { group: names.group(target.groupId) });
    case 'ring-group':
      return say('tl.ringGroup');
    case 'flow':
      return say('tl.automatic');
    case 'number':
      return format.phone(target.number);
  }
}

/** Why a step was left; a branch's own value is told as it is. */
function outcomeText(outcome: string): string {
  const known = outcomes.find((each) => each === outcome);
  return known ? say(`tl.outcome.${known}`) : say('tl.outcome', { outcome });
}

interface Later {
  /** How long a flow step lasted. */
  readonly stayMs: number;
  /** The wait that followed an announcement. */
  readonly cameMs: number | undefined;
}

function tell(facts: EventFacts, names: CallNames, { stayMs, cameMs }: Later): Told {
  switch (facts.kind) {
    case 'call.started': {
      const values = {
        from: format.phone(facts.fromNumber),
        to: format.phone(facts.toNumber),
        agent: names.agent(facts.agentId),
      };
      return {
        shape: facts.direction === 'inbound' ? 'ringing' : 'handset-out',
        role: 'blue',
        title: say(`tl.started.${facts.direction}`, values),
        detail:
          [
            facts.webButtonId && say('tl.web'),
            facts.callbackId && say('tl.callback'),
            facts.ruleName && say('tl.rule', { rule: facts.ruleName }),
            facts.customerLevel && say('tl.level', { level: facts.customerLevel }),
            facts.department && say('tl.department', { department: facts.department }),
          ]
            .filter(Boolean)
            .join(' · ') || undefined,
      };
    }
    case 'call.answered':
      return { shape: 'check', role: 'green', title: say('tl.answered') };
    case 'flow.step': {
      const parts = [
        facts.digits ? say('tl.digits', { digits: facts.digits }) : undefined,
        facts.label ? say('tl.branch', { label: facts.label }) : undefined,
        !facts.label && facts.outcome !== 'next' ? outcomeText(facts.outcome) : undefined,
      ];
      return {
        shape: facts.fault ? 'warning' : 'dot',
        role: facts.fault ? 'amber' : 'neutral',
        title: [say('tl.step', { title: facts.title ?? facts.stepKey }), ...parts]
          .filter(Boolean)
          .join(' · '),
        detail: [
          say('tl.stepDetail', {
            flow: facts.flowName,
            version: facts.flowVersion,
            stay: format.durationWords(stayMs),
          }),
          ...stepTrace(facts).map(({ word, values }) => say(word, values)),
        ].join(' · '),
      };
    }
    case 'queue.entered':
      return {
        shape: 'pause',
        role: 'amber',
        title: say('tl.queued', { queue: facts.queueName, position: facts.position }),
      };
    case 'queue.left':
      return {
        shape: facts.cause === 'agent' ? 'check' : facts.cause === 'abandoned' ? 'cross' : 'warning',
        role: facts.cause === 'agent' ? 'green' : facts.cause === 'abandoned' ? 'red' : 'amber',
        title: say(`tl.left.${facts.cause}`, {
          wait: format.durationWords(facts.waitedMs),
          position: facts.position,
          expected: format.durationWords(facts.expectedMs ?? 0),
        }),
      };
    case 'wait.announced':
      return {
        shape: 'dot',
        role: 'amber',
        title: say('tl.announced', { minutes: facts.saidMinutes }),
        detail: tellWait(facts.expectedMs, cameMs),
      };
    case 'callback.asked':
      return {
        shape: 'handset-out',
        role: 'indigo',
        title: say(facts.origin === 'list' ? 'tl.callback.listed' : 'tl.callback.asked', {
          number: format.phone(facts.number),
        }),
      };
    case 'callback.tried':
      return {
        shape: facts.outcome === 'reached' ? 'check' : 'cross',
        role: facts.outcome === 'reached' ? 'green' : 'amber',
        title: say('tl.callback.tried', {
          attempt: facts.attempt,
          outcome: say(`tl.callback.tried.${facts.outcome}`),
        }),
      };
    case 'callback.ended':
      return {
        shape: 'ring',
        role: 'neutral',
        title: say('tl.callback.ended', { end: say(`callback.end.${facts.end}`) }),
      };
    case 'reservation.made':
      return {
        shape: 'ringing',
        role: 'blue',
        title: say('tl.reserved', { agent: names.agent(facts.agentId) }),
        detail: facts.decision && tellDecision(facts.decision, names),
      };
    case 'reservation.ended': {
      const isAccepted = facts.outcome === 'accepted';
      return {
        shape: isAccepted ? 'check' : facts.outcome === 'withdrawn' ? 'ring' : 'cross',
        role: isAccepted ? 'green' : facts.outcome === 'withdrawn' ? 'neutral' : 'red',
        title: say(`tl.reservation.${facts.outcome}`, {
          agent: names.agent(facts.agentId),
          rang: format.durationWords(facts.rangMs),
        }),
      };
    }
    case 'call.bridged':
      return {
        shape: 'handset',
        role: 'blue',
        title: facts.agentId
          ? say('tl.bridged', { agent: names.agent(facts.agentId) })
          : say('tl.bridgedOut'),
      };
    case 'call.held':
      return { shape: 'pause', role: 'violet', title: say('tl.held', { agent: names.agent(facts.agentId) }) };
    case 'call.retrieved':
      return {
        shape: 'handset',
        role: 'blue',
        title: say('tl.retrieved', { agent: names.agent(facts.agentId) }),
      };
    case 'call.transferred': {
      const target = targetName(facts.target, names);
      return {
        shape: 'handset-out',
        role: 'indigo',
        title: say('tl.transferred', { agent: names.agent(facts.agentId), target }),
      };
    }
    case 'consult.began': {
      const target = targetName(facts.target, names);
      return {
        shape: 'handsets',
        role: 'indigo',
        title: say('tl.consulted', { agent: names.agent(facts.agentId), target }),
      };
    }
    case 'consult.ended':
      return {
        shape: facts.outcome === 'failed' ? 'cross' : 'handset',
        role: facts.outcome === 'failed' ? 'amber' : 'blue',
        title: say(`tl.consult.${facts.outcome}`, { agent: names.agent(facts.agentId) }),
        detail: facts.talkMs > 0 ? say('tl.consultTalk', { talk: format.duration(facts.talkMs) }) : undefined,
      };
    case 'guide.began':
      return {
        shape: 'dot',
        role: 'indigo',
        title: say('tl.guided', { agent: names.agent(facts.agentId), flow: facts.flowName }),
      };
    case 'guide.ended':
      return {
        shape: 'handset',
        role: 'blue',
        title: say('tl.guidedBack', { agent: names.agent(facts.agentId) }),
      };
    case 'data.attached':
      return {
        shape: 'dot',
        role: 'indigo',
        title: say(facts.value === '' ? 'tl.dataTakenAway' : 'tl.dataAttached', {
          agent: names.agent(facts.agentId),
          name: facts.variable,
        }),
        detail: facts.value || undefined,
      };
    case 'inspection.began':
    case 'inspection.ended':
    case 'call.intercepted':
    case 'call.force-released':
      return {
        shape: facts.kind === 'call.force-released' ? 'cross' : 'eye',
        role: facts.kind === 'call.force-released' ? 'red' : 'teal',
        title: say(`tl.${facts.kind}`, { agent: names.agent(facts.agentId), who: facts.userName }),
        detail: facts.kind === 'inspection.ended' ? format.durationWords(facts.lastedMs) : undefined,
      };
    case 'inspection.changed':
      return {
        shape: 'eye',
        role: 'teal',
        title: say(`tl.inspection.${facts.mode}`, { agent: names.agent(facts.agentId), who: facts.userName }),
      };
    case 'conference.changed':
      return {
        shape: 'handsets',
        role: 'indigo',
        title: say(`tl.conference.${facts.act}`, {
          agent: facts.agentId ? names.agent(facts.agentId) : say('tl.byFlow'),
          party: facts.party,
        }),
      };
    case 'leg.dialled':
      return {
        shape: 'handset-out',
        role: 'blue',
        title: say('tl.dialled', { number: format.phone(facts.number) }),
        detail: facts.callerNumber
          ? say('tl.dialledAs', { caller: format.phone(facts.callerNumber) })
          : undefined,
      };
    case 'leg.dial-ended': {
      const isAnswered = facts.outcome === 'answered';
      return {
        shape: isAnswered ? 'check' : 'cross',
        role: isAnswered ? 'green' : 'red',
        title: say(`tl.dial.${facts.outcome}`, { number: format.phone(facts.number) }),
        detail: isAnswered
          ? undefined
          : facts.tone
            ? say(`tl.dialTone.${facts.tone}`)
            : `SIP ${facts.status}`,
      };
    }
    case 'agent.left-call':
      return {
        shape: 'ring',
        role: 'neutral',
        title: say('tl.agentLeft', { agent: names.agent(facts.agentId) }),
        detail: say('tl.agentLeftDetail', {
          talk: format.duration(facts.talkMs),
          held: format.duration(facts.heldMs),
        }),
      };
    case 'call.ended': {
      const isOurs = facts.reason.party === 'platform' && facts.reason.code !== 'flow-ended';
      return {
        shape: isOurs ? 'warning' : 'cross',
        role: isOurs ? 'red' : 'neutral',
        title: say('tl.ended', { end: endText(facts.reason) }),
        detail: facts.reason.detail,
      };
    }
    case 'call.refused':
      return {
        shape: 'cross',
        role: 'red',
        title: say('tl.refused', { reason: refusalReason(facts.reason) }),
      };
    case 'recording.finished':
      return {
        shape: 'dot',
        role: 'red',
        title: say('tl.recorded', { length: format.duration(facts.durationMs) }),
        detail: facts.isRecovered ? say('tl.recovered') : undefined,
      };
    case 'voice-message.left':
      return {
        shape: 'dot',
        role: 'blue',
        title: say('tl.message.left', { length: format.duration(facts.durationMs) }),
        detail: facts.isRecovered ? say('tl.recovered') : undefined,
      };
    case 'fax.received':
      return {
        shape: 'dot',
        role: facts.ending === 'complete' ? 'blue' : 'amber',
        title: say('tl.fax.received', { pages: facts.pages }),
        detail: facts.ending === 'complete' ? undefined : say(`fax.ending.${facts.ending}`),
      };
    case 'fax.missed':
      return {
        shape: 'cross',
        role: 'amber',
        title: say('tl.fax.missed'),
        detail: say(`tl.fax.missed.${facts.why}`),
      };
    case 'fax.changed':
      return { shape: 'dot', role: 'blue', title: say(`tl.fax.${facts.act}`) };
    case 'voice-message.changed':
      return { shape: 'dot', role: 'blue', title: say(`tl.message.${facts.act}`) };
    case 'mailbox.greeting':
      return {
        shape: 'dot',
        role: 'blue',
        title: say(facts.isRecorded ? 'tl.greeting.recorded' : 'tl.greeting.removed'),
      };
    case 'mailbox.pin-refused':
      return { shape: 'dot', role: 'amber', title: say('tl.pinRefused') };
    case 'recording.paused':
    case 'recording.resumed': {
      const isPaused = facts.kind === 'recording.paused';
      const word = isPaused ? 'tl.recordingPaused' : 'tl.recordingResumed';
      return {
        shape: isPaused ? 'pause' : 'dot',
        role: isPaused ? 'amber' : 'red',
        title: say(word, { by: facts.agentId ? names.agent(facts.agentId) : say('tl.byFlow') }),
      };
    }
    case 'interaction.closed':
      return {
        shape: 'pencil',
        role: 'amber',
        title: say('tl.closed', { agent: names.agent(facts.agentId) }),
        detail: say('tl.closedDetail', {
          disposition: facts.dispositionId ? names.disposition(facts.dispositionId) : say('tl.noDisposition'),
          wrap: format.durationWords(facts.wrapMs),
        }),
      };
    case 'agent.presence': {
      const { shape, role, word } = presenceMark(facts.to);
      const from = say(presenceMark(facts.from).word);
      return {
        shape,
        role,
        title: say('tl.presence', { agent: names.agent(facts.agentId), from, to: say(word) }),
      };
    }
    case 'leg.media':
    case 'sound.attested':
    // The centre tells each by itself.
    case 'flow.steps':
    case 'agent.sign-in-refused':
    case 'node.started':
      return { shape: 'dot', role: 'neutral', title: say('tl.other', { kind: facts.kind }) };
  }
}
