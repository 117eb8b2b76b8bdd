import type {
  ConferenceAct,
  DeskCommand,
  DeskInteraction,
  DeskState,
} from '@seatgrid/contracts/desk/desk-messages.ts';
import type { TransferTarget } from '@seatgrid/contracts/journal/journal-event.ts';
import type { FlowId } from '@seatgrid/core/kernel/ids.ts';
import type { AgentDevice, PauseReasonId } from '@seatgrid/core/workforce/presence.ts';
import { browserClock, format, toasts } from '@seatgrid/ui';
import { getContext, setContext, untrack } from 'svelte';
import { api } from '@seatgrid/ui/portal/api.ts';
import { CallNotification } from '#lib/softphone/call-notification.ts';
import { Microphone } from '#lib/softphone/microphone.svelte.ts';
import { Ringer } from '#lib/softphone/ringer.ts';
import { Softphone } from '#lib/softphone/softphone.svelte.ts';
import { say } from '#lib/words/say.svelte.ts';
import { canDial, isInTalk, possibleActs, possiblePresence } from './call-acts.ts';
import { DeskLink, type DeskReply } from './desk-link.svelte.ts';
import { RecentCalls } from './recent-calls.svelte.ts';
import { WrapUpDraft } from './wrap-up-draft.svelte.ts';

/** E-04: between the alert tone and the connection, long enough to be heard as a warning. */
const alertMs = 900;
/** A leg that broke is offered anew after this and longer each time, as long as the call lives. */
const reofferMs = 1_500;
const reoffersMax = 6;

type DialledNumber = Extract<DeskCommand, { kind: 'dial' }>['number'];

/**
 * The agent's desk: what the node says, the browser's leg of the call, and the acts of the person between them. It rings,
 * answers by itself where the agent's setting says so, and brings the sound back when it broke; everything else waits for
 * the agent.
 */
export class Desk {
  readonly link: DeskLink;
  readonly microphone = new Microphone();
  readonly phone = new Softphone(this.microphone, () => this.link.relay);
  readonly ringer = new Ringer();
  readonly draft = new WrapUpDraft();
  readonly recent = new RecentCalls();
  /** Acts that have been asked and not answered yet: their buttons wait. */
  busy = $state<DeskCommand['kind']>();
  isDeviceCheckOpen = $state(false);
  /** A dialog asks to whom. */
  choosing = $state<'transfer' | 'consult'>();
  isKeypadOpen = $state(false);
  readonly #notification = new CallNotification();
  #before: DeskState | undefined;
  /** The call whose leg is being made: it is not made twice. */
  #offering = false;
  #cancelAutoAnswer = () => {};
  /** How to sign in at the node the desk has been moved to, once it is there. */
  #arrivesBy: DeskState['presence'] | undefined;

  readonly state = $derived.by(() => this.link.state);
  readonly acts = $derived.by(() => (this.state ? possibleActs(this.state) : new Set<never>()));
  readonly presenceActs = $derived.by(() => (this.state ? possiblePresence(this.state) : new Set<never>()));
  readonly canDial = $derived.by(() => this.state !== undefined && canDial(this.state));

  constructor() {
    this.link = new DeskLink(() => api.call('POST /api/desk-token'));
  }

