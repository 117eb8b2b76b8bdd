/**
 * B-09, B-10: a node in somebody else's network: private addresses, a domain of its own, a router that gives each flow a port by chance,
 * and a thin line. It comes to the centre and to its carrier by itself, and nobody can come to it who was not asked.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { CentredNodes } from './centred-nodes.ts';
import { FixtureConfig, phonePassword } from './fixture-config.ts';
import { lineTo, NetPlaces, type NetParty, type NetPlace } from './net-places.ts';
import { NodeProcess } from './node-process.ts';
import type { CallHeard, DeskHeard } from './site-acts.ts';
import { agentHz, callerHz, outsideHz } from './tones.ts';
import { until } from './until.ts';

const account = { username: '4008001', password: 'between-us-only', domain: 'carrier.example' };
const network = '192.168.44';
const [nodeAddress, gateway, deskPhone] = [`${network}.10`, `${network}.20`, `${network}.30`] as const;

let places: NetPlaces | undefined;
let all: CentredNodes;
let hotline: string;
/** Leads to a menu, and from there to the queue. */
let menuNumber: string;
let node: NodeProcess;
let router: NetPlace;
let site: NetPlace;
let centrePlace: NetPlace;
let carrierPlace: NetPlace;
let carrier: NetParty;
let desk: NetParty;
let farNode: NodeProcess | undefined;
let farDesk: NetParty | undefined;
const parties: NetParty[] = [];

beforeAll(async () => {
  places = NetPlaces.open(['ip', 'nft', 'tc', 'tshark', 'dnsmasq', 'wg', 'wireguard-go', 'kamailio', 'rtpengine']);
  if (!places) return;
  [centrePlace, carrierPlace] = [places.add('c'), places.add('k')];
  ({ router, inside: site } = places.addBehindNat('n', {
    network,
    hosts: [10, 20, 30],
    names: [
      ['pbx.branch.example', nodeAddress],
      ['centre.seatgrid.example', centrePlace.address],
      ['sip.carrier.example', carrierPlace.address],
    ],
  }));
  carrier = carrierPlace.party('carrier', carrierPlace.address, account.domain, account.username, account.password, router.address);
  all = await CentredNodes.start([], 2, { place: centrePlace, phonePassword });
  await makeNumbers();
  const { port } = await carrier.next<{ port: number }>();
  const { nodeId, token } = await all.enrol('Branch', { name: 'Callers', sources: [gateway] });
  await all.addTrunk(nodeId, {
    name: 'Carrier',
    sources: [],
    target: { host: 'sip.carrier.example', port, protocol: 'udp' },
    account: { ...account, realm: '', registers: true, expiresSeconds: 60 },
    isProbed: true,
  });
  node = await NodeProcess.start(new FixtureConfig(), {
    ...ownPorts(nodeAddress),
    SEATGRID_ENROL_TOKEN: token,
    SEATGRID_DESK_URL: 'ws://pbx.branch.example:8090/desk',
  }, { place: site });
  await all.isTold(nodeId);
  const inspect = await site.door('127.0.0.1', Number(new URL(node.ready.localApi).port));
  await until('the registration with the carrier', async () => (await (await fetch(`http://127.0.0.1:${inspect}/inspect`)).text()).includes('"registered"'), 30_000);
  // The agent signs in at the centre from the site, and at the desk by the site's own name for it.
  const fromSite = await site.door('centre.seatgrid.example', all.centre.port);
  const pass = await all.agents[0]!.pass(`http://127.0.0.1:${fromSite}`);
  expect(pass.desks.map(({ deskUrl }) => deskUrl)).toEqual(['ws://pbx.branch.example:8090/desk']);
  desk = site.party('desk', pass.desks[0]!.deskUrl, pass.token);
  expect(await desk.next()).toEqual({ isReady: true });
}, 180_000); // prettier-ignore
afterEach(async () => {
  for (const party of parties.splice(0)) {
    party.end();
    await party.ended();
  }
});
afterAll(async () => {
  desk?.end();
  farDesk?.end();
  await farNode?.close();
  await node?.close();
  await all?.close();
  await places?.close();
});

/** Where no other node is: the ports a node has by itself. */
const ownPorts = (address: string) => ({
  SEATGRID_NODE_CONFIG_FILE: '',
  SEATGRID_CENTRE_URL: `http://centre.seatgrid.example:${all.centre.port}`,
  SEATGRID_SIP_ADDRESS: address,
  SEATGRID_SIP_PORT: '5060',
  SEATGRID_DESK_ADDRESS: address,
  SEATGRID_DESK_PORT: '8090',
});

async function makeNumbers(): Promise<void> {
  const { number, queueId } = await all.queue();
  hotline = number;
  const welcome = [{ kind: 'text' as const, text: { en: 'Press one for service' } }];
  const flowId = await all.flow('Menu', 'menu', {
    menu: { kind: 'menu', welcome, prompt: welcome, invalid: [], choices: { '1': { label: 'Service', next: 'wait' } }, timeoutMs: 20_000, attempts: 3, otherwise: 'bye' },
    wait: { kind: 'enqueue', queueId },
    bye: { kind: 'hang-up', say: [] },
  });
  menuNumber = await all.number({ kind: 'flow', flowId });
} // prettier-ignore

