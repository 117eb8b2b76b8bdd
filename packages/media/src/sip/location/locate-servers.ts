/**
 * Where requests to a host go (RFC 3263 §4): protocol, addresses and ports, found by NAPTR, SRV and address records, whichever of
 * them the host was given without. Asks whoever it is given to ask; orders nothing by chance and remembers nothing.
 */
import { isIP } from 'node:net';
import { sipServersMax } from '../../limits.ts';
import { defaultPorts, flowTo, type DialledProtocol } from '../dialog/next-hop.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import { chooseService, srvName, type ServiceChoice } from './choose-service.ts';
import type { NameAnswer, NameService } from './name-service.ts';
import type { ServerChoice } from './order-servers.ts';

/** A host as somebody wrote it; what is null is for its domain to say. */
export interface ServerTarget {
  readonly host: string;
  readonly port: number | null;
  readonly protocol: DialledProtocol | null;
}

/** What this side can do. */
export interface Reach {
  readonly protocols: readonly DialledProtocol[];
  readonly families: readonly number[];
}

export interface LocatedServers {
  readonly choices: readonly ServerChoice[];
  readonly ttlMs: number;
}

/** §4.1: of several protocols with SRV records and no NAPTR any may be taken: what nobody can listen to comes first. */
const preferred: readonly DialledProtocol[] = ['tls', 'udp', 'tcp'];

export async function locateServers(
  target: ServerTarget,
  reach: Reach,
  names: NameService,
): Promise<LocatedServers> {
  const known = locateAddress(target);
  if (known) return known;
  const search = new Search(target.host, reach, names);
  return search.find(target);
}

/** An address is where it is: nobody has to be asked. §4.1, §4.2: UDP and the default port where none is given. */
export function locateAddress({ host, port, protocol }: ServerTarget): LocatedServers | undefined {
  if (isIP(host) === 0) return undefined;
  const spoken = protocol ?? 'udp';
  const flow = flowTo(spoken, host, port ?? defaultPorts[spoken]);
  return { choices: [{ priority: 0, weight: 0, flows: [flow] }], ttlMs: Infinity };
}

class Search {
  readonly #host: string;
  readonly #reach: Reach;
  readonly #names: NameService;
  #ttlMs = Infinity;

  constructor(host: string, reach: Reach, names: NameService) {
    this.#host = host;
    this.#reach = reach;
    this.#names = names;
  }

  async find({ port, protocol }: ServerTarget): Promise<LocatedServers> {
    const choices =
      // §4.2: with a port there are no SRV records to be asked for.
      port === null ? await this.#byService(protocol) : await this.#byAddress(protocol, port);
    return { choices, ttlMs: this.#ttlMs };
  }

  async #byService(protocol: DialledProtocol | null): Promise<ServerChoice[]> {
    for (const service of await this.#services(protocol)) {
      const records = this.#taken(await this.#names.srv(service.name));
      if (records.length === 0) continue;
      const asked = records
        // RFC 2782: a target of "." means that the service is decidedly not available.
        .filter(({ host }) => host !== '')
        .slice(0, sipServersMax)
        .map(async ({ priority, weight, host, port }) => ({
          priority,
          weight,
          flows: await this.#flows(host, port, service.protocol),
        }));
      return known(await Promise.allSettled(asked)).filter(({ flows }) => flows.length > 0);
    }
    // §4.2: without SRV records the host itself is looked up, and its default port taken.
    return this.#byAddress(protocol, null);
  }

  /** §4.1: a protocol that is named is taken; otherwise the domain's NAPTR records choose, or which SRV records there are. */
  async #services(protocol: DialledProtocol | null): Promise<readonly ServiceChoice[]> {
    const named = (one: DialledProtocol): ServiceChoice => ({
      protocol: one,
      name: srvName(one, this.#host),
    });
    if (protocol) return [named(protocol)];
    const { protocols } = this.#reach;
    const chosen = chooseService(this.#taken(await this.#names.naptr(this.#host)), protocols);
    return chosen ? [chosen] : preferred.filter((one) => protocols.includes(one)).map(named);
  }

  async #byAddress(protocol: DialledProtocol | null, port: number | null): Promise<ServerChoice[]> {
    const spoken = protocol ?? 'udp';
    const flows = await this.#flows(this.#host, port ?? defaultPorts[spoken], spoken);
    return flows.length === 0 ? [] : [{ priority: 0, weight: 0, flows }];
  }

  /** IPv4 before IPv6, since every node speaks it; none of a family that is not spoken here. */
  async #flows(host: string, port: number, protocol: DialledProtocol): Promise<SipFlow[]> {
    const addresses = this.#taken(await this.#names.addresses(host))
      .filter((address) => this.#reach.families.includes(isIP(address)))
      .toSorted((a, b) => isIP(a) - isIP(b))
      .slice(0, sipServersMax);
    // §4.1, RFC 5922 §7.1: a certificate must prove the domain that was asked for, whatever DNS made of it.
    return addresses.map((address) => flowTo(protocol, address, port, this.#host));
  }

  #taken<R>({ records, ttlMs }: NameAnswer<R>): readonly R[] {
    this.#ttlMs = Math.min(this.#ttlMs, ttlMs);
    return records;
  }
}

/** What could be found out; rejects where that is nothing, though there was something to find. */
function known(outcomes: readonly PromiseSettledResult<ServerChoice>[]): ServerChoice[] {
  const found = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed && found.length === 0) throw failed.reason;
  return found;
}
