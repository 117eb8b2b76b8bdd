/**
 * A phone on a trunk, as a test or `./seatgrid call` needs it: our own SIP stack and an RTP peer over real sockets. It rings a
 * number, speaks, presses keys, keeps what it hears, and tells the ladder of its messages. It can also be rung.
 */
import { createSipUserAgent } from '@seatgrid/media/sip/user-agent/create-sip-user-agent.ts';
import type {
  Dialog,
  DialogEnd,
  DialogListener,
  IncomingInvite,
  OutgoingInvite,
  SipUserAgent,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { frameSamples } from '@seatgrid/media/frame.ts';
import { systemRandom } from './system-random.ts';
import { TestRtpPeer, type TestRtpPeerOptions } from './test-rtp-peer.ts';
import { wallClock } from './wall-clock.ts';

export interface TestPhoneOptions {
  /** Where its sockets are; 127.0.0.1 by default. */
  readonly address?: string;
  /** 0, the default, is any free one. */
  readonly sipPort?: number;
  readonly protocol?: 'udp' | 'tcp';
  readonly product?: string;
  readonly rtp?: Omit<TestRtpPeerOptions, 'address'>;
  /** Rung: what to do with the call; absent, it is refused with 480. */
  onRung?(invite: IncomingInvite, rtp: TestRtpPeer): void;
}

export interface LadderLine {
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly startLine: string;
  readonly sipCallId: string;
}

export interface RingOptions {
  readonly host: string;
  readonly port: number;
  readonly number: string;
  readonly from: string;
  /** Of the Request-URI, each with its semicolon. */
  readonly uriParams?: string;
  readonly ringTimeoutMs?: number;
}

/** How a call stands. `failed` carries the SIP status. */
export type PhoneCallState =
  | { readonly kind: 'ringing' }
  | { readonly kind: 'talking'; readonly sinceMs: number }
  | { readonly kind: 'failed'; readonly status: number; readonly reason: string }
  | { readonly kind: 'ended'; readonly end: DialogEnd };

export class TestPhone {
  readonly ladder: LadderLine[] = [];
  readonly #options: TestPhoneOptions;
  readonly #agent: SipUserAgent;
  readonly #peers = new Set<TestRtpPeer>();

  private constructor(options: TestPhoneOptions) {
    this.#options = options;
    this.#agent = createSipUserAgent({
      clock: wallClock,
      random: systemRandom,
      product: options.product ?? 'Seatgrid test phone',
      listen: [{ protocol: options.protocol ?? 'udp', address: this.address, port: options.sipPort ?? 0 }],
      handler: {
        trust: () => ({ kind: 'trusted', peer: 'anyone' }),
        secret: () => undefined,
        onBindings: () => undefined,
        onInvite: (invite) => void this.#rung(invite),
      },
      trace: (direction, _flow, startLine, sipCallId, atMs) =>
        this.ladder.push({ atMs, direction, startLine, sipCallId }),
    });
  }

  static async open(options: TestPhoneOptions = {}): Promise<TestPhone> {
    const phone = new TestPhone(options);
    await phone.#agent.start();
    return phone;
  }

  get address(): string {
    return this.#options.address ?? '127.0.0.1';
  }

  get sipPort(): number {
    return this.#agent.listening()[0]!.port;
  }

  async ring(options: RingOptions): Promise<PhoneCall> {
    const rtp = await this.#openPeer();
    return new PhoneCall(this.#agent, rtp, this.address, this.#options.protocol ?? 'udp', options);
  }

  async close(): Promise<void> {
    await this.#agent.close();
    await Promise.all([...this.#peers].map((peer) => peer.close()));
  }

  async #openPeer(): Promise<TestRtpPeer> {
    const peer = await TestRtpPeer.open({
      eventPayloadType: 101,
      ...this.#options.rtp,
      address: this.address,
    });
    this.#peers.add(peer);
    peer.speak(new Int16Array(frameSamples));
    return peer;
  }

  async #rung(invite: IncomingInvite): Promise<void> {
    if (!this.#options.onRung) return invite.reject(480);
    this.#options.onRung(invite, await this.#openPeer());
  }
}

/** One call the phone placed. */
export class PhoneCall {
  readonly rtp: TestRtpPeer;
  state: PhoneCallState = { kind: 'ringing' };
  #dialog: Dialog | undefined;
  readonly #invite: OutgoingInvite;
  #waiters: (() => void)[] = [];

  constructor(
    agent: SipUserAgent,
    rtp: TestRtpPeer,
    address: string,
    protocol: 'udp' | 'tcp',
    options: RingOptions,
  ) {
    this.rtp = rtp;
    rtp.startListening();
    const transport = protocol === 'tcp' ? ';transport=tcp' : '';
    const listener: DialogListener = {
      onReinvite: (sdp) => {
        if (sdp !== '') rtp.connect(sdp);
        return rtp.sdp();
      },
      onEnded: (end) => this.#become({ kind: 'ended', end }),
    };
    this.#invite = agent.invite(
      {
        uri: `sip:${options.number}@${options.host}:${options.port}${transport}${options.uriParams ?? ''}`,
        from: { user: options.from, host: address, displayName: '' },
        sdp: rtp.sdp(),
        ringTimeoutMs: options.ringTimeoutMs ?? 120_000,
      },
      {
        ...listener,
        // Early sound (an announcement before a refusal) is listened to like any other.
        onProgress: ({ sdp }) => (sdp === '' ? undefined : rtp.connect(sdp)),
        onAnswered: ({ sdp, dialog }) => {
          this.#dialog = dialog;
          rtp.connect(sdp);
          this.#become({ kind: 'talking', sinceMs: wallClock.nowMs() });
        },
        onFailed: ({ status, reason }) => this.#become({ kind: 'failed', status, reason }),
      },
    );
  }

  press(keys: string): void {
    this.rtp.sendDigits(keys);
  }

  /** As phones do that send digits by SIP INFO. */
  pressByInfo(keys: string): void {
    for (const key of keys) this.#dialog?.info('application/dtmf-relay', `Signal=${key}\r\nDuration=160\r\n`);
  }

  /** BYE, or CANCEL while it still rings. */
  hangUp(): void {
    if (this.#dialog) this.#dialog.bye();
    else this.#invite.cancel();
  }

  /** Until the state is one of these kinds; rejects when the call ends otherwise, or time is up. */
  async until<Kind extends PhoneCallState['kind']>(
    kinds: readonly Kind[],
    deadlineMs: number,
  ): Promise<Extract<PhoneCallState, { kind: Kind }>> {
    const endsAtMs = performance.now() + deadlineMs;
    for (;;) {
      const { state } = this;
      if ((kinds as readonly string[]).includes(state.kind))
        return state as Extract<PhoneCallState, { kind: Kind }>;
      const leftMs = endsAtMs - performance.now();
      if (state.kind === 'failed') throw new Error(`the call was refused: ${state.status} ${state.reason}`);
      if (state.kind === 'ended')
        throw new Error(`the call ended by ${state.end.by} while waiting for ${kinds.join(' or ')}`);
      if (leftMs <= 0)
        throw new Error(`after ${deadlineMs} ms still ${state.kind}, not ${kinds.join(' or ')}`);
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, leftMs);
        this.#waiters.push(() => (clearTimeout(timer), wake()));
      });
    }
  }

  #become(state: PhoneCallState): void {
    this.state = state;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
