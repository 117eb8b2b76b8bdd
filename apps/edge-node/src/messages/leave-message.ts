/** D-11: a caller leaves a message: greeting, tone, what is said until a key, silence, the limit or the end of the call; then thanks. */
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import { messageQuietMs } from '@seatgrid/core/messages/limits.ts';
import type { Mailbox } from '@seatgrid/core/messages/mailbox.ts';
import type { RecordHandle } from '@seatgrid/media/call/media-engine.ts';
import type { CallStage } from '../calls/call-stage.ts';
import type { Call } from '../calls/call.ts';
import type { Said } from '../calls/speech.ts';
import { collectMessages } from './collect-messages.ts';
import { messageWords } from './message-words.ts';

/** `then`: where a flow goes on; the call ends where absent. */
export function leaveMessage(call: Call, box: Mailbox, then?: (outcome: MessageOutcome) => void): void {
  new LeaveMessage(call, box, then).start();
}

export type MessageOutcome = 'left' | 'nothing' | 'full';

class LeaveMessage implements CallStage {
  readonly state = 'in-flow';
  readonly #call: Call;
  readonly #box: Mailbox;
  readonly #then: ((outcome: MessageOutcome) => void) | undefined;
  #part: 'greeting' | 'message' | 'thanks' = 'greeting';
  #recording: RecordHandle | null = null;
  #cancelLimit: Cancel = () => {};

  constructor(call: Call, box: Mailbox, then: ((outcome: MessageOutcome) => void) | undefined) {
    this.#call = call;
    this.#box = box;
    this.#then = then;
  }

  start(): void {
    const { messages } = this.#call.services;
    const call = this.#call;
    call.enter(this);
    call.answer();
    if (messages.inBox(call.tenant.id, this.#box.id).length >= this.#box.messagesMax)
      return this.#say([messageWords('full', call.language)], () => this.#over('full'));
    this.#say(this.#greeting(), () => this.#listen());
  }

  /** `#` goes to the tone at once, `*` to whoever owns the box; any key ends a message. */
  onDigit(digit: string): void {
    if (this.#part === 'message') this.#recording?.stop();
    if (this.#part !== 'greeting') return;
    if (digit === '#') this.#say([], () => this.#listen());
    else if (digit === '*' && this.#box.pin && !this.#then) collectMessages(this.#call, this.#box.id);
  }

  /** What was said so far is a message too. */
  onCallEnded(): void {
    this.#cancelLimit();
  }

  #greeting(): Said[] {
    const { tenant, language, variables, services } = this.#call;
    const own = services.messages.greetingOf(tenant.id, this.#box.id);
    if (own !== undefined) return [{ kind: 'sound', path: own }];
    if (this.#box.greeting.length === 0) return [messageWords('greeting', language)];
    return [...services.speech.spoken(tenant, this.#box.greeting, language, variables)];
  }

  #listen(): void {
    const call = this.#call;
    const { services, customer } = call;
    // One file at a time: the message is itself what is kept of these seconds.
    call.sound.recording.end();
    const begun = beginMessage(call, this.#box, false);
    if (!begun || !customer) return this.#over('nothing');
    this.#part = 'message';
    begun.onKept = (isKept) => call.run(() => this.#recorded(isKept));
    this.#recording = call.media.record({
      path: begun.path,
      left: customer.leg.key,
      endsAfterQuietMs: messageQuietMs,
    });
    this.#cancelLimit = services.clock.after(this.#box.messageMaxMs, () => this.#recording?.stop());
  }

  #recorded(isKept: boolean): void {
    this.#cancelLimit();
    this.#part = 'thanks';
    if (!isKept) return this.#over('nothing');
    this.#say([messageWords('saved', this.#call.language)], () => this.#over('left'), false);
  }

  #over(outcome: MessageOutcome): void {
    if (this.#then) this.#then(outcome);
    else this.#call.end({ party: 'platform', code: 'flow-ended' }, null);
  }

  #say(what: readonly Said[], then: () => void, hasTone = true): void {
    const tone: Said[] = hasTone ? [{ kind: 'sound', path: this.#call.services.messages.beep }] : [];
    this.#call.sound.speak([...what, ...tone], then);
  }
}

/** Undefined, and said in the log, where nothing can be written. */
export function beginMessage(call: Call, box: Mailbox, isGreeting: boolean) {
  const { tenant, facts, services } = call;
  try {
    return services.messages.begin({
      tenantId: tenant.id,
      tenantSlug: tenant.tenant.slug,
      timeZone: tenant.tenant.timeZone,
      mailboxId: box.id,
      mailboxName: box.name,
      callId: call.id,
      fromNumber: facts.fromNumber,
      isGreeting,
    });
  } catch (error) {
    services.log.error({ err: error, callId: call.id }, 'a message could not be begun');
    return undefined;
  }
}
