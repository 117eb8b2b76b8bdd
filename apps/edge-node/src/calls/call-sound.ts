/**
 * What the parties of one call hear: speech, music, tones, each other; and the recording of it. Told by the call what the
 * situation is; knows nothing of flows, queues or the record.
 */
import { KeyEcho, type KeyPress } from '@seatgrid/core/calls/key-echo.ts';
import { whoHearsWhom, type Hearing } from '@seatgrid/core/calls/hearing.ts';
import type { ToneCountry } from '@seatgrid/core/kernel/tone-country.ts';
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type {
  MediaCall,
  MediaCallListener,
  MediaRefusal,
  MusicSource,
  PlayHandle,
  PlayRequest,
} from '@seatgrid/media/call/media-engine.ts';
import type { ProgressTone } from '@seatgrid/media/audio/progress/progress-tone.ts';
import type { RecognisedTone } from '@seatgrid/media/audio/progress/tone-recogniser.ts';
import type { EventFacts, MediaPathFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import { CallRecording } from '../recordings/call-recording.ts';
import { failedSpeechMs, releaseToneMs } from '../limits.ts';
import { deafListener, type CallLeg, type ReleaseCause } from './call-leg.ts';
import type { Call } from './call.ts';
import { IncomingSipLeg } from './incoming-sip-leg.ts';
import { digitPressed, legSilent } from './leg-reports.ts';
import type { Party } from './party.ts';
import type { Said } from './speech.ts';

export class CallSound implements MediaCallListener {
  readonly #call: Call;
  #media: MediaCall | null = null;
  #legs = 0;
  #speech: { handles: readonly PlayHandle[] } | null = null;
  /** Legs something was ever heard from: only those can fall silent. */
  #heard: Set<string> | null = null;
  /** Which agent spoke on which leg. */
  #agents: Map<string, AgentId> | null = null;
  readonly recording: CallRecording;
  /** Keys pressed, by leg. */
  #keys: Map<string, KeyEcho> | null = null;
  /** Whoever wants to know what an outside line says of itself, by its leg. */
  #toneHearers: Map<string, (tone: RecognisedTone) => void> | null = null;

  constructor(call: Call) {
    this.#call = call;
    this.recording = new CallRecording(call);
  }

  open(): MediaCall | MediaRefusal {
    if (this.#media) return this.#media;
    const media = this.#call.services.media.openCall(this.#call.key, this);
    if (media.kind === 'call') this.#media = media;
    return media;
  }

  /** Open since admission; asked for by everything that happens later. */
  get media(): MediaCall {
    if (!this.#media) throw new Error(`call ${this.#call.id} has no sound`);
    return this.#media;
  }

  close(): void {
    this.#media?.close();
  }

  /** This leg is that agent's. */
  belongs(leg: CallLeg, agentId: AgentId): void {
    (this.#agents ??= new Map()).set(leg.key, agentId);
  }

  nextLegKey(name: string): string {
    return `${name}-${++this.#legs}`;
  }

  // What the customer hears

  /** Speaks to the customer, and to all who talk with them where a flow guides or confers (D-08, D-09). `onEnded` is not called when it was cut short. */
  speak(utterances: readonly Said[], onEnded: (() => void) | null, isInterruptible = false): void {
    const call = this.#call;
    const speech: { handles: readonly PlayHandle[] } = { handles: [] };
    this.stopSpeech();
    this.#speech = speech;
    const play = (parts: PlayRequest['parts']) => {
      if (this.#speech !== speech || !call.customer) return;
      const isMixed = call.flow?.isAmongOthers ?? false;
      const others = isMixed ? this.#whoElseHearsFlow(call.customer) : [];
      const along = others.map((key) =>
        this.media.play(key, { parts, isInterruptible: false, isMixed, onEnded: () => {} }),
      );
      const own = this.media.play(call.customer.leg.key, {
        parts,
        isInterruptible,
        isMixed,
        onEnded: (end) => {
          if (this.#speech !== speech) return;
          this.#speech = null;
          for (const handle of along) handle.stop();
          if (end.cause === 'failed')
            call.services.log.warn({ callId: call.id, detail: end.detail }, 'a prompt could not be played');
          if (!onEnded) return;
          if (end.cause === 'completed') call.run(onEnded);
          else if (end.cause === 'failed') call.after(failedSpeechMs, onEnded);
        },
      });
      speech.handles = [own, ...along];
    };
    const parts = call.services.speech.parts(call.tenant, utterances);
    if (parts instanceof Promise) void parts.then((ready) => call.run(() => play(ready)));
    else play(parts);
  }

  stopSpeech(): void {
    const speech = this.#speech;
    this.#speech = null;
    for (const handle of speech?.handles ?? []) handle.stop();
  }

  #whoElseHearsFlow(customer: Party): string[] {
    return this.#hearing()
      .rows.filter(({ key, hearsFlow }) => hearsFlow && key !== customer.leg.key)
      .map(({ key }) => key);
  }

  #hearing(): Hearing {
    const { customer, parties } = this.#call;
    return whoHearsWhom(parties.map((party) => party.hearing(party === customer)));
  }

  hearMusic(): void {
    this.#customerHears([this.#music()]);
  }

  hearNothing(): void {
    this.#customerHears([]);
  }

  /** By tone once answered, by 180 before. */
  hearRingback(): void {
    const leg = this.#call.customer?.leg;
    if (!leg) return;
    if (leg instanceof IncomingSipLeg && !leg.isAnswered) leg.ring();
    else this.tone(leg, 'ringback');
  }

  /** A far side's own tones before it answers. */
  hearLeg(leg: CallLeg): void {
    const customer = this.#call.customer?.leg;
    if (customer instanceof IncomingSipLeg && !customer.isAnswered && !customer.openEarlyMedia())
      return customer.ring();
    this.#customerHears([leg.key]);
  }

  #customerHears(hears: readonly (string | MusicSource)[]): void {
    const leg = this.#call.customer?.leg;
    if (!leg) return;
    this.tone(leg, 'none');
    this.media.setHears([{ leg: leg.key, hears }]);
  }

  /** Who hears whom from now on, by where each party stands. */
  arrange(): void {
    const { customer, partner } = this.#call;
    if (!customer || !partner) return;
    const { rows, recorded } = this.#hearing();
    this.media.setHears(
      rows.map(({ key, hears, hasMusic }) => ({
        leg: key,
        hears: hasMusic ? [...hears, this.#music()] : hears,
      })),
    );
    this.recording.hear(recorded);
  }

  /** As the network of whoever hears it has it: the trunk's, else as the tenant says, else the node's own. */
  tone(leg: CallLeg, tone: ProgressTone | 'none'): void {
    this.media.tone(leg.key, tone, this.#countryOf(leg));
  }

  #countryOf(leg: CallLeg): ToneCountry | undefined {
    const { customer, facts, services, tenant } = this.#call;
    const isCallers = facts.trunkId !== null && leg === customer?.leg;
    const trunk = isCallers ? services.trunks.byId(facts.trunkId!) : undefined;
    return trunk?.config.toneCountry ?? tenant.config.toneCountry ?? undefined;
  }

  silenceTones(): void {
    for (const party of [this.#call.customer, this.#call.partner]) if (party) this.tone(party.leg, 'none');
  }

  #music(): MusicSource {
    return this.#call.services.speech.music(this.#call.tenant, this.#call.queue?.id ?? null);
  }

  /** The tone that says it is over, then the end of the line. */
  releaseWithTone(leg: CallLeg, cause: ReleaseCause, onReleased: () => void): void {
    let isOver = false;
    const release = () => {
      if (isOver) return;
      isOver = true;
      cancel();
      leg.release(cause);
      onReleased();
    };
    leg.listener = { ...deafListener, onGone: release };
    this.media.setHears([{ leg: leg.key, hears: [] }]);
    this.tone(leg, 'busy');
    const cancel = this.#call.services.clock.after(releaseToneMs, release);
  }

  // What the engine reports

  /** How its sound was, for the record. A line that was never spoken on has nothing to tell. */
  onLegClosed({ leg, statistics }: Parameters<NonNullable<MediaCallListener['onLegClosed']>>[0]): void {
    const { codec, packetsIn, packetsOut, octetsIn, octetsOut, lost, concealed, jitterMs, foreign } =
      statistics;
    const { farLost, roundTripMs, mos, path } = statistics;
    if (packetsIn === 0 && packetsOut === 0) return;
    const facts: EventFacts & { kind: 'leg.media' } = {
      kind: 'leg.media',
      callId: this.#call.id,
      leg,
      agentId: this.#agents?.get(leg) ?? null,
      codec,
      packetsIn,
      packetsOut,
      lost: Math.max(0, lost),
      concealed,
      jitterMs,
      foreign,
      octetsIn,
      octetsOut,
    };
    if (farLost !== undefined) facts.farLost = farLost;
    if (roundTripMs !== undefined) facts.roundTripMs = roundTripMs;
    if (mos !== undefined) facts.mos = mos;
    if (path !== undefined) facts.path = path as MediaPathFacts;
    this.#call.record(facts);
  }

  isEcho(leg: string, press: KeyPress): boolean {
    const keys = (this.#keys ??= new Map());
    let echo = keys.get(leg);
    if (!echo) keys.set(leg, (echo = new KeyEcho()));
    return echo.isEcho(press);
  }

  onRecorded(recorded: Parameters<MediaCallListener['onRecorded']>[0]): void {
    if (!this.#call.services.messages.recorded(recorded.path)) this.recording.onRecorded(recorded);
  }

  onRecordingFailed({ path }: Parameters<NonNullable<MediaCallListener['onRecordingFailed']>>[0]): void {
    this.#call.services.messages.recorded(path);
  }

  onDigit(pressed: { readonly leg: string; readonly digit: string }): void {
    digitPressed(this.#call, pressed.leg, { key: pressed.digit, way: 'sound' });
  }

  /** Of a leg opened to be looked at for tones. */
  whenTone(leg: CallLeg, hear: (tone: RecognisedTone) => void): void {
    (this.#toneHearers ??= new Map()).set(leg.key, hear);
  }

  onTone({ leg, tone }: Parameters<NonNullable<MediaCallListener['onTone']>>[0]): void {
    this.#toneHearers?.get(leg)?.(tone);
  }

  onHeard(heard: { readonly leg: string }): void {
    (this.#heard ??= new Set()).add(heard.leg);
  }

  onSilent(silent: Parameters<MediaCallListener['onSilent']>[0]): void {
    const { leg, cause } = silent;
    legSilent(this.#call, { key: leg, cause, wasHeard: this.#heard?.has(leg) ?? false });
  }
}