function at(place: NetPlace, ...words: string[]): NetParty {
  const party = place.party(...words);
  parties.push(party);
  return party;
}

const overTrunk = (number: string, ...keys: string[]) => fromOutside('call', number, ...keys);
const fromOutside = (act: 'call' | 'listener', number: string, ...keys: string[]) =>
  at(carrierPlace, act, carrierPlace.address, `${carrierPlace.address}:5060`, number, ...keys);
const atSite = (number: string, ...keys: string[]) =>
  at(site, 'call', gateway, `${nodeAddress}:5060`, number, ...keys);

/** Packets of the site's line to the world: whence, whither, protocol, ports, octets. */
const capture = () =>
  places!.world.capture(lineTo('n'), 'ip', [
    'ip.src',
    'ip.dst',
    'ip.proto',
    'tcp.srcport',
    'tcp.dstport',
    'frame.len',
  ]);
const isWith =
  ({ address }: NetPlace) =>
  ([from, to]: readonly string[]) =>
    from === address || to === address;

async function served(caller: NetParty, calledNumber: string): Promise<CallHeard> {
  expect(await desk.next<DeskHeard>()).toMatchObject({
    heard: [callerHz],
    number: '13800138000',
    calledNumber,
  });
  expect(await caller.next()).toEqual({ heard: [agentHz] });
  caller.end();
  return (await caller.ended()) as CallHeard;
}

test('B-09: behind NAT, callers of the site and of the carrier reach agents and menus, and only signalling goes to the centre', async ({ skip }) => {
  if (!places) return skip('no network namespaces');
  const seen = await capture();
  const ways = [[atSite, hotline], [atSite, menuNumber, '1'], [overTrunk, hotline], [overTrunk, menuNumber, '1']] as const;
  for (const [way, number, ...keys] of ways) await served(way(number, ...keys), number);
  // And out: a desk phone of the site, over the carrier's trunk.
  const phone = at(site, 'phone', deskPhone, `${nodeAddress}:5060`, 'acme.seatgrid', '8002', '13911112222');
  expect(await phone.next()).toEqual({ status: 200 });
  expect(await carrier.next()).toEqual({ number: '13911112222', heard: [agentHz] });
  expect(await phone.next()).toEqual({ heard: [outsideHz] });
  phone.end();
  expect(await carrier.next()).toEqual({ ended: '13911112222' });

  const packets = await seen();
  const toCentre = packets.filter(isWith(centrePlace));
  // TCP to the one port of the centre; whatever else passed the line was the carrier's, and nobody outside saw an address of the site.
  expect(toCentre.length).toBeGreaterThan(0);
  expect(toCentre.filter(([, , protocol, ...ports]) => protocol !== '6' || !ports.slice(0, 2).includes(String(all.centre.port)))).toEqual([]);
  const others = packets.filter((packet) => !isWith(centrePlace)(packet));
  expect(others.filter((packet) => !isWith(carrierPlace)(packet) || !isWith(router)(packet))).toEqual([]);
}, 120_000); // prettier-ignore

test('B-10: over 512 kbit/s up and 2 Mbit/s down agents serve the carrier’s callers, several at a time, and the site’s own while the line is full', async ({ skip }) => {
  if (!places) return skip('no network namespaces');
  places.thin('n', 2_048);
  router.thinOutwards(512);
  await until('the calls before to be over', () => node.eventsOf('call.ended').length === node.eventsOf('call.started').length);
  const before = node.eventsOf('call.ended').length;
  const [seen, beganMs] = [await capture(), performance.now()];
  // Two listen to the menu while a third is served.
  const listeners = [fromOutside('listener', menuNumber), fromOutside('listener', menuNumber)];
  for (const listener of listeners) await listener.next();
  const outside = await served(overTrunk(menuNumber, '1'), menuNumber);
  for (const listener of listeners) listener.end();
  const heard = [outside, ...(await Promise.all(listeners.map((one) => one.ended() as Promise<CallHeard>)))];
  const flood = site.party('speak', '0.0.0.0:9999', `${carrierPlace.address}:9998`, '100', '1300', '60000');
  await flood.begun();
  const own = await served(atSite(hotline), hotline);
  flood.end();
  const calls = 4;
  await until('the calls to be told', () => node.eventsOf('call.ended').length === before + calls);
  await until('the centre to know of all', async () => (await all.administrator.call('GET /api/calls', { query: { limit: 50 } })).items.length === before + calls, 30_000);
  const seconds = (performance.now() - beganMs) / 1_000;
  const octets = (await seen()).filter(isWith(centrePlace)).reduce((sum, packet) => sum + Number(packet[5]), 0);
  console.log(`over 512 kbit/s up: set up in ${heard.map(({ setUpMs }) => setUpMs).join(', ')} ms, ${heard.map(({ lost, came }) => `${lost} of ${came + lost}`).join(', ')} packets lost; at the site beside a full line in ${own.setUpMs} ms, ${own.lost} of ${own.came + own.lost}; with the centre ${((octets * 8) / seconds / 1_000).toFixed(1)} kbit/s, both ways`);
  for (const { lost, came } of heard) expect(lost).toBeLessThan(came / 50);
  expect(own.lost).toBe(0);
  expect((octets * 8) / seconds).toBeLessThan(32_000);
}, 120_000); // prettier-ignore

