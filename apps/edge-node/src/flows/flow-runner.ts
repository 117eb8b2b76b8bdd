/**
 * Performs what the flow machine decides for one call: speaks, listens, times, and hands the call to queue, agent or outside
 * number. The machine knows the flow; this knows the call.
 */
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import { dialFailureOf } from '@seatgrid/core/flows/dial-result.ts';
import type { FlowEffect, StepFacts } from '@seatgrid/core/flows/flow-effect.ts';
import type { FlowInput } from '@seatgrid/core/flows/flow-input.ts';
import type { FaxOutcome } from '@seatgrid/core/faxes/fax-box.ts';
import { FlowMachine, type FlowPlace } from '@seatgrid/core/flows/flow-machine.ts';
import { CelExpressions } from '@seatgrid/contracts/expressions/cel-expressions.ts';
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { MailboxId, QueueId, FaxBoxId } from '@seatgrid/core/kernel/ids.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import { locales, type Locale } from '@seatgrid/core/kernel/locale.ts';
import type { SpeechHandle } from '@seatgrid/media/call/media-engine.ts';
import { offerCallback, type OfferOutcome } from '../callbacks/offer-callback.ts';
import type { CallStage } from '../calls/call-stage.ts';
import type { Call } from '../calls/call.ts';
import { converse } from '../calls/converse.ts';
import { performNextStep } from '../calls/next-step.ts';
import { reachReady } from '../calls/reach-colleague.ts';
import { ringGroup } from '../calls/ring-group.ts';
import { ringDirectly } from '../calls/direct-ring.ts';
import { OutsideDial } from '../calls/outside-dial.ts';
import type { Party } from '../calls/party.ts';
import { collectedVariablesMax, failedDialMs } from '../limits.ts';
import { receiveFax } from '../faxes/receive-fax.ts';
import { leaveMessage, type MessageOutcome } from '../messages/leave-message.ts';
import { FlowElsewhere } from '../visits/flow-elsewhere.ts';
import { FlowConference } from './flow-conference.ts';
import { StepRecord } from './step-record.ts';

export class FlowRunner implements CallStage {
  readonly #call: Call;
  readonly #flow: CallFlow;
  readonly #machine: FlowMachine;
  /** D-09: the flow guides a conversation and hands nobody on; told when it is over. */
  readonly #onGuided: (() => void) | null;
  readonly #conference: FlowConference;
  readonly #steps: StepRecord;
  /** What has happened and is not yet told: one thing after another, however soon the world answers. */
  readonly #inbox: FlowInput[] = [];
  #isFeeding = false;
  #cancelTimer: Cancel = () => {};
  #ceaseAsking: Cancel = () => {};
  #hearing: SpeechHandle | null = null;
  /** What the record says of the call is not yet told to the node where it lives. */
  #isNews = false;

