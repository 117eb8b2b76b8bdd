/** A call as the main thread holds it: every verb becomes a message to the call's worker, every answer finds its asker. */
import { assert } from '@seatgrid/core/kernel/assert.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { familyOf } from './family-of.ts';
import type {
  HearsRow,
  IpFamily,
  LegKey,
  LegStatistics,
  MediaCall,
  MediaCallListener,
  MediaRefusal,
  PlayHandle,
  PlayRequest,
  RecordHandle,
  RecordRequest,
  RtpLeg,
  RtpLegOptions,
  SpeechHandle,
  SpeechRequest,
  WebrtcLeg,
  WebrtcLegOptions,
} from './media-engine.ts';
import { telephoneWav } from '../audio/wav.ts';
import type { Country } from '../audio/progress/country-tones.ts';
import type { AudioCodec } from '../sdp/audio-terms.ts';
import { legsPerCallMax, promptPartsMax } from '../limits.ts';
import type { FromWorker, LegTone, ToWorker } from './media-messages.ts';
import { endpointText } from './worker/media-places.ts';
import { RtpDescription, type AgreedLeg } from './rtp-description.ts';
import { RtpLegFace, type LegCall } from './rtp-leg-face.ts';

export interface CallWorker {
  /** The family of the engine's first address. */
  readonly firstFamily: IpFamily;
  readonly toneCountry: Country;
  readonly rtpCodecs: readonly AudioCodec[];
  /** Where SRTP keys come from. */
  readonly random: Random;
  tell(message: ToWorker): void;
  /** A bound port, taken at once, and what descriptions call its address; undefined when there is none. */
  takePort(family: IpFamily): { readonly address: string; readonly port: number } | undefined;
  /** A number no one else in this engine has. */
  nextNumber(): number;
  onCallOver(call: MediaCallFace): void;
}

type Answer = Extract<FromWorker, { kind: 'webrtc-opened' }>['answer'];

const noStatistics: LegStatistics = {
  codec: '',
  packetsIn: 0,
  packetsOut: 0,
  octetsIn: 0,
  octetsOut: 0,
  lost: 0,
  concealed: 0,
  jitterMs: 0,
  foreign: 0,
  refused: 0,
};

export class MediaCallFace implements MediaCall, LegCall {
  readonly kind = 'call';
  readonly id: number;
  readonly callKey: string;
  readonly #worker: CallWorker;
  readonly #listener: MediaCallListener;
  readonly #legs = new Set<LegKey>();
  // Made when there is something to keep: most calls never need most of them.
  #finalStatistics: Map<LegKey, LegStatistics> | undefined;
  #plays: Map<number, PlayRequest['onEnded']> | undefined;
  /** Legs something was ever played to since they were last silenced: the others need not be. */
  #playedTo: Set<LegKey> | undefined;
  #hearings: Map<number, SpeechRequest> | undefined;
  #answers: Map<number, (answer: Answer) => void> | undefined;
  #statistics: Map<number, (statistics: LegStatistics | undefined) => void> | undefined;
  #isClosed = false;

  constructor(callKey: string, worker: CallWorker, listener: MediaCallListener) {
    this.callKey = callKey;
    this.id = worker.nextNumber();
    this.#worker = worker;
    this.#listener = listener;
    worker.tell({ kind: 'open-call', call: this.id });
  }

