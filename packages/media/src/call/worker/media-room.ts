/**
 * What a media worker does: obeys the engine's messages, owns the sockets and calls, serves paced calls slot by slot. A
 * mistake within one call ends that call and no other.
 */
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import type { Datagrams } from '../../datagrams/datagrams.ts';
import { OutgoingStream } from '../../rtp/outgoing-stream.ts';
import { sampleRateHz } from '../../frame.ts';
import { speechGapMsMax } from '../../limits.ts';
import { readOpusWishes } from '../../sdp/opus-wishes.ts';
import type { BrowserPeers, OpenedBrowserPeer } from '../../webrtc/browser-peers.ts';
import { agreedSound } from '../agreed-sound.ts';
import { familyOf } from '../family-of.ts';
import type { IpFamily } from '../media-engine.ts';
import type { FromWorker, MediaWorkerOptions, ToWorker } from '../media-messages.ts';
import { MediaCall, type MediaCallContext } from './media-call.ts';
import type { LegTransport } from './leg-transport.ts';
import { MediaLeg, type LegFormat } from './media-leg.ts';
import { pathOfPair } from './media-places.ts';
import { Pacer, slotsPerFrame } from './pacer.ts';
import { PromptStore } from './prompt-store.ts';
import { RtpLegTransport } from './rtp-leg-transport.ts';
import { UdpPorts } from './udp-ports.ts';

export interface MediaRoomParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly peers: BrowserPeers;
  readonly datagrams: Datagrams;
  tell(message: FromWorker): void;
  /** Share of the time since last asked that this worker was busy. */
  utilisation(): number;
}

export type CallMessage = Exclude<ToWorker, { kind: 'start' | 'close' }>;

const houseKeepingMs = 1_000;