  constructor(call: Call, flow: CallFlow, onGuided: (() => void) | null = null) {
    this.#onGuided = onGuided;
    this.#call = call;
    this.#conference = new FlowConference(call);
    this.#steps = new StepRecord(call);
    this.#flow = flow;
    this.#machine = new FlowMachine({
      flow,
      variables: call.variables,
      timeZone: call.tenant.tenant.timeZone,
      defaultLocale: call.tenant.locale,
      manner: call.tenant.manner,
      expressions,
      flows: call.tenant.flows,
      calendars: call.tenant.calendars,
      chance: (flowId, step) => call.services.chance.draw(flowId, step),
    });
    call.variables = this.#machine.variables;
  }

  start(): void {
    this.#call.flow?.callLeft();
    this.#call.flow = this;
    this.#call.enter(this);
    this.#feed({ kind: 'start' });
  }

  get state(): 'in-flow' | 'talking' | 'conference' {
    if (this.#conference.hasParties) return 'conference';
    return this.isGuiding ? 'talking' : 'in-flow';
  }

  /** What it says is heard by more than the customer. */
  get isAmongOthers(): boolean {
    return this.isGuiding || this.#conference.hasParties;
  }

  get isGuiding(): boolean {
    return this.#onGuided !== null;
  }

  /** The step the call stands in; a queue it waits in is its flow's step still. */
  get place(): FlowPlace | null {
    return this.#machine.place;
  }

  get name(): string {
    return this.#flow.name;
  }

  /** The conversation goes on without; nothing where no conversation is guided. */
  endGuiding(): void {
    if (!this.#onGuided || this.#call.flow !== this) return;
    this.#call.flow = null;
    this.callLeft();
    this.#call.sound.stopSpeech();
    this.#onGuided();
  }

  onDigit(digit: string): void {
    this.#feed({ kind: 'digit', digit });
  }

  /** The conference is its caller's: one party that goes leaves the others; with the caller all go. */
  isOverBy(party: Party, reason: EndReason): boolean {
    if (this.isGuiding) return false;
    if (party === this.#call.customer) {
      this.#call.end(reason, party);
      return true;
    }
    const name = this.#conference.left(party);
    if (name !== undefined) this.#feed({ kind: 'party-left', party: name });
    return name !== undefined;
  }

  onCallEnded(): void {
    this.#conference.cancel();
  }

  /** Back from the queue; false where the flow names no way on. */
  queueLeft(cause: 'full' | 'timeout'): void {
    this.#call.enter(this);
    this.#feed({ kind: 'queue-left', cause });
  }

  /** Somebody else has the call, or it is over. */
  callLeft(): void {
    this.#cancelTimer();
    this.#conference.cancel();
    for (const effect of this.#machine.handle({ kind: 'call-left' }, this.#nowMs()))
      if (effect.kind === 'step') this.#trace(effect.facts);
      else if (effect.kind === 'cease-asking') this.#ceaseAsking();
      else if (effect.kind === 'stop-hearing') this.#hearing?.stop();
      else if (effect.kind === 'secret') this.#call.sound.recording.pause('flow', effect.isSecret);
    this.#steps.write();
  }

  #feed(input: FlowInput): void {
    this.#inbox.push(input);
    if (this.#isFeeding) return;
    this.#isFeeding = true;
    try {
      for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) this.#tell(next);
    } finally {
      this.#isFeeding = false;
    }
  }

  #tell(input: FlowInput): void {
    const before = this.#machine.place;
    const effects = this.#machine.handle(input, this.#nowMs());
    const language = this.#machine.variables.get('language');
    if (language !== undefined && locales.includes(language as Locale))
      this.#call.language = language as Locale;
    for (const effect of effects) {
      if (this.#call.isEnded || (this.isGuiding && this.#call.flow !== this)) return;
      // What happens next in the call stands after the steps that led to it.
      if (effect.kind !== 'step') this.#steps.write();
      if (effect.kind !== 'step' && effect.kind !== 'collected') this.#tellHome();
      this.#perform(effect);
    }
    this.#steps.write();
    this.#tellHome();
    const { place } = this.#machine;
    if (place?.stepKey !== before?.stepKey || place?.sinceMs !== before?.sinceMs)
      this.#call.services.floor.stepped(this.#call.tenant);
  }

  /** B-02: whatever becomes of the call, where it lives it is known what its caller has said. */
  #tellHome(): void {
    if (this.#isNews && this.#call.home?.isForFlow) this.#call.dataChanged();
    this.#isNews = false;
  }

  #perform(effect: FlowEffect): void {
    const call = this.#call;
    // What would hand the call on is the end of guiding: the customer is with the agent.
    if (this.isGuiding && handingOn.has(effect.kind)) return this.endGuiding();
    if (handingOn.has(effect.kind) && effect.kind !== 'hang-up') this.#conference.dissolve();
    switch (effect.kind) {
      case 'speak':
        call.answer();
        return call.sound.speak(
          effect.utterances,
          () => this.#feed({ kind: 'speech-ended' }),
          effect.isInterruptible,
        );
      case 'stop-speech':
        return call.sound.stopSpeech();
      case 'set-timer':
        // A flow that listens first has picked up too.
        call.answer();
        this.#cancelTimer();
        this.#cancelTimer = call.after(effect.delayMs, () => this.#feed({ kind: 'timer' }));
        return;
      case 'clear-timer':
        return this.#cancelTimer();
      case 'await-speech':
        return this.#awaitSpeech(effect.quietMs);
      case 'stop-hearing':
        return this.#hearing?.stop();
      case 'ask':
        this.#ceaseAsking = call.services.outside.ask(call, effect, (answer) =>
          this.#feed({ kind: 'answer', askId: effect.askId, answer }),
        );
        return;
      case 'cease-asking':
        return this.#ceaseAsking();
      case 'enqueue':
        return call.services.acd(call.tenant).enqueue(call, effect.queueId, effect);
      case 'ring-agent':
        return this.#ringAgent(effect);
      case 'ring-group':
        return this.#ringGroup(effect);
      case 'go-to-rule':
        return this.#goToRule(effect.rule);
      case 'dial':
        return this.#dial(effect);
      case 'invite-party':
        return this.#conference.invite(effect, (outcome) => this.#feed(outcome));
      case 'change-party':
        return this.#conference.change(effect.party, effect.act);
      case 'leave-message':
        return this.#leaveMessage(effect.mailboxId);
      case 'offer-callback':
        return this.#offerCallback(effect.queueId);
      case 'site-flow':
        return this.#siteFlow(effect);
      case 'receive-fax':
        return this.#receiveFax(effect.faxBoxId);
      case 'hang-up':
        if (effect.hasReturned && call.home?.isForFlow) return call.home.flowReturned();
        return call.end({ party: 'platform', code: 'flow-ended' }, null);
      case 'secret':
        return call.sound.recording.pause('flow', effect.isSecret);
      case 'record':
        // A flow that records has picked up too.
        call.answer();
        return call.sound.recording.wish(effect.isRecorded);
      case 'collected':
        return this.#collect(effect.variable, effect.value);
      case 'step':
        return this.#trace(effect.facts);
    }
  }

  /** D-19: of the caller alone, whoever else is in the conversation. */
  #awaitSpeech(quietMs: number): void {
    const call = this.#call;
    if (!call.customer) return;
    this.#hearing = call.media.awaitSpeech(call.customer.leg.key, {
      quietMs,
      onBegan: () => call.run(() => this.#feed({ kind: 'speech-began' })),
      onOver: (wav) => call.run(() => this.#feed({ kind: 'utterance', wav })),
    });
  }

  /** D-11. A box that is gone takes a moment all the same, so that a flow of them cannot spin. */
  #leaveMessage(mailboxId: MailboxId): void {
    const call = this.#call;
    const back = (outcome: MessageOutcome) => {
      call.enter(this);
      this.#feed({ kind: 'message-left', outcome });
    };
    const box = call.tenant.mailboxes.get(mailboxId);
    if (box) leaveMessage(call, box, back);
    else call.after(failedDialMs, () => back('nothing'));
  }

  #offerCallback(queueId: QueueId): void {
    const call = this.#call;
    const back = (outcome: OfferOutcome) => {
      call.enter(this);
      this.#feed({ kind: 'callback-offered', outcome });
    };
    const queue = call.tenant.queues.get(queueId);
    if (queue) offerCallback(call, { queue, sinceMs: this.#nowMs() }, back);
    else call.after(failedDialMs, () => back('none'));
  }

  #receiveFax(faxBoxId: FaxBoxId): void {
    const call = this.#call;
    const back = (outcome: FaxOutcome) => {
      call.enter(this);
      this.#feed({ kind: 'fax-received', outcome });
    };
    const box = call.tenant.faxBoxes.get(faxBoxId);
    if (box) receiveFax(call, box, back);
    else call.after(failedDialMs, () => back('nothing'));
  }

  /** B-02: at our own site it is walked here. */
  #siteFlow(effect: FlowEffect & { kind: 'site-flow' }): void {
    const call = this.#call;
    if (effect.siteId === call.services.directory.siteId)
      return this.#feed({ kind: 'site-left', outcome: 'here' });
    new FlowElsewhere(call, effect, (outcome) => {
      call.enter(this);
      this.#feed({ kind: 'site-left', outcome });
    }).begin();
  }

  #ringAgent(effect: FlowEffect & { kind: 'ring-agent' }): void {
    const call = this.#call;
    const agent = call.tenant.agents.get(effect.agentId);
    const person = agent && reachReady(call.services, call.tenant, agent);
    const unavailable = () => {
      call.enter(this);
      this.#feed({ kind: 'agent-unavailable' });
    };
    if (!person) return unavailable();
    ringDirectly({ call, person, ringTimeoutMs: effect.ringTimeoutMs }, unavailable);
  }

  /** F-17. A group that is gone takes a moment all the same, so that a flow of them cannot spin. */
  #ringGroup({ ringGroupId, handlesNoAnswer }: FlowEffect & { kind: 'ring-group' }): void {
    const call = this.#call;
    const group = call.tenant.ringGroups.get(ringGroupId);
    const unanswered = () => {
      call.enter(this);
      this.#feed({ kind: 'group-unanswered' });
      if (group && !handlesNoAnswer && !call.isEnded) performNextStep(call, group.onNoAnswer);
    };
    if (group) ringGroup(call, group, unanswered);
    else call.after(failedDialMs, unanswered);
  }

  /** D-22, F-16: the call goes on as if it had come in by that rule, with all its data. */
  #goToRule(rule: string): void {
    const call = this.#call;
    const step = call.tenant.entry.named(rule, this.#nowMs());
    if (!step) return this.#feed({ kind: 'rule-missing' });
    // A flow that follows ends this one itself.
    performNextStep(call, step);
  }

  /** D-02: the flow names the number, the caller number shown and how long it rings. */
  #dial(effect: FlowEffect & { kind: 'dial' }): void {
    const call = this.#call;
    const way = call.services.waysOut.of(call.tenant, null);
    const dial = new OutsideDial(
      {
        call,
        number: effect.number,
        way,
        callerNumber: effect.callerNumber ?? way.boundNumber ?? call.facts.toNumber,
        ringTimeoutMs: effect.ringTimeoutMs,
      },
      {
        onRinging: (leg, hasSound) => {
          if (hasSound) call.sound.hearLeg(leg);
          else call.sound.hearRingback();
        },
        onAnswered: (leg) => converse(call, leg, null),
        onFailed: (_outcome, status) => {
          call.sound.hearNothing();
          call.enter(this);
          this.#feed({ kind: 'dial-failed', why: dialFailureOf(status) });
        },
      },
    );
    call.enter({ state: 'dialling', onCallEnded: () => dial.cancel() });
    dial.start();
  }

  #trace(facts: StepFacts): void {
    const call = this.#call;
    if (facts.label !== null) {
      call.path = [...call.path, facts.label];
      this.#isNews = true;
    }
    this.#steps.add(facts);
    const { fault } = facts;
    if (fault)
      call.services.log.warn(
        { callId: call.id, flow: facts.flowName, step: facts.stepKey, ...fault },
        'a step of a flow took its error branch',
      );
  }

  #collect(variable: string, value: string): void {
    const { collected } = this.#call;
    if (Object.keys(collected).length >= collectedVariablesMax && !(variable in collected)) return;
    collected[variable] = value;
    this.#isNews = true;
  }

  #nowMs(): number {
    return this.#call.services.clock.nowMs();
  }
}

/** One reading of every expression this node's flows hold. */
const expressions = new CelExpressions();
const handingOn: ReadonlySet<FlowEffect['kind']> = new Set([
  'enqueue',
  'ring-agent',
  'ring-group',
  'go-to-rule',
  'dial',
  'leave-message',
  'offer-callback',
  'receive-fax',
  'site-flow',
  'hang-up',
]);
