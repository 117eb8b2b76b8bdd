/** Asks each trunk by OPTIONS whether it is there, and tells its health what calls experienced: all the waiting around it. */
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { TrunkId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { TrunkHealthInput } from '@seatgrid/core/numbers/trunk-health.ts';
import type { SipFlow, SipUserAgent } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { serverRestMs, trunkProbeTimeoutMs } from '../limits.ts';
import type { NodeLog } from '../node-log.ts';
import type { TrunkAtNode, TrunkDirectory } from './trunk-directory.ts';

export interface TrunkWatchOptions {
  readonly trunks: TrunkDirectory;
  readonly sip: Pick<SipUserAgent, 'request'>;
  /** This node's host as carriers see it. */
  readonly sipHost: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: NodeLog;
}

export class TrunkWatch {
  readonly #options: TrunkWatchOptions;
  readonly #timers = new Map<TrunkId, Cancel>();
  /** Between the opening and the closing of the sockets. */
  #isWatching = false;

  constructor(options: TrunkWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isWatching = true;
    this.configured();
  }

  /** A new generation: whatever is new is asked at once. */
  configured(): void {
    const { trunks } = this.#options;
    for (const [id, cancel] of this.#timers)
      if (!trunks.byId(id)) {
        cancel();
        this.#timers.delete(id);
      }
    for (const trunk of trunks.all()) {
      trunk.onExperience = (input) => this.#handle(trunk, input);
      if (!this.#timers.has(trunk.id)) this.#lookAgain(trunk, 0);
    }
  }

  stop(): void {
    this.#isWatching = false;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #handle(trunk: TrunkAtNode, input: TrunkHealthInput): void {
    const { clock, random, log } = this.#options;
    const before = trunk.health.state;
    const delayMs = trunk.health.handle(input, clock.nowMs(), random);
    const { state } = trunk.health;
    if (state !== before && (state === 'down' || before === 'down'))
      log.warn({ trunk: trunk.config.name, state, why: input.kind }, `a trunk is ${state}`);
    if (delayMs !== undefined) this.#lookAgain(trunk, delayMs);
  }

  #lookAgain(trunk: TrunkAtNode, delayMs: number): void {
    if (!this.#isWatching) return;
    this.#timers.get(trunk.id)?.();
    this.#timers.set(
      trunk.id,
      this.#options.clock.after(delayMs, () => this.#look(trunk)),
    );
  }

  #look(trunk: TrunkAtNode): void {
    // One that came back from another generation, or went with it, is another's business.
    if (this.#options.trunks.byId(trunk.id) !== trunk) return;
    if (trunk.config.isProbed && trunk.config.target) return void this.#probe(trunk);
    if (trunk.health.state === 'down') this.#handle(trunk, { kind: 'rested' });
  }

  async #probe(trunk: TrunkAtNode): Promise<void> {
    const { location } = trunk;
    await location?.settled;
    // Each of its servers: one of them is enough, and the others are known for what they are before a call tries them.
    const answers = await Promise.all((location?.order() ?? []).map((server) => this.#ask(trunk, server)));
    if (!this.#isWatching || trunk.location !== location) return;
    this.#handle(trunk, { kind: answers.includes(true) ? 'probe-answered' : 'probe-unanswered' });
  }

  async #ask(trunk: TrunkAtNode, server: SipFlow): Promise<boolean> {
    const { sip, sipHost, clock } = this.#options;
    let cancel: Cancel = () => {};
    const silence = new Promise<number>((resolve) => {
      cancel = clock.after(trunkProbeTimeoutMs, () => resolve(408));
    });
    const answer = sip.request({
      method: 'OPTIONS',
      uri: trunk.uri(''),
      flow: server,
      from: { user: 'seatgrid', host: sipHost, displayName: '' },
    });
    const status = await Promise.race([answer.then((final) => final.status), silence]);
    cancel();
    // RFC 3261 §11.2: any other answer, a refusal too, shows that somebody is there.
    const isThere = status !== 408 && status !== 503;
    if (isThere) trunk.location?.wake(server);
    else trunk.location?.rest(server, serverRestMs);
    return isThere;
  }
}