export class MediaRoom {
  readonly #parts: MediaRoomParts;
  readonly #calls = new Map<number, MediaCall>();
  readonly #slots: Set<MediaCall>[] = Array.from({ length: slotsPerFrame }, () => new Set());
  readonly #ports = new Map<IpFamily, UdpPorts>();
  readonly #pacer: Pacer;
  readonly #context: MediaCallContext;
  #houseKeeping: Cancel = () => {};
  #isObeying = false;
  /** Calls whose legs may hear something else with what is being obeyed. */
  readonly #changed: MediaCall[] = [];
  #heardAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: MediaWorkerOptions, parts: MediaRoomParts) {
    this.#parts = parts;
    this.#pacer = new Pacer(
      parts.clock,
      (slot) => this.#serve(slot),
      () => this.#fetch(),
    );
    const { bindAddress, secondBindAddress } = options;
    for (const address of secondBindAddress === undefined
      ? [bindAddress]
      : [bindAddress, secondBindAddress]) {
      const family = familyOf(address);
      const ports = new UdpPorts({
        datagrams: parts.datagrams,
        bindAddress: address,
        ports: options.ports,
        clock: parts.clock,
        onBound: (bound) => parts.tell({ kind: 'ports-bound', family, ports: bound }),
      });
      this.#ports.set(family, ports);
    }
    this.#context = {
      prompts: new PromptStore(() => parts.clock.nowMs()),
      silenceMs: options.silenceMs,
      random: parts.random,
      nowMs: () => parts.clock.nowMs(),
      tell: (message) => parts.tell(message),
      onHeard: (nowMs) => (this.#heardAtMs = nowMs),
      after: (delayMs, wake) => void parts.clock.after(delayMs, () => this.#isClosed || wake()),
      onChanged: (call) => {
        if (this.#isObeying) this.#changed.push(call);
        else call.settle();
      },
      onPacingChanged: (call) => this.#repace(call),
    };
  }

  async start(): Promise<void> {
    await Promise.all([...this.#ports.values()].map((ports) => ports.fill()));
    this.#parts.tell({ kind: 'ready', datagrams: this.#parts.datagrams.kind });
    this.#keepHouseLater();
  }

  /** Somebody hears what comes at present, and would hear its waiting here. */
  get isSomebodyHeard(): boolean {
    return this.#parts.clock.nowMs() - this.#heardAtMs < speechGapMsMax;
  }

  /** The next of its frames is due within milliseconds. */
  get isPaced(): boolean {
    return this.#pacer.isRunning;
  }

  /** Frames of its own are due every few milliseconds, and nothing else is: what comes meanwhile may be taken with them. */
  get isPacedAlone(): boolean {
    return this.#pacer.isRunning && !this.isSomebodyHeard;
  }

  /** `settle` is to follow, when all that came with it has been obeyed. */
  obey(message: CallMessage): void {
    this.#isObeying = true;
    if (message.kind === 'open-call') {
      this.#calls.set(message.call, new MediaCall(message.call, this.#context));
      return;
    }
    const call = this.#calls.get(message.call);
    if (call === undefined) {
      this.#answerForMissingCall(message);
      return;
    }
    this.#guarded(call, () => this.#obeyFor(call, message));
  }

  /** Who hears whom is decided once a call, and not with each of the messages that came together. */
  settle(): void {
    this.#isObeying = false;
    for (const call of this.#changed) this.#guarded(call, () => call.settle());
    this.#changed.length = 0;
  }

  #obeyFor(call: MediaCall, message: Exclude<CallMessage, { kind: 'open-call' }>): void {
    switch (message.kind) {
      case 'open-rtp-leg':
        this.#openRtpLeg(call, message);
        return;
      case 'set-far-end': {
        const leg = call.mixer.leg(message.leg);
        if (leg === undefined) return;
        leg.setFormat(message.format);
        if (message.farEnd !== undefined && leg.transport instanceof RtpLegTransport)
          leg.transport.setFarEnd(message.farEnd);
        call.refreshLeg(message.leg);
        return;
      }
      case 'open-webrtc-leg':
        void this.#openWebrtcLeg(call, message);
        return;
      case 'hears':
        call.setHears(message.rows);
        return;
      case 'play':
        call.play(message);
        return;
      case 'stop-play':
        call.stopPlay(message.leg, message.play);
        return;
      case 'tone':
        call.tone(message.leg, message.tone, message.country);
        return;
      case 'digits':
        call.sendDigits(message.leg, message.digits);
        return;
      case 'record':
        call.record(message);
        return;
      case 'set-recorded':
        call.setRecorded(message);
        return;
      case 'pause-recording':
        call.pauseRecording(message.isPaused);
        return;
      case 'stop-recording':
        void call.stopRecording();
        return;
      case 'hear':
        call.hear(message);
        return;
      case 'stop-hearing':
        call.stopHearing(message.hearing);
        return;
      case 'statistics': {
        const statistics = call.mixer.leg(message.leg)?.statistics();
        this.#parts.tell({ kind: 'statistics', request: message.request, statistics });
        return;
      }
      case 'close-leg':
        call.closeLeg(message.leg);
        return;
      case 'close-call':
        this.#closeCall(call);
    }
  }

  #answerForMissingCall(message: CallMessage): void {
    if (message.kind === 'statistics')
      this.#parts.tell({ kind: 'statistics', request: message.request, statistics: undefined });
    else if (message.kind === 'open-webrtc-leg')
      this.#parts.tell({
        kind: 'webrtc-opened',
        request: message.request,
        answer: { isOk: false, reason: 'closed', detail: 'the call is over' },
      });
  }

  #openRtpLeg(call: MediaCall, message: Extract<CallMessage, { kind: 'open-rtp-leg' }>): void {
    const ports = this.#ports.get(message.family);
    const port = ports?.take(message.port);
    if (ports === undefined || port === undefined) {
      this.#parts.tell({ kind: 'port-lost', port: message.port });
      call.tellSilent(message.leg, 'no-packets');
      return;
    }
    const { clock } = this.#parts;
    const transport: RtpLegTransport = new RtpLegTransport(
      port,
      {
        onRtp: (packet, nowMs) => leg.receive(packet, nowMs),
        onRtcp: (packet, nowMs) => call.receiveRtcp(leg, packet, nowMs),
        onForeign: () => (leg.foreign += 1),
        onRefused: () => (leg.refused += 1),
      },
      { nowMs: () => clock.nowMs(), onClose: () => ports.giveBack(port), local: message.local },
    );
    const leg: MediaLeg = new MediaLeg(message.leg, transport, this.#openStream, call);
    if (message.tonesOf !== undefined) leg.recogniseTones(message.tonesOf);
    call.addLeg(leg, 'rtp');
  }

  async #openWebrtcLeg(
    call: MediaCall,
    message: { readonly leg: string; readonly request: number; readonly offerSdp: string },
  ): Promise<void> {
    const stream = this.#openStream();
    let leg: MediaLeg | undefined;
    const opened = await this.#parts.peers.open({
      offerSdp: message.offerSdp,
      ssrc: stream.ssrc,
      onRtp: (packet) => leg?.receive(packet, this.#parts.clock.nowMs()),
      onRtcp: (packet) => leg !== undefined && call.receiveRtcp(leg, packet, this.#parts.clock.nowMs()),
      onLost: (cause) => {
        if (leg !== undefined && call.mixer.leg(leg.key) === leg) call.tellSilent(leg.key, cause);
      },
    });
    const { request } = message;
    if (!opened.ok) {
      this.#parts.tell({ kind: 'webrtc-opened', request, answer: { isOk: false, ...opened.failure } });
      return;
    }
    const { peer, answerSdp } = opened.value;
    if (this.#calls.get(call.id) !== call) {
      peer.close();
      const answer = { isOk: false, reason: 'closed', detail: 'the call is over' } as const;
      this.#parts.tell({ kind: 'webrtc-opened', request, answer });
      return;
    }
    leg = new MediaLeg(message.leg, browserTransport(peer), () => stream, call);
    leg.setFormat(formatOf(opened.value));
    call.addLeg(leg, 'webrtc');
    call.refreshLeg(message.leg);
    this.#parts.tell({ kind: 'webrtc-opened', request, answer: { isOk: true, sdp: answerSdp } });
  }

  /** RFC 3550 §5.1: all three begin at random. */
  readonly #openStream = (): OutgoingStream => {
    const { random } = this.#parts;
    return new OutgoingStream({
      ssrc: randomInteger(random, 0x1_0000_0000),
      sequence: randomInteger(random, 0x8000),
      timestamp: randomInteger(random, 0x1_0000_0000),
    });
  };

  #serve(slot: number): void {
    const nowMs = this.#parts.clock.nowMs();
    for (const call of this.#slots[slot]!) this.#guarded(call, () => call.tick(nowMs));
  }

  /** Enters a call into the slot that serves fewest, or takes it out. */
  #repace(call: MediaCall): void {
    if (call.slot !== -1) {
      this.#slots[call.slot]!.delete(call);
      call.slot = -1;
      if (this.#slots.every((slot) => slot.size === 0)) this.#stopPacing();
      return;
    }
    if (this.#isClosed) return;
    let best = 0;
    for (let slot = 1; slot < slotsPerFrame; slot++)
      if (this.#slots[slot]!.size < this.#slots[best]!.size) best = slot;
    call.slot = best;
    this.#slots[best]!.add(call);
    this.#pacer.start();
  }

  /** Not amid what is being done for a call. */
  #stopPacing(): void {
    this.#pacer.stop();
    this.#context.after(0, () => this.#fetch());
  }

  /** While frames are due, what comes is taken with them. */
  #fetch(): void {
    const { datagrams } = this.#parts;
    if (!datagrams.isFetching) datagrams.fetch();
  }

  #closeCall(call: MediaCall): void {
    this.#calls.delete(call.id);
    const isRecording = call.mixer.recorder !== undefined;
    const tellClosed = () => this.#parts.tell({ kind: 'call-closed', call: call.id, isRecording });
    const recorded = call.close();
    if (recorded === undefined) tellClosed();
    else void recorded.then(tellClosed);
  }

  #guarded(call: MediaCall, work: () => void): void {
    try {
      work();
    } catch (error) {
      const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#parts.tell({ kind: 'call-failed', call: call.id, cause });
      this.#closeCall(call);
    }
  }

  #keepHouseLater(): void {
    this.#houseKeeping = this.#parts.clock.after(houseKeepingMs, () => {
      this.#keepHouseLater();
      const nowMs = this.#parts.clock.nowMs();
      for (const call of this.#calls.values()) this.#guarded(call, () => call.keepHouse(nowMs));
      this.#parts.tell({ kind: 'load', utilisation: this.#parts.utilisation() });
    });
  }

  /** Everything ends; settles when recordings are whole and all sockets closed. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#houseKeeping();
    const closing = [...this.#calls.values()].map((call) => call.close());
    this.#calls.clear();
    this.#pacer.stop();
    await Promise.all(closing);
    await Promise.all([...this.#ports.values()].map((ports) => ports.close()));
    this.#parts.datagrams.close();
    await this.#parts.peers.close();
  }
}

function browserTransport(peer: OpenedBrowserPeer['peer']): LegTransport {
  return {
    ...peer,
    path: (sound) => {
      const pair = peer.pair();
      return pair && pathOfPair(pair, sound);
    },
  };
}

function formatOf({ sound, isSendingAllowed, isReceptionExpected }: OpenedBrowserPeer): LegFormat {
  const { codec, payloadType, eventPayloadType, eventClockHz } = sound;
  return {
    ...agreedSound(codec, codec === 'opus' ? readOpusWishes(sound.parameters) : undefined),
    payloadType,
    receivePayloadType: payloadType,
    eventPayloadType,
    receiveEventPayloadType: eventPayloadType,
    eventTicks: eventClockHz / sampleRateHz,
    isSendingAllowed,
    isReceptionExpected,
  };
}
