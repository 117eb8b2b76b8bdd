/**
 * Where a host's servers are at present. Looked up beside the calls and again before the answer has run out, so that no call ever
 * waits for a name server: it takes what is known at its moment. While nobody can be asked, what was known goes on being believed.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import {
  locateAddress,
  type LocatedServers,
  type ServerTarget,
} from '@seatgrid/media/sip/location/locate-servers.ts';
import { orderServers, type ServerChoice } from '@seatgrid/media/sip/location/order-servers.ts';
import type { SipFlow } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { locateAgainMs, locateAgainMsMax } from '../limits.ts';
import type { NodeLog } from '../node-log.ts';

export interface LocationServices {
  readonly locate: (target: ServerTarget) => Promise<LocatedServers>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: NodeLog;
}

export class ServerLocation {
  readonly target: ServerTarget;
  /** The first answer is here, or it is known that there is none. */
  readonly settled: Promise<void>;
  readonly #services: LocationServices;
  #choices: readonly ServerChoice[];
  /** Servers that did not answer, and until when they are tried last. */
  readonly #resting = new Map<string, number>();
  #failures = 0;
  #cancel: Cancel = () => {};
  #isStopped = false;

  /** `fixed`: where it is known to be, for good. */
  constructor(target: ServerTarget, services: LocationServices, fixed = locateAddress(target)) {
    this.target = target;
    this.#services = services;
    this.#choices = fixed?.choices ?? [];
    this.settled = fixed ? Promise.resolve() : this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** In the order they are to be tried now: by priority and by chance (RFC 2782), those that rest last. */
  order(): readonly SipFlow[] {
    const ordered = orderServers(this.#choices, this.#services.random);
    if (this.#resting.size === 0) return ordered;
    const rests = (flow: SipFlow): boolean => this.#rests(flow);
    return [...ordered.filter((flow) => !rests(flow)), ...ordered.filter(rests)];
  }

  get hasAwake(): boolean {
    return this.#choices.some(({ flows }) => flows.some((flow) => !this.#rests(flow)));
  }

  /** RFC 3263 §4.3: a server that fails is passed over for the next. */
  rest(flow: SipFlow, forMs: number): void {
    this.#resting.set(keyOf(flow), this.#services.clock.nowMs() + forMs);
  }

  wake(flow: SipFlow): void {
    if (this.#resting.size > 0) this.#resting.delete(keyOf(flow));
  }

  #rests(flow: SipFlow): boolean {
    return (this.#resting.get(keyOf(flow)) ?? 0) > this.#services.clock.nowMs();
  }

  async #look(): Promise<void> {
    const { locate, clock, log } = this.#services;
    let againMs: number;
    try {
      const { choices, ttlMs } = await locate(this.target);
      this.#failures = 0;
      againMs = ttlMs;
      this.#take(choices);
    } catch (cause) {
      againMs = Math.min(locateAgainMs * 2 ** this.#failures, locateAgainMsMax);
      this.#failures = Math.min(this.#failures + 1, 10);
      log.warn({ host: this.target.host, err: cause }, 'where a trunk’s servers are could not be asked');
    }
    if (!this.#isStopped) this.#cancel = clock.after(againMs, () => void this.#look());
  }

  #take(choices: readonly ServerChoice[]): void {
    if (isDeepStrictEqual(choices, this.#choices)) return;
    this.#choices = choices;
    const { host } = this.target;
    const places = choices.flatMap(({ flows }) => flows.map(keyOf));
    // Those that are gone must not be remembered for ever.
    for (const key of this.#resting.keys()) if (!places.includes(key)) this.#resting.delete(key);
    if (places.length > 0) this.#services.log.info({ host, places }, 'a trunk’s servers were found');
    else this.#services.log.warn({ host }, 'a trunk’s host has no servers');
  }
}

function keyOf({ protocol, address, port }: SipFlow): string {
  return `${protocol} ${address} ${port}`;
}
