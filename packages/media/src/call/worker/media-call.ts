/** One call on a media worker: its mixer, players, recording and legs, driven by messages and the worker's clock. */
import type { Country } from '../../audio/progress/country-tones.ts';
import { progressTone } from '../../audio/progress/progress-tone.ts';
import type { RecognisedTone } from '../../audio/progress/tone-recogniser.ts';
import { digitTone } from '../../audio/tones.ts';
import { Utterance } from '../../audio/utterance.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { browserSilentMs, unansweredSoundMsMax, utteranceMsMax } from '../../limits.ts';
import type { DigitProgress } from '../../rtp/telephone-event.ts';
import type { HearsRow, MusicSource } from '../media-engine.ts';
import type { FromWorker, LegTone, PlayEnd, PlayPart, ToWorker } from '../media-messages.ts';
import { CallMixer } from './call-mixer.ts';
import { LegReports } from './leg-reports.ts';
import type { LegObserver, MediaLeg } from './media-leg.ts';
import type { PromptFault, PromptStore } from './prompt-store.ts';
import { Recorder } from './recorder.ts';
import { LoopingSound, SoundSequence, silenceOf, type SoundSource } from './sound-source.ts';

const digitOnMs = 100;
const digitOffMs = 80;

/** What is watched of one leg from second to second. */
interface Watched {
  readonly leg: MediaLeg;
  readonly addedAtMs: number;
  /** Made when one is due, or comes. */
  reports: LegReports | undefined;
  sinceMs: number;
  readonly silenceMs: number;
  silentToldAtMs: number;
}

export interface MediaCallContext {
  readonly prompts: PromptStore;
  readonly silenceMs: number;
  readonly random: Random;
  nowMs(): number;
  tell(message: FromWorker): void;
  onHeard(nowMs: number): void;
  /** Wakes once after the delay, unless the call is gone by then. */
  after(delayMs: number, wake: () => void): void;
  /** Who hears what may have changed: `settle` is to follow, at once or when all that happens now has happened. */
  onChanged(call: MediaCall): void;
  /** The call begins or ceases to need its clock. */
  onPacingChanged(call: MediaCall): void;
}

