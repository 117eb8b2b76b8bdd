/**
 * The media engine's face without sound, in virtual time: prompts last, legs open and close, and who hears whom can be asked. Here
 * lies the truth that no record can colour: which legs carry whose voice to whom at this moment.
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type {
  LegStatistics,
  MediaCall,
  MediaCallListener,
  MediaEngine,
  PlayHandle,
  PlayRequest,
  RtpLeg,
  WebrtcLeg,
} from '@seatgrid/media/call/media-engine.ts';
import { legSilentMs } from '@seatgrid/media/limits.ts';

const promptMs = 1_500;
/** Until the first packet of a leg has come. */
const heardAfterMs = 20;
/** What a machine said last is on its way for so long after it is gone. */
const lastWordsMs = 400;

export class SimMedia implements MediaEngine {
  readonly calls = new Set<SimMediaCall>();
  readonly #clock: Clock;
  readonly #address: string;
  readonly #lostAtMs = new Map<string, number>();
  #port = 20_000;

  constructor(clock: Clock, address: string) {
    this.#clock = clock;
    this.#address = address;
  }

  openCall(callKey: string, listener: MediaCallListener): SimMediaCall {
    const call = new SimMediaCall(callKey, listener, this.#clock, {
      nextSdp: () => sdpOf(this.#address, this.#nextPort()),
      over: () => void this.calls.delete(call),
      isGone: (address) => this.#clock.nowMs() - (this.#lostAtMs.get(address) ?? -Infinity) < lastWordsMs,
    });
    this.calls.add(call);
    return call;
  }

  /** The machine there is gone: nothing comes from it any more. */
  peerLost(address: string): void {
    this.#lostAtMs.set(address, this.#clock.nowMs());
    for (const call of this.calls) call.peerLost(address);
  }

  load(): ReturnType<MediaEngine['load']> {
    return { workers: [0], portsFree: 10_000, portsUsed: 0, pids: [], datagrams: [] };
  }

  close(): Promise<void> {
    for (const call of this.calls) call.close();
    return Promise.resolve();
  }

  #nextPort(): number {
    this.#port = this.#port >= 29_998 ? 20_000 : this.#port + 2;
    return this.#port;
  }
}

interface Surroundings {
  nextSdp(): string;
  over(): void;
  /** The machine there was lost a moment ago. */
  isGone(address: string): boolean;
}

export class SimMediaCall implements MediaCall {
  readonly kind = 'call';
  readonly callKey: string;
  readonly legs = new Map<string, SimLeg>();
  readonly #listener: MediaCallListener;
  readonly #clock: Clock;
  readonly #around: Surroundings;
  #isClosed = false;

  constructor(callKey: string, listener: MediaCallListener, clock: Clock, around: Surroundings) {
    this.callKey = callKey;
    this.#listener = listener;
    this.#clock = clock;
    this.#around = around;
  }

