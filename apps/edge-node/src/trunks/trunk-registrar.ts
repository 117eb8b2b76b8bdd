/** Registers each trunk that wants it with its carrier, again when its account changed, and takes it back when it goes. */
import { isDeepStrictEqual } from 'node:util';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { TrunkId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { TrunkConfig } from '@seatgrid/contracts/link/node-config.ts';
import {
  RegistrationMachine,
  type RegisterAnswer,
  type RegistrationInput,
} from '@seatgrid/media/sip/user-agent/registration-machine.ts';
import type {
  OutgoingRegistration,
  SipFlow,
  SipUserAgent,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { unregisterMaxMs } from '../limits.ts';
import type { NodeLog } from '../node-log.ts';
import type { ServerLocation } from './server-location.ts';
import { credentialsFor, type TrunkAtNode, type TrunkDirectory } from './trunk-directory.ts';

export interface TrunkRegistrarOptions {
  readonly trunks: TrunkDirectory;
  readonly sip: Pick<SipUserAgent, 'registration'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: NodeLog;
}

export class TrunkRegistrar {
  readonly #options: TrunkRegistrarOptions;
  readonly #standing = new Map<TrunkId, TrunkRegistration>();
  #isOpen = false;

  constructor(options: TrunkRegistrarOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isOpen = true;
    this.configured();
  }

  configured(): void {
    if (!this.#isOpen) return;
    const leaving = new Map<TrunkId, Promise<void>>();
    for (const [id, standing] of this.#standing)
      if (!standing.isFor(this.#options.trunks.byId(id))) {
        leaving.set(id, this.#inTime(standing.remove()));
        this.#standing.delete(id);
      }
    for (const trunk of this.#options.trunks.all())
      if (trunk.config.account?.registers && trunk.config.target && !this.#standing.has(trunk.id)) {
        const standing = new TrunkRegistration(this.#options, trunk);
        this.#standing.set(trunk.id, standing);
        // The same contact may be taken back first, and must not be taken back last.
        void (leaving.get(trunk.id) ?? Promise.resolve()).then(() => standing.begin());
      }
  }

  /** Every contact taken back, as far as the registrars still answer. */
  async stop(): Promise<void> {
    this.#isOpen = false;
    const all = [...this.#standing.values()];
    this.#standing.clear();
    await this.#inTime(Promise.all(all.map((standing) => standing.remove())));
  }

  /** A registrar that is away is not waited for. */
  #inTime(taken: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(unregisterMaxMs, resolve);
      void taken.then(() => (cancel(), resolve()));
    });
  }
}

class TrunkRegistration {
  readonly #options: TrunkRegistrarOptions;
  readonly #trunk: TrunkAtNode;
  readonly #config: TrunkConfig;
  readonly #machine: RegistrationMachine;
  readonly #registration: OutgoingRegistration;
  readonly #location: ServerLocation;
  #server: SipFlow | null = null;
  #cancel: Cancel = () => {};

  constructor(options: TrunkRegistrarOptions, trunk: TrunkAtNode) {
    const { account } = trunk.config;
    const domain = trunk.domain;
    this.#options = options;
    this.#trunk = trunk;
    this.#config = trunk.config;
    this.#location = trunk.location!;
    this.#machine = new RegistrationMachine(account!.expiresSeconds);
    trunk.registration = { machine: this.#machine, address: null, serviceRoute: null };
    this.#registration = options.sip.registration({
      registrar: `sip:${domain.includes(':') ? `[${domain}]` : domain}`,
      addressOfRecord: { user: account!.username, host: domain, displayName: '' },
      contactUser: trunk.contactUser,
      credentialsOf: (realm) => credentialsFor(account!, realm),
    });
  }

  isFor(trunk: TrunkAtNode | undefined): boolean {
    const { account, target } = this.#config;
    return (
      trunk === this.#trunk &&
      isDeepStrictEqual(trunk.config.account, account) &&
      isDeepStrictEqual(trunk.config.target, target)
    );
  }

  begin(): void {
    void this.#handle({ kind: 'start' });
  }

  async remove(): Promise<void> {
    this.#cancel();
    const { registration } = this.#trunk;
    if (registration?.machine === this.#machine) {
      registration.serviceRoute?.location.stop();
      this.#trunk.registration = null;
    }
    await this.#handle({ kind: 'remove' });
  }

  async #handle(input: RegistrationInput): Promise<void> {
    const { clock, random, log } = this.#options;
    const before = this.#machine.state;
    const effects = this.#machine.handle(input, clock.nowMs(), random);
    const { state, status } = this.#machine;
    if (state !== before && state !== 'over')
      log[state === 'failed' ? 'warn' : 'info'](
        { trunk: this.#config.name, status },
        `a trunk’s registration is ${state}`,
      );
    for (const effect of effects)
      if (effect.kind === 'wake-after') {
        this.#cancel();
        this.#cancel = clock.after(effect.delayMs, () => void this.#handle({ kind: 'wake' }));
      } else await this.#register(effect.expiresSeconds);
  }

  async #register(expiresSeconds: number): Promise<void> {
    await this.#location.settled;
    let answer: RegisterAnswer = { status: 503 };
    for (const server of this.#servers()) {
      answer = await this.#registration.send(expiresSeconds, server);
      this.#learn(server, answer);
      // RFC 3263 §4.3: silence, and 503, are the server's own; the next one may do.
      if (answer.status !== 408 && answer.status !== 503) break;
    }
    await this.#handle({ kind: 'answered', answer });
  }

  /** Whoever took the last one first: it knows our contact, and a connection to it may be there. */
  #servers(): readonly SipFlow[] {
    const servers = this.#location.order();
    const last = servers.find((server) => isDeepStrictEqual(server, this.#server));
    return last ? [last, ...servers.filter((server) => server !== last)] : servers;
  }

  #learn(server: SipFlow, { status, serviceRoutes = [] }: RegisterAnswer): void {
    const isGranted = status >= 200 && status < 300;
    this.#server = isGranted ? server : null;
    const { trunks } = this.#options;
    const { registration } = this.#trunk;
    if (registration?.machine !== this.#machine) return;
    // RFC 3608 §6.1: each 2xx replaces what the one before it said.
    if (isGranted && !isDeepStrictEqual(registration.serviceRoute?.routes ?? [], serviceRoutes)) {
      registration.serviceRoute?.location.stop();
      registration.serviceRoute = trunks.serviceRoute(serviceRoutes, server);
    }
    if (registration.address === server.address) return;
    registration.address = server.address;
    trunks.registrationChanged();
  }
}
