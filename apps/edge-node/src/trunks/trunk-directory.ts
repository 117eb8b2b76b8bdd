/** The carriers' lines into this node: who is believed by address, where outgoing calls go, how many channels are in use. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { TenantId, TrunkId } from '@seatgrid/core/kernel/ids.ts';
import { calledNumberFor, numberFor, toE164 } from '@seatgrid/core/numbers/number-format.ts';
import { hasFreeChannel, type TrunkDirection } from '@seatgrid/core/numbers/trunk-channels.ts';
import { TrunkHealth, type TrunkHealthInput } from '@seatgrid/core/numbers/trunk-health.ts';
import type { TrunkPulse } from '@seatgrid/contracts/realtime/trunk-pulse.ts';
import type { NodeConfig, TrunkAccount, TrunkConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { ServerTarget } from '@seatgrid/media/sip/location/locate-servers.ts';
import type { RegistrationMachine } from '@seatgrid/media/sip/user-agent/registration-machine.ts';
import type { SipFlow } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { trunkHealthLimits } from '../limits.ts';
import { AddressBlocks } from './address-block.ts';
import { openServiceRoute, type ServiceRoute } from './service-route.ts';
import { ServerLocation, type LocationServices } from './server-location.ts';

export interface TrunkRegistered {
  readonly machine: RegistrationMachine;
  /** Where the carrier's registrar is. */
  address: string | null;
  /** By which proxies the carrier wants our calls to come (RFC 3608). */
  serviceRoute: ServiceRoute | null;
}

export class TrunkAtNode {
  config: TrunkConfig;
  health: TrunkHealth;
  /** Of the target; null where the trunk only brings calls. */
  location: ServerLocation | null = null;
  /** Set by the registrar while the trunk is to be registered. */
  registration: TrunkRegistered | null = null;
  /** Told what calls learnt of the far side; set by the watch. */
  onExperience: (input: TrunkHealthInput) => void = () => {};
  #sources: AddressBlocks;
  /** Of the target: what stands in a URI behind the user. */
  #uriEnd: string | null = null;
  readonly inUse: Record<TrunkDirection, number> = { inbound: 0, outbound: 0 };

  constructor(config: TrunkConfig, nowMs: number) {
    this.config = config;
    this.health = new TrunkHealth(trunkHealthLimits, nowMs);
    this.#sources = new AddressBlocks(config.sources);
  }

  get id(): TrunkId {
    return this.config.id;
  }

  /** Where a number is called over this trunk, or with '' the trunk itself is asked. */
  uri(user: string): string {
    const name = user === '' ? '' : `${user.includes('#') ? user.replaceAll('#', '%23') : user}@`;
    return `sip:${name}${(this.#uriEnd ??= this.#endOfUri())}`;
  }

  #endOfUri(): string {
    const { host, port, protocol } = this.config.target!;
    const uriHost = host.includes(':') ? `[${host}]` : host;
    // RFC 3263 §4: what stands in the URI is not looked up any more, by nobody on the way.
    const uriPort = port === null ? '' : `:${port}`;
    return `${uriHost}${uriPort}${protocol && protocol !== 'udp' ? `;transport=${protocol}` : ''}`;
  }

  hasFreeChannel(direction: TrunkDirection): boolean {
    return hasFreeChannel(this.config, this.inUse, direction);
  }

  pulse(): TrunkPulse {
    const { state, sinceMs } = this.health;
    const registration = this.registration?.machine.state;
    const known = registration === undefined || registration === 'over' ? {} : { registration };
    return { trunkId: this.id, state, sinceMs, ...this.inUse, ...known };
  }

  /** Nobody answers there, or the carrier does not know us at present. */
  get isDown(): boolean {
    return this.health.state === 'down' || this.registration?.machine.state === 'failed';
  }

  /** The carrier's domain, in which we are its account. */
  get domain(): string {
    return this.config.account?.domain || (this.config.target?.host ?? '');
  }

  /** Where its calls go first, and by which proxies: those that the registration named, or the target itself. */
  get way(): { readonly location: ServerLocation | null; readonly routes: readonly string[] } {
    return this.registration?.serviceRoute ?? { location: this.location, routes: [] };
  }

  /** The user part of our contact there: the same after a restart, and not to be guessed by whoever was not told it. */
  get contactUser(): string {
    const { account, id } = this.config;
    return createHash('sha256')
      .update(`${id} ${account?.username} ${account?.password}`)
      .digest('hex')
      .slice(0, 24);
  }

  /** Whether outside calls of this tenant may leave on it. */
  isFor(tenantId: TenantId): boolean {
    return this.config.tenantIds?.includes(tenantId) ?? true;
  }

  // Numbers as the carrier writes them, and as everything inside means them.

  read(written: string): string {
    const { numberFormat } = this.config;
    return (numberFormat && toE164(written, numberFormat)) ?? written;
  }

  writeCalled(number: string): string {
    const { numberFormat } = this.config;
    return numberFormat ? calledNumberFor(number, numberFormat) : number;
  }

  writeCaller(number: string): string {
    const { numberFormat } = this.config;
    return numberFormat ? numberFor(number, numberFormat) : number;
  }

  apply(config: TrunkConfig, locate: (target: ServerTarget) => ServerLocation, nowMs: number): void {
    const isElsewhere = !isDeepStrictEqual(config.target, this.config.target);
    // Another far side, of which nothing is known.
    if (isElsewhere) this.health = new TrunkHealth(trunkHealthLimits, nowMs);
    if (isElsewhere || !this.location) {
      this.location?.stop();
      this.location = config.target && locate(config.target);
    }
    this.config = config;
    this.#uriEnd = null;
    this.#sources = new AddressBlocks(config.sources);
  }

  believes(address: string): boolean {
    return this.#sources.has(address) || this.registration?.address === address;
  }
}