  /** What of the node's new word asks for a sound, a notification or a leg; to be called in an effect whenever it changes. */
  attend(): void {
    const next = this.link.state;
    // Only the node's word may set this off: what it changes itself would set it off again without end.
    untrack(() => this.#attendTo(next));
  }

  #attendTo(next: DeskState | undefined): void {
    const before = this.#before;
    this.#before = next;
    if (!next) {
      this.#quiet();
      return;
    }
    const call = next.interaction;
    const isOwner = next.isPhoneOwner;
    const isBrowser = next.presence.device === 'browser';
    if (call) {
      this.draft.turnTo(call.callId);
      const wasSame = before?.interaction?.callId === call.callId;
      const rangHere = wasSame && before?.isPhoneOwner && before.interaction?.state === 'ringing';
      if (call.state === 'ringing' && isOwner && !rangHere) this.#ring(call, isBrowser);
      if (call.state === 'ended' && !(wasSame && before?.interaction?.state === 'ended'))
        this.recent.note(call);
      this.phone.follow(call);
    }
    if (call?.state !== 'ringing' || !isOwner) this.#quiet();
    if (call?.state === 'ended' || !call) {
      this.choosing = undefined;
      this.isKeypadOpen = false;
    }
    if (call?.consultFailed && before?.interaction?.consultFailed !== call.consultFailed)
      toasts.bad(say(`desk.consult.failed.${call.consultFailed}`));
    if (!isInTalk(call) || !isOwner || !isBrowser) {
      if (!this.#offering) this.phone.drop();
    } else if (this.phone.state === 'none' && !this.#offering) void this.#reconnect(call);
    if (this.#arrivesBy && next.presence.state === 'offline') {
      const { device, outsideNumber } = this.#arrivesBy;
      void this.signIn(device ?? 'browser', outsideNumber);
    }
    this.#arrivesBy = undefined;
    if (next.presence.state === 'offline' && before && before.presence.state !== 'offline')
      this.microphone.close();
  }

  /** A leg that was lost is made anew; to be called in an effect on the phone's state. */
  mend(): () => void {
    if (this.phone.state !== 'lost') return () => {};
    return this.#reofferLater(0);
  }

  /** `number`: where the agent is, with device `outside`. */
  async signIn(device: AgentDevice, number?: DialledNumber): Promise<void> {
    this.ringer.unlock();
    void this.#notification.askLeave();
    if (device === 'browser' && !this.microphone.stream && !(await this.microphone.open())) return;
    await this.#do({ kind: 'sign-in', device, ...(number === undefined ? {} : { number }) });
  }

  /** B-12: one click at another node, by the device it was. A node that is drained is still there: nobody stays signed in at it. */
  async moveTo(deskUrl: string): Promise<void> {
    this.ringer.unlock();
    const presence = this.state?.presence;
    const arrivesBy = presence?.device ? presence : undefined;
    if (this.link.isLive && arrivesBy && !(await this.#do({ kind: 'sign-out' }))) return;
    this.#arrivesBy = arrivesBy;
    this.link.moveTo(deskUrl);
  }

  async signOut(): Promise<void> {
    if (await this.#do({ kind: 'sign-out' })) this.microphone.close();
  }

  /** Ready, once the browser hears: a desk without a microphone is checked first. */
  async ready(): Promise<void> {
    this.ringer.unlock();
    if (this.state?.presence.device === 'browser' && this.state.isPhoneOwner && !this.microphone.stream) {
      // A browser that has leave already opens without a word; otherwise the check explains.
      if (!(await this.microphone.open())) {
        this.isDeviceCheckOpen = true;
        return;
      }
    }
    await this.#do({ kind: 'ready' });
  }

  async notReady(reasonId: PauseReasonId | null): Promise<void> {
    await this.#do({ kind: 'not-ready', reasonId });
  }

  async wrapUp(): Promise<void> {
    await this.#do({ kind: 'wrap-up' });
  }

  async toggleReady(): Promise<void> {
    if (this.state?.presence.state === 'ready') await this.notReady(null);
    else if (this.presenceActs.has('ready')) await this.ready();
  }

  async answer(): Promise<void> {
    const call = this.state?.interaction;
    if (call?.state !== 'ringing' || this.busy === 'answer') return;
    this.#quiet();
    if (this.state?.presence.device !== 'browser') return;
    await this.#withLeg((offer) => ({ kind: 'answer', callId: call.callId, offer }));
  }

  async dial(number: DialledNumber): Promise<void> {
    this.ringer.unlock();
    if (this.state?.presence.device !== 'browser') await this.#do({ kind: 'dial', number, offer: null });
    else await this.#withLeg((offer) => ({ kind: 'dial', number, offer }));
  }

  async toggleHold(): Promise<void> {
    await this.#withCall((call) => ({ kind: 'hold', callId: call.callId, isHeld: !call.isHeld }));
  }

  async toggleMute(): Promise<void> {
    await this.#withCall((call) => ({ kind: 'mute', callId: call.callId, isMuted: !call.isMuted }));
  }

  async toggleRecording(): Promise<void> {
    await this.#withCall((call) => ({
      kind: 'pause-recording',
      callId: call.callId,
      isPaused: !call.isRecordingPaused,
    }));
  }

  async press(digits: string): Promise<void> {
    await this.#withCall((call) => ({ kind: 'digits', callId: call.callId, digits }));
  }

  async transfer(target: TransferTarget): Promise<boolean> {
    return this.#withCall((call) => ({ kind: 'transfer', callId: call.callId, target }));
  }

  async consult(target: TransferTarget): Promise<boolean> {
    return this.#withCall((call) => ({ kind: 'consult', callId: call.callId, target }));
  }

  async endConsult(outcome: 'back' | 'transfer' | 'conference'): Promise<void> {
    await this.#withCall((call) => ({ kind: 'end-consult', callId: call.callId, outcome }));
  }

  /** Hands the customer to whom is consulted, or asks to whom. */
  transferOrChoose(): void {
    if (this.state?.interaction?.state === 'consulting') void this.endConsult('transfer');
    else this.choosing = 'transfer';
  }

  /** D-10: goes with the call to whoever has it next. */
  async attach(variable: string, value: string): Promise<boolean> {
    return this.#withCall((call) => ({ kind: 'attach', callId: call.callId, variable, value }));
  }

  async changeConference(key: string, act: ConferenceAct): Promise<void> {
    await this.#withCall((call) => ({ kind: 'conference', callId: call.callId, key, act }));
  }

  /** D-09 */
  async guide(flowId: FlowId): Promise<boolean> {
    return this.#withCall((call) => ({ kind: 'guide', callId: call.callId, flowId }));
  }

  async endGuide(): Promise<void> {
    await this.#withCall((call) => ({ kind: 'end-guide', callId: call.callId }));
  }

  /** H-19: the customer has been told. */
  async allowBarge(): Promise<void> {
    await this.#withCall((call) => ({ kind: 'allow-barge', callId: call.callId }));
  }

  /** Ends what runs, declines what rings. */
  async end(): Promise<void> {
    await this.#withCall((call) => ({
      kind: call.state === 'ringing' ? 'decline' : 'end',
      callId: call.callId,
    }));
  }

  async finishWrapUp(): Promise<void> {
    const { dispositionId, notes } = this.draft;
    const isDone = await this.#withCall((call) => ({
      kind: 'finish-wrap-up',
      callId: call.callId,
      dispositionId,
      notes,
    }));
    if (isDone) {
      this.draft.forget();
      toasts.good(say('desk.wrapUp.saved'));
    }
  }

  async takeOver(): Promise<void> {
    this.ringer.unlock();
    await this.#do({ kind: 'take-over' });
  }

  close(): void {
    this.#quiet();
    this.phone.drop();
    this.microphone.close();
    this.ringer.close();
    this.link.close();
  }

  #ring(call: DeskInteraction, isBrowser: boolean): void {
    const who = call.name ?? format.phone(call.number);
    this.#notification.show({ title: say('desk.notification', { who }), text: call.queue?.name ?? '' });
    if (call.isAutoAnswer && isBrowser) {
      this.ringer.beep();
      this.#cancelAutoAnswer = browserClock.after(alertMs, () => void this.answer());
    } else this.ringer.start();
  }

  #quiet(): void {
    this.ringer.stop();
    this.#notification.hide();
    this.#cancelAutoAnswer();
    this.#cancelAutoAnswer = () => {};
  }

  async #reconnect(call: DeskInteraction, attempt = 0): Promise<void> {
    if (this.#offering) return;
    const isDone =
      this.link.isLive &&
      (await this.#withLeg((offer) => ({ kind: 'reconnect', callId: call.callId, offer })));
    if (!isDone) this.#reofferLater(attempt + 1);
  }

  #reofferLater(attempt: number): () => void {
    if (attempt >= reoffersMax) return () => {};
    return browserClock.after(reofferMs * (attempt + 1), () => {
      const call = this.state?.interaction;
      const isSilent = this.phone.state === 'none' || this.phone.state === 'lost';
      if (isInTalk(call) && isSilent && this.state?.isPhoneOwner && this.state.presence.device === 'browser')
        void this.#reconnect(call, attempt);
    });
  }

  /** Makes a leg, tells the node its offer by this command, takes the node's answer. */
  async #withLeg(make: (offer: string) => DeskCommand): Promise<boolean> {
    if (this.#offering) return false;
    this.#offering = true;
    try {
      const offer = await this.phone.offer();
      if (offer === null) {
        this.isDeviceCheckOpen = true;
        return false;
      }
      const reply = await this.#ask(make(offer));
      if (!reply?.answer) {
        this.phone.drop();
        return false;
      }
      await this.phone.accept(reply.answer);
      return true;
    } catch {
      this.phone.drop();
      toasts.bad(say('desk.refusal.media-refused'));
      return false;
    } finally {
      this.#offering = false;
    }
  }

  async #withCall(make: (call: DeskInteraction) => DeskCommand): Promise<boolean> {
    const call = this.state?.interaction;
    return call ? this.#do(make(call)) : false;
  }

  async #do(command: DeskCommand): Promise<boolean> {
    return (await this.#ask(command)) !== undefined;
  }

  async #ask(command: DeskCommand): Promise<DeskReply | undefined> {
    this.busy = command.kind;
    const answer = await this.link.command(command);
    if (this.busy === command.kind) this.busy = undefined;
    if (answer.ok) return answer;
    toasts.bad(say(`desk.refusal.${answer.code}`));
    return undefined;
  }
}

const contextKey = Symbol('desk');

export function provideDesk(desk: Desk): Desk {
  return setContext(contextKey, desk);
}

export function useDesk(): Desk {
  return getContext<Desk>(contextKey);
}
