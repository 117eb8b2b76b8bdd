/**
 * All the sound of one call within a media worker: the matrix of who hears whom, kept as one row a listener.
 *
 * A listener who hears exactly one other leg, and nothing of ours, gets that leg's packets the moment they come (`relay`).
 * Everyone else is served by the call's 20 ms clock (`paced`): frames are taken from jitter buffers, summed and encoded.
 * Passing from one to the other keeps every frame: what waits in the buffer is sent before relaying starts, and a listener
 * who joins the clock waits for the buffer to reach the point up to which it has heard already.
 */
import { comfortNoise } from '../../audio/comfort-noise.ts';
import { encodeG711, muLaw } from '../../audio/g711.ts';
import { digitTone } from '../../audio/tones.ts';
import { frameSamples } from '../../frame.ts';
import { digitsQueuedMax, keepAliveMs } from '../../limits.ts';
import { rtpHeaderOctets } from '../../rtp/rtp-packet.ts';
import type { DigitProgress, ReceivedDigit } from '../../rtp/telephone-event.ts';
import type { MediaLeg } from './media-leg.ts';
import type { Recorder } from './recorder.ts';
import { SoundSequence, type SoundSource } from './sound-source.ts';

export interface Player {
  readonly source: SoundSource;
  /** Heard together with the row, not instead of it. */
  readonly isMixed: boolean;
  readonly isInterruptible: boolean;
  /** Words, and not a tone: a recording of this leg hears them as the leg does. */
  readonly isSaid: boolean;
  /** The sound has been played to its end, or a digit cut it off. */
  onOver(cause: 'completed' | 'interrupted'): void;
}

export interface Row {
  readonly legs: readonly string[];
  readonly music: SoundSource | undefined;
}

/** The recording is a listener with two ears. */
export interface Recording {
  readonly recorder: Recorder;
  readonly left: ReadonlySet<string>;
  /** Undefined: everybody who is not left. */
  readonly right: ReadonlySet<string> | undefined;
  /** The leg the left ear follows: what is said to it by us is on the right. */
  readonly told: string;
}

/** Somebody waits for what this leg says; told each of its frames, undefined where one is missing. */
export interface Hearing {
  readonly leg: string;
  hear(codes: Uint8Array | undefined): void;
}

interface Seat {
  readonly leg: MediaLeg;
  row: Row | undefined;
  player: Player | undefined;
  /** In-band digits on their way to a far end that knows no events. */
  digits: SoundSequence | undefined;
  mode: 'still' | 'relay' | 'paced';
  /** When it was first seen to be relayed to, for its keep-alives. */
  relaySinceMs: number;
  /** Legs this seat hears at present, silencing players taken into account. */
  hears: readonly MediaLeg[];
  /** And before the change that is being made. */
  heardBefore: readonly MediaLeg[];
  hearsMusic: SoundSource | undefined;
  /** Paced, but to wait until `from`'s frames reach what was relayed last. */
  wait: { readonly from: MediaLeg; readonly until: number; framesLeft: number } | undefined;
}

/** Longest wait for a buffer to reach the point of hand-over. */
const handOverFramesMax = 8;

/** Q.24: shorter is no digit; longer says nothing more. */
const digitOnMsMin = 80;
const digitOnMsMax = 500;
const digitOffMs = 80;

const nobody: readonly MediaLeg[] = [];
const sum = new Int32Array(frameSamples);
const mixed = new Int16Array(frameSamples);
const leftCodes = new Uint8Array(frameSamples);
const rightCodes = new Uint8Array(frameSamples);
const waitingCodes = new Uint8Array(frameSamples);
const toldSamples = new Int16Array(frameSamples);

export class CallMixer {
  readonly #onChanged: () => void;
  readonly #seats = new Map<string, Seat>();
  #recording: Recording | undefined;
  #hearing: Hearing | undefined;
  /** The words of this tick to the leg that is recorded stand in `toldSamples`. */
  #isTold = false;
  /** Music read this tick, so that all who hear it hear the same. */
  #musicFrames: Map<SoundSource, Int16Array> | undefined;