export class TrunkDirectory {
  readonly #services: LocationServices;
  #trunks = new Map<TrunkId, TrunkAtNode>();
  /** Source addresses seen, since each call asks twice. */
  #byAddress = new Map<string, TrunkAtNode | null>();

  constructor(services: LocationServices) {
    this.#services = services;
  }

  apply(config: NodeConfig): void {
    const nowMs = this.#services.clock.nowMs();
    const locate = (target: ServerTarget) => new ServerLocation(target, this.#services);
    const before = this.#trunks;
    this.#byAddress = new Map();
    this.#trunks = new Map();
    for (const trunkConfig of config.trunks) {
      const trunk = before.get(trunkConfig.id) ?? new TrunkAtNode(trunkConfig, nowMs);
      trunk.apply(trunkConfig, locate, nowMs);
      this.#trunks.set(trunk.id, trunk);
    }
    for (const trunk of before.values()) if (!this.#trunks.has(trunk.id)) trunk.location?.stop();
  }

  close(): void {
    for (const trunk of this.#trunks.values()) trunk.location?.stop();
  }

  all(): Iterable<TrunkAtNode> {
    return this.#trunks.values();
  }

  byId(id: string): TrunkAtNode | undefined {
    return this.#trunks.get(id as TrunkId);
  }

  /** A call to the contact a trunk registered, from where it registered it or from one of its sources. */
  byContact(user: string, address: string): TrunkAtNode | undefined {
    for (const trunk of this.#trunks.values())
      if (trunk.registration && trunk.contactUser === user && trunk.believes(address)) return trunk;
    return undefined;
  }

  serviceRoute(routes: readonly string[], registrar: SipFlow): ServiceRoute | null {
    return openServiceRoute(routes, registrar, this.#services);
  }

  /** Where registrars are is learnt while others call. */
  registrationChanged(): void {
    this.#byAddress.clear();
  }

  byAddress(address: string): TrunkAtNode | undefined {
    let trunk = this.#byAddress.get(address);
    if (trunk === undefined) {
      trunk = null;
      for (const one of this.#trunks.values())
        if (one.believes(address)) {
          trunk = one;
          break;
        }
      // Bounded, as anybody may send from anywhere.
      if (this.#byAddress.size > 10_000) this.#byAddress.clear();
      this.#byAddress.set(address, trunk);
    }
    return trunk ?? undefined;
  }

  /** Trunks that lead this tenant outwards, in the order they are configured. */
  outgoing(tenantId: TenantId): readonly TrunkAtNode[] {
    const trunks: TrunkAtNode[] = [];
    for (const trunk of this.#trunks.values())
      if (trunk.config.target !== null && trunk.isFor(tenantId)) trunks.push(trunk);
    return trunks;
  }
}

/** A realm that is not the carrier's is not told who we are. */
export function credentialsFor(
  { realm: own, username, password }: TrunkAccount,
  realm: string,
): { readonly username: string; readonly password: string } | undefined {
  return own === '' || own === realm ? { username, password } : undefined;
}
