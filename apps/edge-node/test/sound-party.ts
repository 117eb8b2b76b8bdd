/** A telephone of the sound matrix: SIP and sound on real sockets, able to do what makes other engines lose one direction. */
import { isIPv6 } from 'node:net';
import { createSipUserAgent } from '@seatgrid/media/sip/user-agent/create-sip-user-agent.ts';
import type { Dialog, IncomingInvite, SipUserAgent } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { systemRandom } from '@seatgrid/testkit/system-random.ts';
import { TestRtpPeer, type TestRtpPeerOptions } from '@seatgrid/testkit/test-rtp-peer.ts';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { wallClock } from '@seatgrid/testkit/wall-clock.ts';
import { toneOf } from './tones.ts';

/** One SIP endpoint of one family; its parties come and go with the calls. */
export class SoundSwitch {
  readonly address: string;
  readonly agent: SipUserAgent;
  /** Who takes a call to a number. */
  readonly takers = new Map<string, (invite: IncomingInvite) => void>();

  private constructor(address: string) {
    this.address = address;
    this.agent = createSipUserAgent({
      clock: wallClock,
      random: systemRandom,
      product: 'Sound matrix',
      listen: [{ protocol: 'udp', address, port: 0 }],
      handler: {
        trust: () => ({ kind: 'trusted', peer: 'node' }),
        secret: () => undefined,
        onBindings: () => undefined,
        onInvite: (invite) => {
          const take = this.takers.get(invite.requestUser);
          if (take) take(invite);
          else invite.reject(404);
        },
      },
    });
  }

  static async open(address: string): Promise<SoundSwitch> {
    const opened = new SoundSwitch(address);
    await opened.agent.start();
    return opened;
  }

  get sipPort(): number {
    return this.agent.listening()[0]!.port;
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}

export interface SoundPartyOptions {
  readonly hz: number;
  readonly srtp: TestRtpPeerOptions['srtp'];
  /** Describes a private address, and a port it does not send from. */
  readonly isBehindNat?: boolean;
}

export class SoundParty {
  rtp!: TestRtpPeer;
  dialog: Dialog | undefined;
  failed: string | undefined;
  readonly #switch: SoundSwitch;
  readonly #options: SoundPartyOptions;

  private constructor(at: SoundSwitch, options: SoundPartyOptions) {
    this.#switch = at;
    this.#options = options;
  }

  static async open(at: SoundSwitch, options: SoundPartyOptions): Promise<SoundParty> {
    const party = new SoundParty(at, options);
    party.rtp = await party.#openPeer();
    return party;
  }

  sdp(direction?: 'sendrecv' | 'sendonly'): string {
    if (this.#options.isBehindNat !== true) return this.rtp.sdp(direction);
    const hidden = isIPv6(this.rtp.address) ? 'fd00::7' : '10.9.8.7';
    return this.rtp.sdp(direction, hidden).replace(/m=audio \d+/, 'm=audio 7078');
  }

  /** With an offer, or leaving that to the other side. */
  call(number: string, node: { readonly address: string; readonly port: number }, isOfferLate = false): void {
    const { agent, address } = this.#switch;
    const host = isIPv6(node.address) ? `[${node.address}]` : node.address;
    agent.invite(
      {
        uri: `sip:${number}@${host}:${node.port}`,
        from: { user: '13800138000', host: address, displayName: '' },
        sdp: isOfferLate ? '' : this.sdp(),
        ringTimeoutMs: 30_000,
      },
      {
        ...this.#listener(),
        onProgress: ({ sdp }) => {
          if (sdp !== '') this.#hear(sdp);
        },
        onLateOffer: (sdp) => {
          this.#hear(sdp);
          return this.sdp();
        },
        onAnswered: ({ sdp, dialog }) => {
          if (!isOfferLate) this.#hear(sdp);
          this.dialog = dialog;
        },
        onFailed: ({ status, reason }) => (this.failed = `${status} ${reason}`),
      },
    );
  }

  /** Its tone is on the line before the answer. */
  sendEarlySound(invite: IncomingInvite): void {
    this.#hear(invite.sdp);
    invite.progress(183, this.sdp());
  }

  answer(invite: IncomingInvite): void {
    this.#hear(invite.sdp);
    this.dialog = invite.accept(this.sdp(), this.#listener());
  }

  async offerAgain(direction?: 'sendrecv' | 'sendonly'): Promise<void> {
    const outcome = await this.dialog!.reinvite(this.sdp(direction));
    if (!outcome.ok) throw new Error(`the re-INVITE was refused: ${outcome.status}`);
    this.#hear(outcome.sdp);
  }

  /** To another port of its own; what went to the old one is lost. */
  async move(): Promise<void> {
    const before = this.rtp;
    this.rtp = await this.#openPeer();
    await this.offerAgain();
    await before.close();
  }

  /** In which frame since listening began the other's tone was first there, and stayed for three. */
  async untilHears(hz: number, deadlineMs = 5_000): Promise<number> {
    let found: number | undefined;
    const look = () => (found = firstFrameWith(this.rtp.heard(), hz)) !== undefined;
    await this.rtp.until(look, deadlineMs, `${hz} Hz`);
    return found!;
  }

  async close(): Promise<void> {
    this.dialog?.bye();
    await this.rtp.close();
  }

  #hear(sdp: string): void {
    if (sdp !== this.#heardSdp) this.rtp.connect(sdp);
    this.#heardSdp = sdp;
  }
  #heardSdp = '';

  async #openPeer(): Promise<TestRtpPeer> {
    const { hz, srtp } = this.#options;
    const peer = await TestRtpPeer.open({
      address: this.#switch.address,
      eventPayloadType: 101,
      ...(srtp ? { srtp } : {}),
    });
    peer.speak(toneOf(hz));
    this.#heardSdp = '';
    return peer;
  }

  #listener() {
    return {
      onReinvite: (sdp: string) => {
        if (sdp !== '') this.#hear(sdp);
        return this.sdp();
      },
      onEnded: () => (this.dialog = undefined),
    };
  }
}

const frameSamples = 160;

function firstFrameWith(sound: Int16Array, hz: number): number | undefined {
  for (let at = 0, inARow = 0; at + frameSamples <= sound.length; at += frameSamples) {
    inARow = toneAmplitude(sound.subarray(at, at + frameSamples), hz) > 0.05 ? inARow + 1 : 0;
    if (inARow === 3) return at / frameSamples - 2;
  }
  return undefined;
}