  /** `onChanged`: rows, players or legs are others now. Whoever changes several of them may `route` once for all. */
  constructor(onChanged?: () => void) {
    this.#onChanged = onChanged ?? (() => this.route());
  }

  get legs(): IterableIterator<Seat> {
    return this.#seats.values();
  }

  leg(key: string): MediaLeg | undefined {
    return this.#seats.get(key)?.leg;
  }

  add(leg: MediaLeg): void {
    this.#seats.set(leg.key, {
      leg,
      row: undefined,
      player: undefined,
      digits: undefined,
      mode: 'still',
      relaySinceMs: Infinity,
      hears: nobody,
      heardBefore: nobody,
      hearsMusic: undefined,
      wait: undefined,
    });
  }

  remove(key: string): MediaLeg | undefined {
    const seat = this.#seats.get(key);
    if (seat === undefined) return undefined;
    this.#seats.delete(key);
    seat.leg.relayTo = [];
    this.#onChanged();
    return seat.leg;
  }

  setRow(key: string, row: Row): void {
    const seat = this.#seats.get(key);
    if (seat !== undefined) seat.row = row;
  }

  playerOf(key: string): Player | undefined {
    return this.#seats.get(key)?.player;
  }

  setPlayer(key: string, player: Player | undefined): void {
    const seat = this.#seats.get(key);
    if (seat === undefined || seat.player === player) return;
    seat.player = player;
    this.#onChanged();
  }

  setInBandDigits(key: string, digits: SoundSequence): void {
    const seat = this.#seats.get(key);
    if (seat === undefined) return;
    seat.digits = digits;
    this.#onChanged();
  }

  setRecording(recording: Recording | undefined): void {
    this.#recording = recording;
    this.#onChanged();
  }

  setHearing(hearing: Hearing | undefined): void {
    this.#hearing = hearing;
    this.#onChanged();
  }

  /** Whom the recording hears from now on: its next frame is theirs. */
  setRecorded(sides: { readonly left: readonly string[]; readonly right: readonly string[] }): void {
    if (this.#recording === undefined) return;
    const { recorder, told } = this.#recording;
    // A left side that is silent for a while is still the same party's.
    this.#recording = {
      recorder,
      left: new Set(sides.left),
      right: new Set(sides.right),
      told: sides.left[0] ?? told,
    };
  }

  get recorder(): Recorder | undefined {
    return this.#recording?.recorder;
  }

  /** Somebody depends on `tick`. */
  get isPaced(): boolean {
    if (this.#recording !== undefined || this.#hearing !== undefined) return true;
    for (const seat of this.#seats.values()) if (seat.mode === 'paced') return true;
    return false;
  }

  /**
   * A digit of `from` for whoever hears it and takes events. Listeners by relay have had its packets already, unless it came as
   * sound.
   */
  passOnDigit(from: MediaLeg, progress: DigitProgress): void {
    if (progress.began !== undefined) {
      const seat = this.#seats.get(from.key);
      if (seat?.player?.isInterruptible === true) this.#endPlayer(seat, 'interrupted');
    }
    const ended = progress.ended;
    if (ended === undefined) return;
    let isRouteStale = from.sendsDigitsInBand;
    for (const seat of this.#seats.values()) {
      if (seat.mode === 'still' || !seat.hears.includes(from)) continue;
      if (seat.leg.format?.eventPayloadType !== undefined) {
        if (seat.mode === 'paced' || from.sendsDigitsInBand) seat.leg.digitSender.add(ended);
      } else if (!from.sendsDigitsInBand) {
        // Who takes no events hears what the key sounds like.
        seat.digits ??= new SoundSequence([]);
        if (seat.digits.soundsLeft < digitsQueuedMax) seat.digits.add(soundOf(ended));
        isRouteStale = true;
      }
    }
    if (isRouteStale) this.route();
  }

  /** Decides anew how each leg is served. To be called after changes of rows or formats, and of all that `onChanged` tells. */
  route(): void {
    for (const seat of this.#seats.values()) this.#resolve(seat);
    for (const seat of this.#seats.values()) this.#changeMode(seat);
    this.#assignBuffers();
    this.#assignRelays();
  }

  #resolve(seat: Seat): void {
    seat.heardBefore = seat.mode === 'still' ? nobody : seat.hears;
    const isSilenced = seat.player !== undefined && !seat.player.isMixed;
    const legs: MediaLeg[] = [];
    for (const key of isSilenced || seat.row === undefined ? [] : seat.row.legs) {
      const heard = this.#seats.get(key)?.leg;
      if (heard !== undefined && heard !== seat.leg) legs.push(heard);
    }
    seat.hears = legs;
    seat.hearsMusic = isSilenced ? undefined : seat.row?.music;
  }

  #changeMode(seat: Seat): void {
    const { mode: old, heardBefore } = seat;
    const mode = this.#modeOf(seat);
    seat.mode = mode;
    const only = seat.hears[0];
    if (old === 'paced' && mode === 'relay' && only !== undefined) {
      if (heardBefore.includes(only) && only.isBuffered) this.#sendWaiting(seat.leg, only);
      seat.wait = undefined;
    } else if (old === 'relay' && mode === 'paced') {
      const relayed = heardBefore[0];
      if (relayed !== undefined && seat.hears.includes(relayed) && relayed.isHeard)
        seat.wait = { from: relayed, until: relayed.relayedUntil, framesLeft: handOverFramesMax };
    } else if (mode !== 'paced') seat.wait = undefined;
  }

  #modeOf(seat: Seat): Seat['mode'] {
    if (!seat.leg.isSendable) return 'still';
    if (seat.row === undefined && seat.player === undefined && seat.digits === undefined)
      return seat.leg.isSendingDigits ? 'paced' : 'still';
    const isAlone = seat.hears.length === 1 && seat.hearsMusic === undefined;
    const isOurs = seat.player !== undefined || seat.digits !== undefined || seat.leg.isSendingDigits;
    // Between two codecs there is work to do for each frame, and the clock does it with the losses mended.
    return isAlone && !isOurs && seat.hears[0]!.wire === seat.leg.wire ? 'relay' : 'paced';
  }

  /** Frames that were received but not yet heard go out ahead of the packets that follow them. */
  #sendWaiting(listener: MediaLeg, source: MediaLeg): void {
    const nowMs = listener.lastSentMs;
    const table = listener.codec === source.codec ? undefined : source.codec.toOther;
    source.jitter.forEachWaiting(waitingCodes, () => {
      const packet = listener.beginOwn(nowMs);
      for (let index = 0; index < frameSamples; index++) {
        const code = waitingCodes[index]!;
        packet[rtpHeaderOctets + index] = table === undefined ? code : table[code]!;
      }
      listener.sendOwn(packet, nowMs);
    });
  }

  #assignBuffers(): void {
    for (const { leg } of this.#seats.values()) {
      let isNeeded = this.#recording !== undefined || this.#hearing?.leg === leg.key;
      if (!isNeeded)
        for (const seat of this.#seats.values())
          if (seat.mode === 'paced' && seat.hears.includes(leg)) isNeeded = true;
      leg.setBuffered(isNeeded);
    }
  }

  #assignRelays(): void {
    for (const { leg } of this.#seats.values()) {
      const listeners: MediaLeg[] = [];
      for (const seat of this.#seats.values())
        if (seat.mode === 'relay' && seat.hears[0] === leg) listeners.push(seat.leg);
      leg.relayTo = listeners;
      leg.areDigitsPassedOn = this.#takeEvents(leg);
    }
  }

  #takeEvents(leg: MediaLeg): boolean {
    for (const seat of this.#seats.values())
      if (seat.hears.includes(leg) && seat.leg.format?.eventPayloadType === undefined) return false;
    return true;
  }

  /** Once a second: whoever hears somebody that says nothing is shown that the line is alive. */
  keepAlive(nowMs: number): void {
    for (const seat of this.#seats.values()) {
      const { leg } = seat;
      seat.relaySinceMs = seat.mode === 'relay' ? Math.min(seat.relaySinceMs, nowMs) : Infinity;
      if (nowMs - Math.max(leg.lastSentMs, seat.relaySinceMs) >= keepAliveMs) leg.keepAlive(nowMs);
    }
  }

  /** One turn of the call's clock. */
  tick(nowMs: number): void {
    for (const { leg } of this.#seats.values()) if (leg.isBuffered) leg.pull(nowMs);
    let isRouteStale = false;
    for (const seat of this.#seats.values()) {
      if (seat.mode !== 'paced') continue;
      if (seat.leg.isSendingDigits && seat.leg.format?.eventPayloadType !== undefined) {
        seat.leg.sendDigitStep(nowMs);
        isRouteStale ||= !seat.leg.isSendingDigits;
        continue;
      }
      isRouteStale = this.#serve(seat, nowMs) || isRouteStale;
    }
    this.#musicFrames?.clear();
    this.#record(nowMs);
    if (this.#hearing !== undefined) this.#tellHeard(this.#hearing);
    if (isRouteStale) this.route();
  }

  /** Sends one listener its frame. True when a player or digit came to its end, so that rows hold again. */
  #serve(seat: Seat, nowMs: number): boolean {
    const { leg } = seat;
    let parts = 0;
    let only: MediaLeg | undefined;
    sum.fill(0);
    for (const source of seat.hears) {
      if (!source.hasFrame) continue;
      parts += 1;
      only = source;
      addTo(sum, source.samplesOfFrame());
    }
    if (this.#isWaiting(seat)) return false;
    if (seat.hearsMusic !== undefined) {
      parts += 1;
      only = undefined;
      addTo(sum, this.#musicFrame(seat.hearsMusic));
    }
    const player = seat.player;
    let isOver = false;
    if (player !== undefined) {
      parts += 1;
      only = undefined;
      const samples = player.source.read(mixed);
      if (samples < frameSamples) mixed.fill(0, samples);
      addTo(sum, mixed);
      if (player.isSaid && this.#recording?.told === leg.key) {
        toldSamples.set(mixed);
        this.#isTold = true;
      }
      if (samples < frameSamples) {
        isOver = true;
        // A sound that ended with the frame before is told at once; one that ends in this frame is heard first.
        seat.player = undefined;
      }
    }
    if (seat.digits !== undefined) {
      parts += 1;
      only = undefined;
      const samples = seat.digits.read(mixed);
      // Only the digit is heard: speech on top would spoil it.
      sum.fill(0);
      addTo(sum, samples < frameSamples ? mixed.fill(0, samples) : mixed);
      if (samples < frameSamples) {
        seat.digits = undefined;
        isOver = true;
      }
    }
    const packet = leg.beginOwn(nowMs);
    if (parts === 0) packet.set(comfortNoise(leg.codec), rtpHeaderOctets);
    else if (only !== undefined && parts === 1) copyCodes(only, leg, packet);
    else encodeSum(leg, packet);
    leg.sendOwn(packet, nowMs);
    if (isOver && player !== undefined && seat.player === undefined) player.onOver('completed');
    return isOver;
  }

  /** Whatever joins in waits with it: a moment's delay of everything is not heard, a hole in speech is. */
  #isWaiting(seat: Seat): boolean {
    const wait = seat.wait;
    if (wait === undefined) return false;
    wait.framesLeft -= 1;
    const isReached = wait.from.hasFrame && ((wait.from.frameTimestamp - wait.until) | 0) >= 0;
    if (!isReached && wait.framesLeft > 0 && seat.hears.includes(wait.from)) return true;
    seat.wait = undefined;
    return false;
  }

  #musicFrame(music: SoundSource): Int16Array {
    this.#musicFrames ??= new Map();
    let frame = this.#musicFrames.get(music);
    if (frame === undefined) {
      frame = new Int16Array(frameSamples);
      frame.fill(0, music.read(frame));
      this.#musicFrames.set(music, frame);
    }
    return frame;
  }

  #tellHeard({ leg: key, hear }: Hearing): void {
    const leg = this.#seats.get(key)?.leg;
    hear(leg?.hasFrame ? asMuLaw(leg, leftCodes) : undefined);
  }

  #record(nowMs: number): void {
    if (this.#recording === undefined) return;
    const { recorder, left, right } = this.#recording;
    let leftSide: Uint8Array | undefined;
    let only: MediaLeg | undefined;
    let others = 0;
    for (const { leg } of this.#seats.values()) {
      if (!leg.hasFrame) continue;
      if (left.has(leg.key)) leftSide = asMuLaw(leg, leftCodes);
      else if (right === undefined || right.has(leg.key)) {
        others += 1;
        if (others === 1) only = leg;
        else {
          if (others === 2) {
            sum.fill(0);
            addTo(sum, only!.samplesOfFrame());
          }
          addTo(sum, leg.samplesOfFrame());
        }
      }
    }
    let rightSide: Uint8Array | undefined;
    if (this.#isTold) {
      this.#isTold = false;
      if (others === 0) sum.fill(0);
      else if (others === 1) {
        sum.fill(0);
        addTo(sum, only!.samplesOfFrame());
      }
      addTo(sum, toldSamples);
      others = 2;
    }
    if (others === 1) rightSide = asMuLaw(only!, rightCodes);
    else if (others > 1) {
      saturate(sum, mixed);
      encodeG711(muLaw, mixed, rightCodes);
      rightSide = rightCodes;
    }
    recorder.write(leftSide, rightSide, nowMs);
  }

  #endPlayer(seat: Seat, cause: 'completed' | 'interrupted'): void {
    const player = seat.player;
    seat.player = undefined;
    this.route();
    player?.onOver(cause);
  }
}

