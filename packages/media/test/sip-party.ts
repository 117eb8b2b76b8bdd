/** A user agent on the wire in memory that writes down what it hears; and the small SDP both sides exchange. */
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { createSipUserAgent } from '../src/sip/user-agent/create-sip-user-agent.ts';
import type {
  Dialog,
  DialogEnd,
  DialogListener,
  IncomingInvite,
  InviteFailure,
  OutgoingInvite,
  OutgoingInviteListener,
  OutgoingInviteRequest,
  Referral,
  SipHandler,
  SipUserAgent,
} from '../src/sip/user-agent/sip-user-agent.ts';
import { SipWire, type WireFaults } from './sip-wire.ts';

export const sdpOf = (port: number): string =>
  `v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 101\r\n` +
  'a=rtpmap:101 telephone-event/8000\r\n';

export interface World {
  readonly clock: VirtualClock;
  readonly wire: SipWire;
  party(address: string, handler?: Partial<SipHandler>): Promise<Party>;
  /** Lets microtasks run between two steps of virtual time. */
  pass(durationMs: number): Promise<void>;
}

export function createWorld(seed = 1, faults?: Omit<WireFaults, 'random'>): World {
  const clock = new VirtualClock();
  const random = createSeededRandom(seed);
  const wire = new SipWire(clock, faults && { ...faults, random });
  return {
    clock,
    wire,
    async party(address, handler = {}) {
      const heard: string[] = [];
      const invites: IncomingInvite[] = [];
      const agent = createSipUserAgent({
        clock,
        random,
        product: 'Seatgrid test',
        listen: [{ protocol: 'udp', address, port: 5060 }],
        openTransport: wire.openTransport,
        handler: {
          trust: () => ({ kind: 'trusted', peer: 'wire' }),
          secret: () => undefined,
          onBindings: (change) => heard.push(`bindings ${change.username}: ${change.bindings.length}`),
          onInvite: (invite) => invites.push(invite),
          ...handler,
        },
      });
      await agent.start();
      return new Party(address, agent, heard, invites);
    },
    async pass(durationMs) {
      const untilMs = clock.nowMs() + durationMs;
      while (clock.nowMs() < untilMs) {
        clock.advance(Math.min(clock.nextAtMs, untilMs) - clock.nowMs());
        await Promise.resolve();
        await Promise.resolve();
      }
    },
  };
}

export class Party {
  readonly address: string;
  readonly agent: SipUserAgent;
  readonly heard: string[];
  readonly invites: IncomingInvite[];
  readonly dialogs: Dialog[] = [];
  readonly ends: DialogEnd[] = [];
  /** Whose progress was heard, in the order of `progress` lines. */
  readonly branches: string[] = [];
  readonly failures: InviteFailure[] = [];
  readonly referrals: Referral[] = [];
  referAnswer = 202;
  /** What answers a re-INVITE. */
  reinviteAnswer: string | number = sdpOf(40_000);

  constructor(address: string, agent: SipUserAgent, heard: string[], invites: IncomingInvite[]) {
    this.address = address;
    this.agent = agent;
    this.heard = heard;
    this.invites = invites;
  }

  get dialog(): Dialog {
    return this.dialogs[0]!;
  }

  call(address: string, wanted: Partial<OutgoingInviteRequest> = {}): OutgoingInvite {
    const listener: OutgoingInviteListener = {
      ...this.listener(),
      onProgress: ({ status, sdp, branch }) => {
        this.branches.push(branch);
        this.heard.push(sdp === '' ? `progress ${status}` : `progress ${status} sdp`);
      },
      onAnswered: ({ dialog, sdp }) => {
        this.dialogs.push(dialog);
        this.heard.push(`answered ${portOf(sdp)}`);
      },
      onFailed: (failure) => {
        this.failures.push(failure);
        this.heard.push(`failed ${failure.status}`);
      },
      onLateOffer: (sdp) => {
        this.heard.push(`late offer ${portOf(sdp)}`);
        return sdpOf(41_000);
      },
    };
    return this.agent.invite(
      {
        uri: `sip:bob@${address}:5060`,
        from: { user: 'alice', host: this.address, displayName: 'Alice' },
        sdp: sdpOf(20_000),
        ringTimeoutMs: 60_000,
        ...wanted,
      },
      listener,
    );
  }

  accept(sdp = sdpOf(30_000)): Dialog {
    const dialog = this.invites.at(-1)!.accept(sdp, this.listener());
    this.dialogs.push(dialog);
    return dialog;
  }

  listener(): DialogListener {
    return {
      onReinvite: (sdp) => {
        this.heard.push(`reinvite ${portOf(sdp)}`);
        return this.reinviteAnswer;
      },
      onLateAnswer: (sdp) => this.heard.push(`late answer ${portOf(sdp)}`),
      onInfoDigit: (digit, durationMs) => this.heard.push(`digit ${digit} ${durationMs}`),
      onRefer: (target, referral) => {
        this.referrals.push(referral);
        const dialog = target.replaces && (target.replaces.dialog?.sipCallId ?? 'a dialog of nobody');
        this.heard.push(`refer ${target.uri}${dialog === undefined ? '' : ` for ${dialog}`}`);
        return this.referAnswer;
      },
      onEnded: (end) => {
        this.ends.push(end);
        this.heard.push(`ended by ${end.by}`);
      },
    };
  }
}

function portOf(sdp: string): string {
  return /m=audio (\d+)/.exec(sdp)?.[1] ?? 'without sdp';
}
