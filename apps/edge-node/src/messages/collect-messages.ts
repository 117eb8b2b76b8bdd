/** D-11: a call for messages: performs what the menu of core decides, in the language of the call. */
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import type { MailboxId } from '@seatgrid/core/kernel/ids.ts';
import { greetingMaxMs, messageQuietMs } from '@seatgrid/core/messages/limits.ts';
import type { Mailbox } from '@seatgrid/core/messages/mailbox.ts';
import {
  MessageMenu,
  type MenuEffect,
  type MenuInput,
  type MenuPart,
} from '@seatgrid/core/messages/message-menu.ts';
import type { RecordHandle } from '@seatgrid/media/call/media-engine.ts';
import type { CallStage } from '../calls/call-stage.ts';
import type { Call } from '../calls/call.ts';
import type { Said } from '../calls/speech.ts';
import { beginMessage } from './leave-message.ts';
import { menuWords, messageWords } from './message-words.ts';

/** Null: the box is asked for. */
export function collectMessages(call: Call, mailboxId: MailboxId | null): void {
  new CollectMessages(call, mailboxId).start();
}

class CollectMessages implements CallStage {
  readonly state = 'in-flow';
  readonly #call: Call;
  readonly #menu: MessageMenu;
  /** Opened by its PIN. */
  #box: Mailbox | undefined;
  #recording: RecordHandle | null = null;
  #cancelTimer: Cancel = () => {};

  constructor(call: Call, mailboxId: MailboxId | null) {
    this.#call = call;
    this.#menu = new MessageMenu(mailboxId);
  }

  start(): void {
    const call = this.#call;
    call.enter(this);
    call.answer();
    // What is keyed opens a box, and what is played is somebody's own: neither is kept.
    call.sound.recording.end();
    call.services.ladders.hideDigits(call.id, true);
    this.#feed({ kind: 'start' });
  }

  onDigit(digit: string): void {
    this.#call.sound.stopSpeech();
    this.#feed({ kind: 'digit', digit });
  }

  onCallEnded(): void {
    this.#cancelTimer();
  }

  #feed(input: MenuInput): void {
    for (const effect of this.#menu.handle(input)) this.#perform(effect);
  }

  #perform(effect: MenuEffect): void {
    const call = this.#call;
    const { messages } = call.services;
    switch (effect.kind) {
      case 'speak':
        return call.sound.speak(
          effect.parts.flatMap((part) => this.#said(part)),
          () => this.#feed({ kind: 'speech-ended' }),
        );
      case 'set-timer':
        this.#cancelTimer();
        this.#cancelTimer = call.after(effect.delayMs, () => this.#feed({ kind: 'timer' }));
        return;
      case 'clear-timer':
        return this.#cancelTimer();
      case 'check-pin':
        return void this.#check(effect);
      case 'act':
        messages.act(call.tenant.id, effect.messageId, { act: effect.act, way: 'phone' });
        return;
      case 'record-greeting':
        return this.#record();
      case 'end-greeting':
        this.#recording?.stop();
        return;
      case 'remove-greeting':
        if (this.#box) messages.removeGreeting(call.tenant.id, this.#box.id, call.id);
        return;
      case 'hang-up':
        return call.end({ party: 'platform', code: 'flow-ended' }, null);
    }
  }

  async #check({ box: named, pin }: MenuEffect & { kind: 'check-pin' }): Promise<void> {
    const call = this.#call;
    const { tenant, services } = call;
    const box =
      'mailboxId' in named
        ? tenant.mailboxes.get(named.mailboxId)
        : tenant.config.mailboxes.find(({ number }) => number === named.number);
    const key = `${tenant.id}/${box?.id ?? ('number' in named ? named.number : '')}`;
    const verdict = await services.pins.check(key, box, pin);
    call.run(() => {
      if (verdict !== 'right' && box)
        call.record({ kind: 'mailbox.pin-refused', mailboxId: box.id, callId: call.id, isShut: verdict === 'shut' }); // prettier-ignore
      if (verdict !== 'right' || !box) return this.#feed({ kind: 'pin-wrong', isShut: verdict === 'shut' });
      this.#box = box;
      this.#feed({
        kind: 'pin-right',
        mailboxId: box.id,
        messages: services.messages.inBox(tenant.id, box.id),
      });
    });
  }

  #record(): void {
    const call = this.#call;
    const begun = this.#box && beginMessage(call, this.#box, true);
    if (!begun || !call.customer) return this.#feed({ kind: 'greeting-recorded', isKept: false });
    begun.onKept = (isKept) => {
      cancelLimit();
      call.run(() => this.#feed({ kind: 'greeting-recorded', isKept }));
    };
    const { path } = begun;
    this.#recording = call.media.record({ path, left: call.customer.leg.key, endsAfterQuietMs: messageQuietMs }); // prettier-ignore
    const cancelLimit = call.services.clock.after(greetingMaxMs, () => this.#recording?.stop());
  }

  #said(part: MenuPart): Said[] {
    const { tenant, language, services, variables } = this.#call;
    switch (part.kind) {
      case 'words':
        return [menuWords(part.words, { locale: language, timeZone: tenant.tenant.timeZone })];
      case 'tone':
        return [{ kind: 'sound', path: services.messages.beep }];
      case 'message': {
        const path = services.messages.soundOf(part.messageId);
        return path === undefined ? [] : [{ kind: 'sound', path }];
      }
      case 'own-greeting': {
        const own = this.#box && services.messages.greetingOf(tenant.id, this.#box.id);
        if (own !== undefined) return [{ kind: 'sound', path: own }];
        const { greeting = [] } = this.#box ?? {};
        if (greeting.length === 0) return [messageWords('greeting', language)];
        return [...services.speech.spoken(tenant, greeting, language, variables)];
      }
    }
  }
}
