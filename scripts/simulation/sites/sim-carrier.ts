/** The carrier and the people who call through it: each calls the number at one site, goes to another where that one is silent or full, and gives up. */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import { createSipUserAgent } from '@seatgrid/media/sip/user-agent/create-sip-user-agent.ts';
import type {
  Dialog,
  DialogListener,
  OutgoingInvite,
  SipUserAgent,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { carrierAddress, serviceNumbers } from './sim-config.ts';
import { sdpOf } from './sim-media.ts';
import type { SimNetwork } from './sim-network.ts';
import type { PlannedCall } from './site-plan.ts';

const silenceMs = 3_000;
const pressesAfterMs = 3_000;
/** Whoever hears nothing any more hangs up so soon, and calls again. */
const bearsSilenceMs = 8_000;

/** As the caller has seen it. */
export type Fate = 'waiting' | 'answered' | 'ended' | 'gave-up' | 'refused';

export class SimCarrier {
  readonly callers: Caller[] = [];
  readonly agent: SipUserAgent;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(clock: Clock, random: Random, network: SimNetwork) {
    this.#clock = clock;
    this.#random = random;
    this.agent = createSipUserAgent({
      clock,
      random,
      product: 'Carrier',
      listen: [{ protocol: 'udp', address: carrierAddress, port: 5060 }],
      openTransport: network.openTransport,
      handler: {
        trust: () => ({ kind: 'silence' }),
        secret: () => undefined,
        onBindings: () => {},
        onInvite: (invite) => invite.reject(404),
      },
    });
  }

  start(): Promise<void> {
    return this.agent.start();
  }

  call(plan: PlannedCall, number: string, addresses: readonly string[]): Caller {
    const caller = new Caller(plan, number, { agent: this.agent, clock: this.#clock, addresses });
    this.callers.push(caller);
    caller.dial(0);
    if (plan.service === 1)
      this.#clock.after(pressesAfterMs, () => caller.press(String(1 + randomInteger(this.#random, 3))));
    return caller;
  }

  /** A node is gone: nobody on it hears anything from here on. */
  nodeLost(address: string): void {
    for (const caller of this.callers) caller.hearsNothingFrom(address);
  }

  byNumber(number: string): Caller | undefined {
    return this.callers.find((caller) => caller.number === number);
  }
}

interface Line {
  readonly agent: SipUserAgent;
  readonly clock: Clock;
  /** Of the sites' nodes, the nearest first. */
  readonly addresses: readonly string[];
}

export class Caller {
  readonly plan: PlannedCall;
  readonly number: string;
  fate: Fate = 'waiting';
  /** Sites that answered this caller's INVITE with a 200. */
  answers = 0;
  hasTalked = false;
  #attempt = 0;
  #invite: OutgoingInvite | null = null;
  #dialog: Dialog | null = null;
  readonly #line: Line;

  constructor(plan: PlannedCall, number: string, line: Line) {
    this.plan = plan;
    this.number = number;
    this.#line = line;
    line.clock.after(plan.patienceMs, () => this.#losesPatience());
  }

  get isOver(): boolean {
    return this.fate !== 'waiting' && this.fate !== 'answered';
  }

  dial(attempt: number): void {
    const address = this.#line.addresses[attempt];
    if (address === undefined) return void (this.fate = 'refused');
    this.#attempt = attempt;
    const listener: DialogListener = {
      onReinvite: () => sdpOf(carrierAddress, 20_000),
      onEnded: () => attempt === this.#attempt && this.#dialog !== null && this.#ended(),
    };
    this.#invite = this.#line.agent.invite(
      {
        uri: `sip:${serviceNumbers[this.plan.service]}@${address}:5060`,
        from: { user: this.number, host: carrierAddress, displayName: '' },
        sdp: sdpOf(carrierAddress, 20_000),
        ringTimeoutMs: 300_000,
        silenceTimeoutMs: silenceMs,
      },
      {
        ...listener,
        onProgress: () => {},
        onAnswered: ({ dialog }) => {
          this.answers++;
          this.#dialog = dialog;
          if (this.fate === 'waiting') this.fate = 'answered';
          else dialog.bye();
        },
        // RFC 3261 §21.5.4, and silence: the carrier's next way.
        onFailed: ({ status }) => {
          if (this.fate !== 'waiting') return;
          if (status === 503 || status === 408) this.dial(attempt + 1);
          else this.fate = 'refused';
        },
      },
    );
  }

  press(digit: string): void {
    if (this.#dialog && !this.isOver) this.#dialog.info('application/dtmf-relay', `Signal=${digit}\r\nDuration=160\r\n`); // prettier-ignore
  }

  /** An agent is there. */
  talks(): number {
    this.hasTalked = true;
    return this.plan.talkMs;
  }

  hearsNothingFrom(address: string): void {
    const dialog = this.#dialog;
    if (this.isOver || !dialog || this.#line.addresses[this.#attempt] !== address) return;
    this.#line.clock.after(bearsSilenceMs, () => {
      if (this.isOver || this.#dialog !== dialog) return;
      this.#dialog = null;
      this.fate = 'waiting';
      dialog.bye();
      this.dial(this.#attempt + 1);
    });
  }

  hangUp(): void {
    if (this.isOver) return;
    this.fate = 'gave-up';
    this.#invite?.cancel();
    this.#dialog?.bye();
  }

  #losesPatience(): void {
    if (!this.hasTalked) this.hangUp();
  }

  #ended(): void {
    if (!this.isOver) this.fate = 'ended';
  }
}
