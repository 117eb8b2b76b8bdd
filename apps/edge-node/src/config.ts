/**
 * What this process is told by its environment: typed, frozen, read once by `main.ts`. What the node should *be* (tenants,
 * flows, trunks) is `NodeConfig` and comes from the centre, or from `nodeConfigFile`.
 */
import { spandsp } from '@seatgrid/media/fax/fax-library.ts';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { networkInterfaces, availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import {
  countries,
  defaultCountry,
  knownCountry,
  type Country,
} from '@seatgrid/media/audio/progress/country-tones.ts';
import { rtpCodecsDefault, type AudioCodec } from '@seatgrid/media/sdp/audio-terms.ts';
import { browserCodecsDefault, type BrowserCodec } from '@seatgrid/media/webrtc/browser-codecs.ts';
import { siteNetworksMax } from '@seatgrid/contracts/journal/sound-statement.ts';
import { isBlock } from '@seatgrid/core/connectors/inner-address.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { isDialled } from '@seatgrid/media/sip/dialog/next-hop.ts';
import type { Reach } from '@seatgrid/media/sip/location/locate-servers.ts';
import type { SipListen } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { RelaysAtHand } from './agents/relay-passes.ts';
import { readTlsFiles, type TlsFiles } from './runtime/tls-files.ts';

export interface ProcessConfig {
  /** Folder of ledger, journal, prompts and recordings. */
  readonly dataFolder: string;
  /** The key of the ledger's secrets. */
  readonly ledgerKeyFile: string;
  /** Null: the node runs on its own, from `nodeConfigFile` or its ledger. */
  readonly centreUrl: string | null;
  /** Needed at the first start only. */
  readonly enrolToken: string | null;
  readonly sipAddress: string;
  readonly sipPort: number;
  /** The address phones, trunks and browsers reach this node by. */
  readonly sipAdvertised: string;
  /** An address of the other family of IP, where the node has one: signalling and sound of phones and trunks there. */
  readonly sipSecond: { readonly address: string; readonly advertised: string } | null;
  /** Null where SIP over TLS and secure WebSockets is not spoken. */
  readonly sipTls: TlsFiles | null;
  /** Ports of SIP over TLS, WebSocket and secure WebSocket; 0 where it is not spoken. */
  readonly sipTlsPort: number;
  readonly sipWsPort: number;
  readonly sipWssPort: number;
  /** Name servers asked for the hosts of trunks; null: those of this machine. */
  readonly dnsServers: readonly string[] | null;
  readonly rtpPorts: PortRange;
  readonly webrtcPorts: PortRange;
  /** Whose call progress tones are heard at this node. */
  readonly toneCountry: Country;
  /** What phones and trunks are offered, best first. */
  readonly rtpCodecs: readonly AudioCodec[];
  /** What browsers are answered with where they offer it, best first. */
  readonly browserCodecs: readonly BrowserCodec[];
  /** What browsers reach the node by that cannot do so themselves. */
  readonly relays: RelaysAtHand | null;
  readonly deskAddress: string;
  readonly deskPort: number;
  /** The public URL of the desk socket. */
  readonly deskUrl: string;
  /** Pages that may open a desk socket; null: any page, as the token alone decides. */
  readonly deskOrigins: readonly string[] | null;
  /** Blocks of addresses that are this site: sound that went elsewhere has left it (B-07). */
  readonly siteNetworks: readonly string[];
  /** Where `./seatgrid box watch` writes who is shut out of the box this node runs on; null: no box of ours. */
  readonly boxState: string | null;
  /** The built tenant portal, served to agents while the centre is away. */
  readonly tenantPortalFolder: string;
  readonly localApiPort: number;
  readonly mediaWorkers: number;
  readonly synthesiser: string;
  /** spandsp, as the system finds it, or a path to it; looked for when a fax comes. */
  readonly faxLibrary: string;
  /** A `NodeConfig` as JSON, for a node without a centre. */
  readonly nodeConfigFile: string | null;
  /** Calls in progress at SIGTERM may go on so long. */
  readonly drainSeconds: number;
  /** Ladders of calls are kept so long. */
  readonly ladderDays: number;
  /** A collector of SIP messages such as Homer; null: none. */
  readonly hepCollector: { readonly address: string; readonly port: number } | null;
  /** What tells this node from others there. */
  readonly hepAgentId: number;
  readonly hepPassword: string | null;
  /** Calls the node makes with itself after its start, so that the first real ones are served by warm code; 0: none. */
  readonly rehearsedCalls: number;
  /** Whether events are held against their contract before they are recorded: tests do, a call in service does not pay for it. */
  readonly checksEvents: boolean;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

const builtPortal = fileURLToPath(new URL('../../tenant-portal/build', import.meta.url));

type Environment = Readonly<Record<string, string | undefined>>;

/** Every fault at once, each naming its variable. */
export function readProcessConfig(environment: Environment): Result<ProcessConfig, readonly string[]> {
  const faults: string[] = [];
  const read = new Reader(environment, faults);
  const sipAddress = read.address('SIP_ADDRESS', '0.0.0.0');
  const sipAdvertised = read.address('SIP_ADVERTISED', reachableAddress(sipAddress));
  const deskAddress = read.address('DESK_ADDRESS', '127.0.0.1');
  const deskPort = read.integer('DESK_PORT', 8090, 0, 65_535);
  const centreUrl = read.url('CENTRE_URL', ['http:', 'https:']);
  const deskHost = deskAddress === '0.0.0.0' || deskAddress === '::' ? sipAdvertised : deskAddress;
  const sipTls = read.tlsFiles();
  const [sipTlsPort, sipWssPort] = [read.port('SIP_TLS_PORT'), read.port('SIP_WSS_PORT')];
  // Without them SIP over TLS is spoken by a certificate of the node's own: other nodes know it, phones and browsers do not.
  if (!sipTls && sipWssPort > 0)
    faults.push(`${prefix}SIP_WSS_PORT needs ${prefix}SIP_TLS_CERT and ${prefix}SIP_TLS_KEY`);
  const dataFolder = resolve(read.text('NODE_DATA') ?? './node-data');
  const config: ProcessConfig = {
    dataFolder,
    ledgerKeyFile: resolve(read.text('LEDGER_KEY_FILE') ?? join(dataFolder, 'ledger-key')),
    centreUrl,
    enrolToken: read.text('ENROL_TOKEN') ?? null,
    sipAddress,
    sipPort: read.integer('SIP_PORT', 5060, 1, 65_535),
    sipAdvertised,
    sipSecond: read.secondAddress(sipAddress),
    sipTls,
    sipTlsPort,
    sipWsPort: read.port('SIP_WS_PORT'),
    sipWssPort,
    dnsServers: read.nameServers('DNS_SERVERS'),
    rtpPorts: read.ports('RTP_PORTS', { from: 20_000, to: 29_999 }),
    webrtcPorts: read.ports('WEBRTC_PORTS', { from: 30_000, to: 30_100 }),
    toneCountry: read.country('TONE_COUNTRY', defaultCountry),
    rtpCodecs: read.codecs('RTP_CODECS', rtpCodecsDefault),
    browserCodecs: read.codecs('BROWSER_CODECS', browserCodecsDefault),
    relays: read.relays(),
    deskAddress,
    deskPort,
    deskUrl: read.url('DESK_URL', ['ws:', 'wss:']) ?? `ws://${deskHost}:${deskPort}/desk`,
    deskOrigins: read.list('DESK_ORIGINS'),
    siteNetworks: read.networks('SITE_NETWORKS'),
    boxState: read.text('BOX_STATE') ?? null,
    tenantPortalFolder: resolve(read.text('TENANT_PORTAL_FOLDER') ?? builtPortal),
    localApiPort: read.integer('LOCAL_API_PORT', 8091, 0, 65_535),
    mediaWorkers: read.integer('MEDIA_WORKERS', Math.max(1, availableParallelism() - 1), 1, 64),
    synthesiser: read.text('SYNTHESISER') ?? 'espeak-ng',
    faxLibrary: read.text('FAX_LIBRARY') ?? spandsp,
    nodeConfigFile: read.text('NODE_CONFIG_FILE') ?? null,
    drainSeconds: read.integer('DRAIN_SECONDS', 10, 0, 3_600),
    ladderDays: read.integer('LADDER_DAYS', 7, 1, 366),
    hepCollector: read.endpoint('HEP_COLLECTOR'),
    hepAgentId: read.integer('HEP_AGENT_ID', 1, 0, 0xffff_ffff),
    hepPassword: read.text('HEP_PASSWORD') ?? null,
    rehearsedCalls: read.integer('REHEARSED_CALLS', 2_500, 0, 100_000),
    checksEvents: read.integer('CHECK_EVENTS', 0, 0, 1) === 1,
  };
  if (overlap(config.rtpPorts, config.webrtcPorts))
    faults.push(`${prefix}RTP_PORTS and ${prefix}WEBRTC_PORTS must not overlap`);
  return faults.length > 0 ? failure(faults) : success(Object.freeze(config));
}

const prefix = 'SEATGRID_';

class Reader {
  readonly #environment: Environment;
  readonly #faults: string[];

  constructor(environment: Environment, faults: string[]) {
    this.#environment = environment;
    this.#faults = faults;
  }

  text(name: string): string | undefined {
    const value = this.#environment[prefix + name]?.trim();
    return value === '' ? undefined : value;
  }

  /** `known` are all there are, in the order that stands where none is named. */
  codecs<Codec extends string>(name: string, known: readonly Codec[]): readonly Codec[] {
    const named = this.text(name)?.toLowerCase().split(',');
    if (named === undefined) return known;
    const codecs = named.flatMap((one) => known.find((codec) => codec.toLowerCase() === one) ?? []);
    if (codecs.length === named.length && new Set(codecs).size === codecs.length) return codecs;
    this.#faults.push(`${prefix}${name} must name some of ${known.join()}, each once, not ${named.join()}`);
    return known;
  }

  country(name: string, otherwise: Country): Country {
    const value = this.text(name);
    const country = value === undefined ? otherwise : knownCountry(value);
    if (country === undefined)
      this.#faults.push(`${prefix}${name} must be one of ${countries.join(' ')}, not ${value}`);
    return country ?? otherwise;
  }

  relays(): RelaysAtHand | null {
    const urls = this.list('TURN_URLS');
    const secret = this.text('TURN_SECRET');
    const seconds = this.integer('TURN_SECONDS', 3_600, 60, 86_400);
    if (urls === null || urls.some((url) => !/^turns?:[^\s?]+(\?transport=(udp|tcp))?$/.test(url))) {
      if (urls !== null) this.#faults.push(`${prefix}TURN_URLS must be turn: or turns: addresses, by comma`);
      return null;
    }
    if (secret === undefined) this.#faults.push(`${prefix}TURN_URLS needs ${prefix}TURN_SECRET`);
    return { urls, secret: secret ?? '', seconds };
  }

  list(name: string): readonly string[] | null {
    const value = this.text(name);
    return value === undefined || value === '*' ? null : value.split(',').map((one) => one.trim());
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    this.#faults.push(`${prefix}${name} must be a whole number from ${least} to ${most}, not "${value}"`);
    return fallback;
  }

  /** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`, apart by commas. */
  nameServers(name: string): readonly string[] | null {
    const servers = this.list(name);
    for (const server of servers ?? [])
      if (isIP(server) === 0 && !endpointOf(server))
        this.#faults.push(
          `${prefix}${name} must name IP addresses, with or without a port each, not "${server}"`,
        );
    return servers;
  }

  /** `192.168.7.0/24`, apart by commas; those this machine has an address of, where none is named. */
  networks(name: string): readonly string[] {
    const named = this.list(name);
    if (named === null) return connectedNetworks();
    for (const network of named)
      if (!isBlock(network))
        this.#faults.push(
          `${prefix}${name} must name blocks of addresses such as 192.168.7.0/24, not "${network}"`,
        );
    if (named.length > siteNetworksMax)
      this.#faults.push(`${prefix}${name} names ${named.length} blocks; ${siteNetworksMax} are the most`);
    return named;
  }

  /** 0, which is "not at all", unless one is named. */
  port(name: string): number {
    return this.integer(name, 0, 0, 65_535);
  }

  /** As many certificates as keys, in one order. */
  tlsFiles(): TlsFiles | null {
    const [certificates, keys] = [this.list('SIP_TLS_CERT'), this.list('SIP_TLS_KEY')];
    if (!certificates && !keys) return null;
    if (certificates?.length !== keys?.length) {
      this.#faults.push(`${prefix}SIP_TLS_CERT and ${prefix}SIP_TLS_KEY must name as many files each`);
      return null;
    }
    const authorities = this.text('SIP_TLS_CA') ?? null;
    for (const path of certificates!) this.#readable('SIP_TLS_CERT', path);
    for (const path of keys!) this.#readable('SIP_TLS_KEY', path);
    if (authorities !== null) this.#readable('SIP_TLS_CA', authorities);
    return { certificates: certificates!, keys: keys!, authorities };
  }

  #readable(name: string, path: string): void {
    try {
      readFileSync(path);
    } catch (error) {
      this.#faults.push(`${prefix}${name}: ${(error as Error).message}`);
    }
  }

  ports(name: string, fallback: PortRange): PortRange {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const [from, to] = value.split('-').map(Number);
    if (from !== undefined && to !== undefined && from >= 1 && to <= 65_535 && from <= to)
      return { from, to };
    this.#faults.push(`${prefix}${name} must be a range of ports such as 20000-29999, not "${value}"`);
    return fallback;
  }

  address(name: string, fallback: string): string {
    const value = this.text(name);
    if (value === undefined) return fallback;
    if (isIP(value)) return value;
    this.#faults.push(`${prefix}${name} must be an IP address, not "${value}"`);
    return fallback;
  }

  secondAddress(first: string): ProcessConfig['sipSecond'] {
    const address = this.text('SIP_SECOND_ADDRESS');
    if (address === undefined) return null;
    if (isIP(address) !== 0 && isIP(address) !== isIP(first))
      return { address, advertised: this.address('SIP_SECOND_ADVERTISED', address) };
    this.#faults.push(
      `${prefix}SIP_SECOND_ADDRESS must be an IP address of the other family than ${prefix}SIP_ADDRESS, not "${address}"`,
    );
    return null;
  }

  /** `192.0.2.7:9060`, `[2001:db8::7]:9060`. */
  endpoint(name: string): { readonly address: string; readonly port: number } | null {
    const value = this.text(name);
    if (value === undefined) return null;
    const endpoint = endpointOf(value);
    if (endpoint) return endpoint;
    this.#faults.push(`${prefix}${name} must be an IP address and a port, not "${value}"`);
    return null;
  }

  url(name: string, protocols: readonly string[]): string | null {
    const value = this.text(name);
    if (value === undefined) return null;
    const url = URL.parse(value);
    if (url && protocols.includes(url.protocol)) return value.replace(/\/+$/, '');
    this.#faults.push(`${prefix}${name} must be a URL (${protocols.join(' or ')}), not "${value}"`);
    return null;
  }
}