export class MediaCall implements LegObserver {
  readonly id: number;
  readonly mixer = new CallMixer(() => this.#changed());
  readonly #context: MediaCallContext;
  readonly #watched = new Map<string, Watched>();
  /** Settles when the recordings stopped so far are whole; undefined where there was none. */
  #recorded: Promise<void> | undefined;
  readonly #plays = new Map<string, { readonly play: number; readonly sequence: SoundSequence }>();
  #music: Map<string, SoundSource> | undefined;
  #hearing: number | undefined;
  #isChanged = false;
  /** The slot of the worker's clock this call is served in. */
  slot = -1;

  constructor(id: number, context: MediaCallContext) {
    this.id = id;
    this.#context = context;
  }

  addLeg(leg: MediaLeg, kind: 'rtp' | 'webrtc'): void {
    this.mixer.add(leg);
    this.#watched.set(leg.key, {
      leg,
      addedAtMs: this.#context.nowMs(),
      reports: undefined,
      sinceMs: Infinity,
      silenceMs:
        kind === 'rtp' ? this.#context.silenceMs : Math.min(browserSilentMs, this.#context.silenceMs),
      silentToldAtMs: -1,
    });
  }

  /** Every change up to now takes effect. */
  settle(): void {
    this.#isChanged = false;
    this.mixer.route();
    this.#settlePacing();
  }

  /** The leg's far end is known, or is another one now. */
  refreshLeg(key: string): void {
    const watched = this.#watched.get(key);
    if (watched !== undefined) watched.sinceMs = this.#context.nowMs();
    this.#changed();
  }

  setHears(rows: readonly HearsRow[]): void {
    for (const { leg, hears } of rows) {
      const legs = hears.filter((heard) => typeof heard === 'string');
      const music = hears.find((heard) => typeof heard !== 'string');
      this.mixer.setRow(leg, { legs, music: music === undefined ? undefined : this.#musicOf(music) });
    }
    this.#changed();
  }

  play(request: {
    readonly leg: string;
    readonly play: number;
    readonly parts: readonly PlayPart[];
    readonly isInterruptible: boolean;
    readonly isMixed: boolean;
  }): void {
    const { leg, play } = request;
    this.#stopPlay(leg);
    if (this.mixer.leg(leg) === undefined) {
      this.#tellPlayEnded(play, { cause: 'failed', playedMs: 0, detail: `there is no leg ${leg}` });
      return;
    }
    const sequence = new SoundSequence();
    this.#plays.set(leg, { play, sequence });
    this.mixer.setPlayer(leg, {
      source: sequence,
      isMixed: request.isMixed,
      isInterruptible: request.isInterruptible,
      isSaid: true,
      onOver: (cause) => {
        if (this.#plays.get(leg)?.play === play) this.#plays.delete(leg);
        this.#tellPlayEnded(play, { cause, playedMs: sequence.playedMs });
      },
    });
    void this.#loadParts(request.parts).then((loaded) => {
      if (this.#plays.get(leg)?.play !== play) return;
      if ('detail' in loaded) {
        this.#plays.delete(leg);
        this.mixer.setPlayer(leg, undefined);
        this.#tellPlayEnded(play, { cause: 'failed', playedMs: 0, detail: loaded.detail });
      } else sequence.loaded(loaded.sounds);
    });
  }

  stopPlay(leg: string, play: number): void {
    if (this.#plays.get(leg)?.play !== play) return;
    this.#stopPlay(leg);
    this.mixer.setPlayer(leg, undefined);
  }

  tone(leg: string, tone: LegTone, country: Country): void {
    this.#stopPlay(leg);
    const source = tone === 'none' ? undefined : new LoopingSound(progressTone(tone, country));
    this.mixer.setPlayer(
      leg,
      source && { source, isMixed: false, isInterruptible: false, isSaid: false, onOver: () => {} },
    );
  }

  sendDigits(key: string, digits: string): void {
    const leg = this.mixer.leg(key);
    if (leg === undefined) return;
    if (leg.format?.eventPayloadType !== undefined) {
      for (const digit of digits) leg.digitSender.add({ digit, durationMs: digitOnMs });
      this.#changed();
      return;
    }
    const tones = [...digits].map((digit) => digitTone(digit, digitOnMs, digitOffMs));
    this.mixer.setInBandDigits(key, new SoundSequence(tones.filter((tone) => tone !== undefined)));
  }

  record({ path, left, endsAfterQuietMs }: Extract<ToWorker, { kind: 'record' }>): void {
    if (this.mixer.recorder !== undefined) {
      const detail = `this call is being recorded to ${this.mixer.recorder.path}`;
      this.#context.tell({ kind: 'recording-failed', call: this.id, path, detail });
      return;
    }
    this.mixer.setRecording({
      recorder: new Recorder(path, this.#context.nowMs(), endsAfterQuietMs),
      left: new Set([left]),
      right: undefined,
      told: left,
    });
  }

  setRecorded(sides: { readonly left: readonly string[]; readonly right: readonly string[] }): void {
    this.mixer.setRecorded(sides);
  }

  pauseRecording(isPaused: boolean): void {
    this.mixer.recorder?.pause(isPaused);
  }

  /** Settles when the file is whole and told of, and those of recordings stopped before; undefined where nothing was recorded. */
  stopRecording(): Promise<void> | undefined {
    const { recorder } = this.mixer;
    if (recorder === undefined) return this.#recorded;
    this.mixer.setRecording(undefined);
    const before = this.#recorded;
    this.#recorded = this.#finish(recorder).then(() => before);
    return this.#recorded;
  }

  async #finish(recorder: Recorder): Promise<void> {
    const finished = await recorder.finish();
    if (finished.ok) this.#context.tell({ kind: 'recorded', call: this.id, ...finished.value });
    else this.#context.tell({ kind: 'recording-failed', call: this.id, ...finished.failure });
  }

  /** One at a time: another takes its place. */
  hear({ leg, hearing, quietMs }: Extract<ToWorker, { kind: 'hear' }>): void {
    const utterance = new Utterance({ quietMs, longestMs: utteranceMsMax });
    this.#hearing = hearing;
    this.mixer.setHearing({
      leg,
      hear: (codes) => {
        const heard = utterance.hear(codes);
        if (heard === 'began') this.#context.tell({ kind: 'speech-began', call: this.id, hearing });
        if (heard !== 'over') return;
        this.stopHearing(hearing);
        const codesHeard = Buffer.from(utterance.sound()).toString('base64');
        this.#context.tell({ kind: 'speech-over', call: this.id, hearing, codes: codesHeard });
      },
    });
  }

  stopHearing(hearing: number): void {
    if (this.#hearing !== hearing) return;
    this.#hearing = undefined;
    this.mixer.setHearing(undefined);
  }

  tick(nowMs: number): void {
    this.mixer.tick(nowMs);
    const { recorder } = this.mixer;
    if (recorder !== undefined && (recorder.fault !== undefined || recorder.isQuiet(nowMs)))
      void this.stopRecording();
    this.#settlePacing();
  }

  onFirstPacket(leg: MediaLeg, nowMs: number): void {
    this.#context.tell({ kind: 'first-packet', call: this.id, leg: leg.key, atMs: Math.round(nowMs) });
  }

  onHeard(nowMs: number): void {
    this.#context.onHeard(nowMs);
  }

  onTone(leg: MediaLeg, tone: RecognisedTone, nowMs: number): void {
    this.#context.tell({ kind: 'tone-heard', call: this.id, leg: leg.key, tone, atMs: Math.round(nowMs) });
  }

  onDigit(leg: MediaLeg, progress: DigitProgress, nowMs: number): void {
    if (progress.ended !== undefined)
      this.#context.tell({
        kind: 'digit',
        call: this.id,
        leg: leg.key,
        ...progress.ended,
        atMs: Math.round(nowMs),
      });
    this.mixer.passOnDigit(leg, progress);
    if (progress.began !== undefined) this.#watchDigit(leg);
    this.#settlePacing();
  }

  receiveRtcp(leg: MediaLeg, packet: Uint8Array, nowMs: number): void {
    const watched = this.#watched.get(leg.key);
    if (watched === undefined || !this.#reportsOf(watched).receive(packet, nowMs)) leg.refused += 1;
    else leg.noteAlive(nowMs);
  }

  #reportsOf(watched: Watched): LegReports {
    const { leg, addedAtMs: nowMs } = watched;
    return (watched.reports ??= new LegReports(leg, { random: this.#context.random, nowMs }));
  }

  /** Once a second: who has gone silent, who must hear that we are there, whose report is due. */
  keepHouse(nowMs: number): void {
    this.mixer.keepAlive(nowMs);
    for (const watched of this.#watched.values()) {
      this.#watchSilence(watched, nowMs);
      const isUnanswered =
        watched.leg.reception.lastAtMs < watched.sinceMs && nowMs - watched.sinceMs > unansweredSoundMsMax;
      watched.leg.transport.withhold?.(isUnanswered);
      this.#reportsOf(watched).sendIfDue(nowMs);
    }
  }

  tellSilent(key: string, cause: 'no-packets' | 'ice-failed' | 'dtls-closed'): void {
    this.#context.tell({ kind: 'silent', call: this.id, leg: key, cause });
  }

  closeLeg(key: string): void {
    this.#stopPlay(key);
    const leg = this.mixer.remove(key);
    const watched = this.#watched.get(key);
    this.#watched.delete(key);
    if (leg === undefined || watched === undefined) return;
    if (leg.packetsOut > 0 || watched.reports !== undefined)
      this.#reportsOf(watched).close(this.#context.nowMs());
    const statistics = leg.statistics();
    leg.close();
    this.#context.tell({ kind: 'leg-closed', call: this.id, leg: key, statistics });
  }

  /** Everything of the call ends; settles when its recordings, if any, are whole: what is told after the end is heard by nobody. */
  close(): Promise<void> | undefined {
    this.#plays.clear();
    if (this.#hearing !== undefined) this.stopHearing(this.#hearing);
    const recording = this.stopRecording();
    for (const key of this.#watched.keys()) this.closeLeg(key);
    return recording;
  }

  #changed(): void {
    if (this.#isChanged) return;
    this.#isChanged = true;
    this.#context.onChanged(this);
  }

  #settlePacing(): void {
    if (this.mixer.isPaced !== (this.slot !== -1)) this.#context.onPacingChanged(this);
  }

  #stopPlay(leg: string): void {
    const current = this.#plays.get(leg);
    if (current === undefined) return;
    this.#plays.delete(leg);
    this.#tellPlayEnded(current.play, { cause: 'stopped', playedMs: current.sequence.playedMs });
  }

  #tellPlayEnded(play: number, end: PlayEnd): void {
    this.#context.tell({ kind: 'play-ended', call: this.id, play, end });
  }

  async #loadParts(
    parts: readonly PlayPart[],
  ): Promise<{ readonly sounds: readonly Int16Array[] } | { readonly detail: string }> {
    const loaded = await Promise.all(
      parts.map((part) =>
        typeof part === 'string' ? this.#context.prompts.load(part) : silenceOf(part.silenceMs),
      ),
    );
    const sounds: Int16Array[] = [];
    for (const sound of loaded) {
      if (sound instanceof Int16Array) sounds.push(sound);
      else if (sound.ok) sounds.push(sound.value);
      else return { detail: sound.failure.detail };
    }
    return { sounds };
  }

  /** The same files are the same music for the whole call: it goes on where it was left. */
  #musicOf({ music }: MusicSource): SoundSource {
    const key = music.join('\n');
    this.#music ??= new Map();
    let source = this.#music.get(key);
    if (source === undefined) {
      source = new EndlessMusic(music, this.#context.prompts, (fault) =>
        this.#context.tell({ kind: 'music-failed', call: this.id, ...fault }),
      );
      this.#music.set(key, source);
    }
    return source;
  }

  #watchDigit(leg: MediaLeg): void {
    this.#context.after(100, () => {
      if (!leg.isDigitPending || this.mixer.leg(leg.key) !== leg) return;
      const nowMs = this.#context.nowMs();
      const ended = leg.expireDigit(nowMs);
      if (ended === undefined) this.#watchDigit(leg);
      else this.onDigit(leg, { ended }, nowMs);
    });
  }

  #watchSilence(watched: Watched, nowMs: number): void {
    const { leg } = watched;
    if (leg.format?.isReceptionExpected !== true) {
      watched.sinceMs = nowMs;
      return;
    }
    const quietSinceMs = Math.max(watched.sinceMs, leg.reception.lastAtMs);
    if (nowMs - quietSinceMs < watched.silenceMs || watched.silentToldAtMs === quietSinceMs) return;
    // Told once; it takes a packet, or a new description, to be told again.
    watched.silentToldAtMs = quietSinceMs;
    this.tellSilent(leg.key, 'no-packets');
  }
}

/** Files one after another for ever; silence until they are read. */
class EndlessMusic implements SoundSource {
  #playing: SoundSequence | undefined;
  #sounds: readonly Int16Array[] | undefined;

  constructor(paths: readonly string[], prompts: PromptStore, onFault: (fault: PromptFault) => void) {
    void Promise.all(paths.map((path) => prompts.load(path))).then((loads) => {
      const sounds: Int16Array[] = [];
      for (const load of loads) {
        if (load.ok) sounds.push(load.value);
        else onFault(load.failure);
      }
      this.#sounds = sounds.filter((sound) => sound.length > 0);
    });
  }

  read(frame: Int16Array): number {
    if (this.#sounds === undefined || this.#sounds.length === 0) {
      frame.fill(0);
      return frame.length;
    }
    let filled = 0;
    while (filled < frame.length) {
      this.#playing ??= new SoundSequence(this.#sounds);
      filled += this.#playing.read(frame.subarray(filled));
      if (filled < frame.length) this.#playing = undefined;
    }
    return frame.length;
  }
}