/** Names of interfaces are names of files too, which places share. */
const tunnelName = (letter: string) => `sg${letter}${process.pid % 100_000}`;

/** The tunnel's end at a place: `peers` by their key, where they are (null: they come to us), and what lies behind them. */
function tunnel(place: NetPlace, letter: string, address: string, peers: readonly [key: string, endpoint: string | null, networks: string][]): void {
  const name = tunnelName(letter);
  place.spawn(['wireguard-go', '-f', name]);
  const words = peers.flatMap(([key, endpoint, networks]) => ['peer', key, ...(endpoint ? ['endpoint', endpoint, 'persistent-keepalive', '5'] : []), 'allowed-ips', networks]);
  place.run('sh', '-c', `for tries in $(seq 100); do [ -S /var/run/wireguard/${name}.sock ] && exit 0; sleep 0.1; done; exit 1`);
  place.run('wg', 'set', name, 'listen-port', '51820', 'private-key', join(all.folder, `${name}.key`), ...words);
  place.run('ip', 'address', 'add', address, 'dev', name);
  place.run('ip', 'link', 'set', 'dev', name, 'mtu', '1420', 'up');
  for (const network of peers.flatMap(([, , networks]) => networks.split(','))) place.run('ip', 'route', 'replace', network, 'dev', name);
} // prettier-ignore

/** Its public half. */
function keyOf(letter: string): string {
  const file = join(all.folder, `${tunnelName(letter)}.key`);
  const key = execFileSync('wg', ['genkey']);
  writeFileSync(file, key, { mode: 0o600 });
  return execFileSync('wg', ['pubkey'], { input: key }).toString().trim();
}

test('B-09: a caller of one site is served by an agent of another, both behind NAT, through the sites’ tunnel, and heard at both ends', async ({ skip }) => {
  if (!places) return skip('no network namespaces');
  const farNetwork = '192.168.55';
  const hub = places.add('h');
  hub.run('sysctl', '-qw', 'net.ipv4.ip_forward=1');
  const { inside: far } = places.addBehindNat('f', { network: farNetwork, hosts: [10], names: [['centre.seatgrid.example', centrePlace.address]] });
  const keys = { hub: keyOf('h'), near: keyOf('a'), far: keyOf('f') };
  const at51820 = `${hub.address}:51820`;
  tunnel(hub, 'h', '10.99.0.1/24', [[keys.near, null, `10.99.0.2/32,${network}.0/24`], [keys.far, null, `10.99.0.3/32,${farNetwork}.0/24`]]);
  tunnel(site, 'a', '10.99.0.2/24', [[keys.hub, at51820, `10.99.0.1/32,${farNetwork}.0/24`]]);
  tunnel(far, 'f', '10.99.0.3/24', [[keys.hub, at51820, `10.99.0.1/32,${network}.0/24`]]);
  const { nodeId, token } = await all.enrol('Far', { name: 'Callers', sources: [`${farNetwork}.20`] });
  farNode = await NodeProcess.start(new FixtureConfig(), { ...ownPorts(`${farNetwork}.10`), SEATGRID_ENROL_TOKEN: token }, { place: far });
  await all.isTold(nodeId);
  const pass = await all.agents[1]!.pass();
  farDesk = far.party('desk', `ws://${farNetwork}.10:8090/desk`, pass.token);
  expect(await farDesk.next()).toEqual({ isReady: true });

  const first = atSite(hotline);
  expect(await desk.next<DeskHeard>()).toMatchObject({ heard: [callerHz] });
  const seen = await capture();
  const second = overTrunk(hotline);
  expect(await farDesk.next<DeskHeard>()).toMatchObject({ heard: [callerHz], number: '13800138000', calledNumber: hotline });
  expect(await second.next()).toEqual({ heard: [agentHz] });
  for (const caller of [second, first]) {
    caller.end();
    await caller.ended();
  }
  const packets = await seen();
  const elsewhere = packets.filter((packet) => ![centrePlace, carrierPlace, hub].some((place) => isWith(place)(packet)));
  expect(elsewhere).toEqual([]);
  expect(packets.filter((packet) => isWith(centrePlace)(packet) && packet[2] !== '6')).toEqual([]);
}, 120_000); // prettier-ignore