  openRtpLeg({ key }: { readonly key: string }): RtpLeg {
    const sdp = this.#around.nextSdp();
    const leg = this.#open(key);
    const agreed = (theirs: string) => {
      leg.remote = /^c=IN IP4 (\S+)/m.exec(theirs)?.[1] ?? '';
      if (this.#around.isGone(leg.remote)) this.peerLost(leg.remote);
      else this.#heard(leg);
      const isHeld = /^a=(sendonly|inactive)/m.test(theirs);
      return { ok: true, sdp, isHeld, codec: 'PCMU', srtp: undefined } as const;
    };
    return {
      kind: 'rtp',
      localPort: Number(/m=audio (\d+)/.exec(sdp)![1]),
      answer: agreed,
      offer: () => sdp,
      accept: agreed,
      ...this.#common(leg),
    };
  }

  openWebrtcLeg(_offerSdp: string, { key }: { readonly key: string }): Promise<WebrtcLeg> {
    const leg = this.#open(key);
    this.#heard(leg);
    return Promise.resolve({ kind: 'webrtc', answerSdp: this.#around.nextSdp(), ...this.#common(leg) });
  }

  peerLost(address: string): void {
    for (const leg of this.legs.values()) {
      if (leg.remote !== address || leg.lostAtMs !== null) continue;
      leg.lostAtMs = this.#clock.nowMs();
      this.#clock.after(legSilentMs, () => {
        if (this.legs.has(leg.key)) this.#listener.onSilent({ leg: leg.key, cause: 'no-packets' });
      });
    }
  }

  setHears(rows: Parameters<MediaCall['setHears']>[0]): void {
    for (const { leg, hears } of rows) {
      const known = this.legs.get(leg);
      if (known) known.hears = hears.filter((one) => typeof one === 'string');
    }
  }

  play(_leg: string, { parts, onEnded }: PlayRequest): PlayHandle {
    const playedMs = parts.reduce(
      (ms, part) => ms + (typeof part === 'string' ? promptMs : part.silenceMs),
      0,
    );
    let isOver = false;
    const end = (cause: 'completed' | 'stopped', ms: number) => {
      if (isOver || this.#isClosed) return;
      isOver = true;
      cancel();
      onEnded({ cause, playedMs: ms });
    };
    const cancel = this.#clock.after(playedMs, () => end('completed', playedMs));
    return { stop: () => void this.#clock.after(0, () => end('stopped', 0)) };
  }

  tone(): void {}

  record({ path }: { readonly path: string }) {
    const beganAtMs = this.#clock.nowMs();
    const stop = () =>
      void this.#clock.after(1, () =>
        this.#listener.onRecorded({
          path,
          durationMs: this.#clock.nowMs() - beganAtMs,
          octets: 8 * (this.#clock.nowMs() - beganAtMs),
          sha256: '0'.repeat(64),
        }),
      );
    this.#recordings.push(stop);
    return { hear: () => {}, pause: () => {}, stop: () => this.#stopRecording(stop) };
  }

  readonly #recordings: (() => void)[] = [];

  #stopRecording(stop: () => void): void {
    const at = this.#recordings.indexOf(stop);
    if (at < 0) return;
    this.#recordings.splice(at, 1);
    stop();
  }

  awaitSpeech() {
    return { stop: () => {} };
  }

  close(): void {
    if (this.#isClosed) return;
    for (const stop of this.#recordings.splice(0)) stop();
    for (const leg of this.legs.values()) this.#closeLeg(leg);
    this.#isClosed = true;
    this.#around.over();
  }

  #open(key: string): SimLeg {
    const leg: SimLeg = {
      key,
      hears: [],
      openedAtMs: this.#clock.nowMs(),
      isHeard: false,
      remote: '',
      lostAtMs: null,
    };
    this.legs.set(key, leg);
    return leg;
  }

  #heard(leg: SimLeg): void {
    if (leg.isHeard) return;
    leg.isHeard = true;
    this.#clock.after(heardAfterMs, () => {
      if (this.legs.has(leg.key)) this.#listener.onHeard?.({ leg: leg.key, atMs: this.#clock.nowMs() });
    });
  }

  #common(leg: SimLeg) {
    return {
      key: leg.key,
      sendDigits: () => {},
      statistics: () => Promise.resolve(this.#statistics(leg)),
      close: () => this.#closeLeg(leg),
    };
  }

  #closeLeg(leg: SimLeg): void {
    if (!this.legs.delete(leg.key)) return;
    const statistics = this.#statistics(leg);
    this.#clock.after(1, () => this.#listener.onLegClosed?.({ leg: leg.key, statistics }));
  }

  /** A packet each 20 ms, both ways. */
  #statistics({ openedAtMs, isHeard, lostAtMs }: SimLeg): LegStatistics {
    const packets = isHeard
      ? Math.max(0, Math.floor(((lostAtMs ?? this.#clock.nowMs()) - openedAtMs) / 20))
      : 0;
    return {
      codec: 'PCMU',
      packetsIn: packets,
      packetsOut: packets,
      octetsIn: packets * 172,
      octetsOut: packets * 172,
      lost: 0,
      concealed: 0,
      jitterMs: 0,
      foreign: 0,
      refused: 0,
    };
  }
}

export interface SimLeg {
  readonly key: string;
  hears: readonly string[];
  readonly openedAtMs: number;
  isHeard: boolean;
  /** Of the far end, as its SDP says; '' where it has none. */
  remote: string;
  lostAtMs: number | null;
}

export function sdpOf(address: string, port: number): string {
  return (
    `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 101\r\n` +
    'a=rtpmap:101 telephone-event/8000\r\n'
  );
}