function soundOf({ digit, durationMs }: ReceivedDigit): Int16Array {
  const onMs = Math.max(digitOnMsMin, Math.min(Math.round(durationMs), digitOnMsMax));
  return digitTone(digit, onMs, digitOffMs)!;
}

function asMuLaw(leg: MediaLeg, scratch: Uint8Array): Uint8Array {
  if (leg.codec === muLaw) return leg.codes;
  const table = leg.codec.toOther;
  for (let index = 0; index < frameSamples; index++) scratch[index] = table[leg.codes[index]!]!;
  return scratch;
}

function copyCodes(source: MediaLeg, listener: MediaLeg, packet: Uint8Array): void {
  if (source.codec === listener.codec) {
    packet.set(source.codes, rtpHeaderOctets);
    return;
  }
  const table = source.codec.toOther;
  for (let index = 0; index < frameSamples; index++)
    packet[rtpHeaderOctets + index] = table[source.codes[index]!]!;
}

function addTo(total: Int32Array, samples: Int16Array): void {
  for (let index = 0; index < frameSamples; index++) total[index]! += samples[index]!;
}

function encodeSum(leg: MediaLeg, packet: Uint8Array): void {
  const table = leg.codec.codes;
  for (let index = 0; index < frameSamples; index++) {
    const sample = sum[index]!;
    const clipped = sample > 0x7fff ? 0x7fff : sample < -0x8000 ? -0x8000 : sample;
    packet[rtpHeaderOctets + index] = table[clipped & 0xffff]!;
  }
}

function saturate(total: Int32Array, samples: Int16Array): void {
  for (let index = 0; index < frameSamples; index++)
    samples[index] = Math.max(-0x8000, Math.min(0x7fff, total[index]!));
}