function endpointOf(text: string): { readonly address: string; readonly port: number } | null {
  const [, inBrackets, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = inBrackets ?? plain ?? '';
  const port = Number(digits);
  return isIP(address) && port >= 1 && port <= 65_535 ? { address, port } : null;
}

/** The address itself, or for "every address" the first one another machine could use. */
/** As this machine has them now. */
function connectedNetworks(): readonly string[] {
  const networks = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ cidr }) => cidr ?? []),
  );
  return networks.slice(0, siteNetworksMax);
}

function reachableAddress(address: string): string {
  if (address !== '0.0.0.0' && address !== '::') return address;
  const [family, loopback] = address === '::' ? ['IPv6', '::1'] : ['IPv4', '127.0.0.1'];
  for (const addresses of Object.values(networkInterfaces()))
    for (const one of addresses ?? []) if (!one.internal && one.family === family) return one.address;
  return loopback!;
}

/** Where SIP over TLS is spoken and nobody gave a certificate, `own` is it. */
export function withOwnCertificate(config: ProcessConfig, own: () => TlsFiles): ProcessConfig {
  return config.sipTlsPort > 0 && !config.sipTls ? { ...config, sipTls: own() } : config;
}

/** Every address and protocol SIP is spoken at. */
export function sipListens(config: ProcessConfig): readonly SipListen[] {
  const { sipAddress, sipAdvertised, sipSecond } = config;
  const tls = config.sipTls && readTlsFiles(config.sipTls);
  const addresses = [{ address: sipAddress, advertisedAddress: sipAdvertised }];
  if (sipSecond) addresses.push({ address: sipSecond.address, advertisedAddress: sipSecond.advertised });
  const ports = [
    ['udp', config.sipPort],
    ['tcp', config.sipPort],
    ['tls', config.sipTlsPort],
    ['ws', config.sipWsPort],
    ['wss', config.sipWssPort],
  ] as const;
  // 0 is any free port for plain SIP, and *not at all* for the others.
  const open = ports.filter(([protocol, port]) => port > 0 || protocol === 'udp' || protocol === 'tcp');
  return open.flatMap(([protocol, port]) =>
    addresses.map((place) => ({ protocol, port, ...place, ...(tls && { tls }) })),
  );
}

/** Whom this node can speak to by itself. */
export function sipReach(config: ProcessConfig): Reach {
  const listens = sipListens(config);
  return {
    protocols: [...new Set(listens.map(({ protocol }) => protocol).filter(isDialled))],
    families: [...new Set(listens.map(({ address }) => isIP(address)))],
  };
}

function overlap(a: PortRange, b: PortRange): boolean {
  return a.from <= b.to && b.from <= a.to;
}