  openRtpLeg(options: RtpLegOptions): RtpLeg | MediaRefusal {
    const refusal = this.#refuseLeg(options.key);
    if (refusal !== undefined) return refusal;
    const { natAddress } = options;
    const family = options.family ?? (natAddress ? familyOf(natAddress) : this.#worker.firstFamily);
    const taken = this.#worker.takePort(family);
    if (taken === undefined)
      return {
        kind: 'refused',
        reason: 'no-ports',
        detail: `no RTP port of this call’s worker is free for IPv${family}`,
      };
    const { address, port } = taken;
    this.#legs.add(options.key);
    const { recognisesTones } = options;
    this.#worker.tell({
      kind: 'open-rtp-leg',
      call: this.id,
      leg: options.key,
      port,
      family,
      local: endpointText(address, port),
      tonesOf: recognisesTones === true ? this.#worker.toneCountry : recognisesTones,
    });
    const description = new RtpDescription(
      {
        address,
        port,
        codecs: options.codecs ?? this.#worker.rtpCodecs,
        sessionId: this.#worker.nextNumber(),
        srtp: options.srtp ?? 'accept',
        random: this.#worker.random,
      },
      (agreed) => this.#setFarEnd(options, agreed),
    );
    return new RtpLegFace(options.key, { localPort: port, call: this, description });
  }

  async openWebrtcLeg(offerSdp: string, options: WebrtcLegOptions): Promise<WebrtcLeg | MediaRefusal> {
    const refusal = this.#refuseLeg(options.key);
    if (refusal !== undefined) return refusal;
    this.#legs.add(options.key);
    const request = this.#worker.nextNumber();
    const answer = await new Promise<Answer>((settle) => {
      this.#answers ??= new Map();
      this.#answers.set(request, settle);
      this.#worker.tell({ kind: 'open-webrtc-leg', call: this.id, leg: options.key, request, offerSdp });
    });
    if (!answer.isOk) {
      this.#legs.delete(options.key);
      return { kind: 'refused', reason: answer.reason, detail: answer.detail };
    }
    const { key } = options;
    return {
      kind: 'webrtc',
      key,
      answerSdp: answer.sdp,
      sendDigits: (digits) => this.sendDigits(key, digits),
      statistics: () => this.statisticsOf(key),
      close: () => this.closeLeg(key),
    };
  }

  setHears(rows: readonly HearsRow[]): void {
    this.#tell({ kind: 'hears', call: this.id, rows });
  }

  play(leg: LegKey, request: PlayRequest): PlayHandle {
    assert(request.parts.length <= promptPartsMax, `a play has at most ${promptPartsMax} parts`);
    const play = this.#worker.nextNumber();
    if (this.#isClosed) return { stop: () => {} };
    this.#plays ??= new Map();
    this.#plays.set(play, (end) => request.onEnded(end));
    this.#noteSound(leg);
    this.#tell({
      kind: 'play',
      call: this.id,
      leg,
      play,
      parts: request.parts,
      isInterruptible: request.isInterruptible,
      isMixed: request.isMixed === true,
    });
    return { stop: () => this.#tell({ kind: 'stop-play', call: this.id, leg, play }) };
  }

  tone(leg: LegKey, tone: LegTone, country: Country = this.#worker.toneCountry): void {
    if (tone !== 'none') this.#noteSound(leg);
    else if (this.#playedTo?.delete(leg) !== true) return;
    this.#tell({ kind: 'tone', call: this.id, leg, tone, country });
  }

  #noteSound(leg: LegKey): void {
    this.#playedTo ??= new Set();
    this.#playedTo.add(leg);
  }

  record({ path, left, endsAfterQuietMs }: RecordRequest): RecordHandle {
    this.#tell({ kind: 'record', call: this.id, path, left, endsAfterQuietMs });
    return {
      hear: (sides) => this.#tell({ kind: 'set-recorded', call: this.id, ...sides }),
      pause: (isPaused) => this.#tell({ kind: 'pause-recording', call: this.id, isPaused }),
      stop: () => this.#tell({ kind: 'stop-recording', call: this.id }),
    };
  }

  awaitSpeech(leg: LegKey, request: SpeechRequest): SpeechHandle {
    const hearing = this.#worker.nextNumber();
    if (this.#isClosed) return { stop: () => {} };
    this.#hearings = new Map([[hearing, request]]);
    this.#tell({ kind: 'hear', call: this.id, leg, hearing, quietMs: request.quietMs });
    return {
      stop: () => {
        if (this.#hearings?.delete(hearing) === true)
          this.#tell({ kind: 'stop-hearing', call: this.id, hearing });
      },
    };
  }

  close(): void {
    this.#tell({ kind: 'close-call', call: this.id });
    this.#isClosed = true;
    this.#plays = undefined;
    this.#hearings = undefined;
    this.#settleAll('the call is over');
  }

  /** What the worker says of this call. */
  hear(message: FromWorker): void {
    switch (message.kind) {
      case 'leg-closed':
        this.#legs.delete(message.leg);
        this.#finalStatistics ??= new Map();
        this.#finalStatistics.set(message.leg, message.statistics);
        this.#listener.onLegClosed?.({ leg: message.leg, statistics: message.statistics });
        return;
      case 'recorded': {
        const { path, durationMs, octets, sha256 } = message;
        this.#listener.onRecorded({ path, durationMs, octets, sha256 });
        return;
      }
      case 'recording-failed':
        this.#listener.onRecordingFailed?.({ path: message.path, detail: message.detail });
        return;
      case 'call-closed':
        this.#isClosed = true;
        this.#settleAll('the call is over');
        this.#worker.onCallOver(this);
        return;
      case 'webrtc-opened':
        this.#answers?.get(message.request)?.(message.answer);
        this.#answers?.delete(message.request);
        return;
      case 'statistics':
        this.#statistics?.get(message.request)?.(message.statistics);
        this.#statistics?.delete(message.request);
        return;
    }
    if (!this.#isClosed) this.#hearWhileOpen(message);
  }

  #hearWhileOpen(message: FromWorker): void {
    switch (message.kind) {
      case 'digit': {
        const { leg, digit, durationMs, atMs } = message;
        this.#listener.onDigit({ leg, digit, durationMs, atMs });
        return;
      }
      case 'tone-heard':
        this.#listener.onTone?.({ leg: message.leg, tone: message.tone, atMs: message.atMs });
        return;
      case 'first-packet':
        this.#listener.onHeard?.({ leg: message.leg, atMs: message.atMs });
        return;
      case 'silent':
        this.#listener.onSilent({ leg: message.leg, cause: message.cause });
        return;
      case 'music-failed':
        this.#listener.onMusicFailed?.({ path: message.path, detail: message.detail });
        return;
      case 'call-failed':
        this.#listener.onFailed?.({ cause: message.cause });
        return;
      case 'play-ended': {
        const onEnded = this.#plays?.get(message.play);
        this.#plays?.delete(message.play);
        onEnded?.(message.end);
        return;
      }
      case 'speech-began':
        this.#hearings?.get(message.hearing)?.onBegan();
        return;
      case 'speech-over': {
        const request = this.#hearings?.get(message.hearing);
        this.#hearings?.delete(message.hearing);
        request?.onOver(telephoneWav(Buffer.from(message.codes, 'base64')));
      }
    }
  }

  /** The worker is gone; whoever waits for an answer gets one. */
  lose(): void {
    this.#isClosed = true;
    this.#plays = undefined;
    this.#hearings = undefined;
    this.#settleAll('the media worker was lost');
  }

  #settleAll(detail: string): void {
    if (this.#answers !== undefined)
      for (const settle of this.#answers.values()) settle({ isOk: false, reason: 'closed', detail });
    this.#answers = undefined;
    if (this.#statistics !== undefined) for (const settle of this.#statistics.values()) settle(undefined);
    this.#statistics = undefined;
  }

  #refuseLeg(key: LegKey): MediaRefusal | undefined {
    if (this.#isClosed) return { kind: 'refused', reason: 'closed', detail: 'the call is over' };
    assert(!this.#legs.has(key), `leg ${key} is open already`);
    assert(this.#legs.size < legsPerCallMax, `a call has at most ${legsPerCallMax} legs`);
    return undefined;
  }

  sendDigits(leg: LegKey, digits: string): void {
    this.#tell({ kind: 'digits', call: this.id, leg, digits });
  }

  closeLeg(leg: LegKey): void {
    this.#legs.delete(leg);
    this.#tell({ kind: 'close-leg', call: this.id, leg });
  }

  async statisticsOf(key: LegKey): Promise<LegStatistics> {
    const known = this.#finalStatistics?.get(key);
    if (known !== undefined || this.#isClosed) return known ?? noStatistics;
    const request = this.#worker.nextNumber();
    const answer = await new Promise<LegStatistics | undefined>((settle) => {
      this.#statistics ??= new Map();
      this.#statistics.set(request, settle);
      this.#worker.tell({ kind: 'statistics', call: this.id, leg: key, request });
    });
    return answer ?? this.#finalStatistics?.get(key) ?? noStatistics;
  }

  #setFarEnd({ key, natAddress }: RtpLegOptions, agreed: AgreedLeg): void {
    const { format, address, port, rtcpPort, security } = agreed;
    this.#tell({
      kind: 'set-far-end',
      call: this.id,
      leg: key,
      format,
      farEnd: {
        address,
        port,
        rtcpPort,
        believedAddresses: natAddress === undefined ? [address] : [address, natAddress],
        security,
        isThirdParty: address !== natAddress,
      },
    });
  }

  #tell(message: ToWorker): void {
    if (!this.#isClosed) this.#worker.tell(message);
  }
}
