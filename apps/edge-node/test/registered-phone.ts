/** A desk phone: registers with digest, is rung, calls; its sound is an RTP peer. */
import { createSipUserAgent } from '@seatgrid/media/sip/user-agent/create-sip-user-agent.ts';
import type {
  Dialog,
  DialogEnd,
  IncomingInvite,
  OutgoingInvite,
  SipFlow,
  SipTls,
  SipUserAgent,
  SipUserAgentOptions,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { systemRandom } from '@seatgrid/testkit/system-random.ts';
import { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import { wallClock } from '@seatgrid/testkit/wall-clock.ts';
import { dialWebSocket } from './dial-web-socket.ts';
import { phonePassword } from './fixture-config.ts';
import { nodeAddress, type NodeProcess } from './node-process.ts';
import { until } from './until.ts';

export interface RegisteredPhoneOptions {
  readonly extension: string;
  readonly domain: string;
  /** Of the phone's sockets. */
  readonly address?: string;
  readonly password?: string;
  /** What From and To say; the extension where absent. */
  readonly user?: string;
  /** What the From and To domain says; the tenant's where absent. */
  readonly host?: string;
  /** Whom it sends everything to; the node itself, over UDP, where absent. */
  readonly proxy?: { readonly address: string; readonly port: number };
  /** With `proxy`, and what they need: who may be at the other end. */
  readonly protocol?: 'udp' | 'tls' | 'wss';
  readonly tls?: SipTls;
}

const contactTransports = { udp: '', tls: ';transport=tls', wss: ';transport=ws' } as const;

export class RegisteredPhone {
  readonly rung: IncomingInvite[] = [];
  rtp!: TestRtpPeer;
  dialog: Dialog | null = null;
  ended: DialogEnd | null = null;
  failedStatus: number | null = null;
  progressStatuses: number[] = [];
  /** How many re-INVITEs came. */
  readonly #options: RegisteredPhoneOptions;
  readonly #node: Pick<NodeProcess, 'sipPort'>;
  #agent!: SipUserAgent;
  #outgoing: OutgoingInvite | null = null;

  private constructor(node: Pick<NodeProcess, 'sipPort'>, options: RegisteredPhoneOptions) {
    this.#node = node;
    this.#options = options;
  }

  static async open(
    node: Pick<NodeProcess, 'sipPort'>,
    options: RegisteredPhoneOptions,
  ): Promise<RegisteredPhone> {
    const phone = new RegisteredPhone(node, options);
    phone.rtp = await TestRtpPeer.open({ address: phone.address, eventPayloadType: 101 });
    phone.#agent = createSipUserAgent({
      clock: wallClock,
      random: systemRandom,
      product: 'Test desk phone',
      ...phone.#transport(),
      handler: {
        trust: () => ({ kind: 'trusted', peer: 'node' }),
        secret: () => undefined,
        onBindings: () => undefined,
        ownCredentials: () => ({ username: options.extension, password: options.password ?? phonePassword }),
        onInvite: (invite) => {
          phone.rung.push(invite);
          invite.progress(180);
        },
      },
    });
    await phone.#agent.start();
    return phone;
  }

  get #server(): SipFlow {
    const { protocol = 'udp', proxy = { address: nodeAddress, port: this.#node.sipPort } } = this.#options;
    return { protocol, ...proxy };
  }

  #transport(): Pick<SipUserAgentOptions, 'listen' | 'openTransport'> {
    const { protocol = 'udp', tls } = this.#options;
    const listen = [{ protocol, address: this.address, port: 0, ...(tls ? { tls } : {}) }];
    return protocol === 'wss' ? { listen, openTransport: dialWebSocket(this.#server, tls!) } : { listen };
  }

  get address(): string {
    return this.#options.address ?? '127.0.0.3';
  }

  /** The final status of a REGISTER. */
  async register(expiresSeconds = 300): Promise<number> {
    const { port } = this.#agent.listening()[0]!;
    const user = this.#options.user ?? this.#options.extension;
    const party = { user, host: this.#options.host ?? this.#options.domain, displayName: '' };
    const { status } = await this.#agent.request({
      method: 'REGISTER',
      uri: `sip:${party.host}`,
      flow: this.#server,
      from: party,
      headers: {
        Contact: `<sip:${user}@${this.address}:${port}${contactTransports[this.#options.protocol ?? 'udp']}>`,
        Expires: String(expiresSeconds),
      },
    });
    return status;
  }

  /** The next INVITE that rings here. */
  untilRung(deadlineMs?: number): Promise<IncomingInvite> {
    return until('the desk phone to ring', () => this.rung.shift(), deadlineMs);
  }

  async liftHandset(deadlineMs?: number): Promise<IncomingInvite> {
    const invite = await this.untilRung(deadlineMs);
    this.ended = null;
    this.rtp.connect(invite.sdp);
    this.dialog = invite.accept(this.rtp.sdp(), this.#listener());
    return invite;
  }

  dial(number: string, headers: Readonly<Record<string, string>> = {}): void {
    this.ended = null;
    this.failedStatus = null;
    const { extension, domain } = this.#options;
    this.#outgoing = this.#agent.invite(
      {
        uri: `sip:${number}@${domain}`,
        flow: this.#server,
        from: { user: extension, host: domain, displayName: '' },
        sdp: this.rtp.sdp(),
        headers,
        ringTimeoutMs: 60_000,
      },
      {
        ...this.#listener(),
        onProgress: ({ status, sdp }) => {
          this.progressStatuses.push(status);
          if (sdp) this.rtp.connect(sdp);
        },
        onAnswered: ({ sdp, dialog }) => {
          this.dialog = dialog;
          this.rtp.connect(sdp);
        },
        onFailed: ({ status }) => (this.failedStatus = status),
      },
    );
  }

  cancel(): void {
    this.#outgoing?.cancel();
  }

  untilTalking(): Promise<Dialog> {
    return until('the desk phone to talk', () => {
      if (this.failedStatus) throw new Error(`the call failed with ${this.failedStatus}`);
      return this.dialog;
    });
  }

  /** As the hold key does. */
  async hold(isHeld: boolean): Promise<void> {
    const outcome = await this.dialog!.reinvite(this.rtp.sdp(isHeld ? 'sendonly' : 'sendrecv'));
    if (!outcome.ok) throw new Error(`the re-INVITE was refused: ${outcome.status}`);
  }

  hangUp(): void {
    this.dialog?.bye();
  }

  async close(): Promise<void> {
    await this.#agent.close();
    await this.rtp.close();
  }

  #listener() {
    return {
      onReinvite: () => this.rtp.sdp(),
      onEnded: (end: DialogEnd) => {
        this.ended = end;
        this.dialog = null;
      },
    };
  }
}
