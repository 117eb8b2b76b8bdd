/** The settings of `up`, read from its words; what cannot be is refused here with the cure. */
import { networkInterfaces } from 'node:os';
import { randomInt } from 'node:crypto';
import { statfsSync, mkdirSync } from 'node:fs';
import { Obstacle, type Option, type Words } from '../command-line.ts';
import * as checks from '../checks.ts';
import {
  dataOption,
  type Installation,
  type ProcessName,
  type RunState,
  type Secrets,
} from './installation.ts';
import { freeBlock, freePort, tryBind, type PortWish } from './ports.ts';

export const settingOptions = {
  data: dataOption,
  port: { summary: 'HTTP port of the portals and the API', value: 'PORT', fallback: '8080', environment: 'SEATGRID_PORT', check: checks.portNumber },
  'sip-port': { summary: 'SIP port, UDP and TCP', value: 'PORT', fallback: '5060', environment: 'SEATGRID_SIP_PORT', check: checks.portNumber },
  'desk-port': { summary: 'port of the agents’ live connection to the node', value: 'PORT', fallback: '8090', environment: 'SEATGRID_DESK_PORT', check: checks.portNumber },
  'rtp-ports': { summary: 'UDP ports for sound; without it a free block of a thousand from 20000 up is taken and kept', value: 'FROM-TO', environment: 'SEATGRID_RTP_PORTS', check: checks.portRange },
  address: { summary: 'address to listen on; 0.0.0.0 for every interface of this machine', value: 'ADDRESS', fallback: '127.0.0.1', environment: 'SEATGRID_ADDRESS', check: checks.ipAddress },
  'public-address': { summary: 'address told to phones and browsers, where it differs', value: 'ADDRESS', environment: 'SEATGRID_PUBLIC_ADDRESS', check: checks.ipAddress },
} as const satisfies Record<string, Option>; // prettier-ignore

const freeMegabytesMin = 500;

export function requireDisk(installation: Installation): number {
  mkdirSync(installation.folder, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = statfsSync(installation.folder);
  const megabytes = Math.floor((bavail * bsize) / 1_000_000);
  if (megabytes < freeMegabytesMin)
    throw new Obstacle(`the disk below ${installation.folder} has ${megabytes} MB free; at least ${freeMegabytesMin} MB are needed`, 'free some, or keep the data elsewhere: --data DIR'); // prettier-ignore
  return megabytes;
}

/** What the words ask for; what they leave open stays as it runs, and media keep their block. Nothing is started or written. */
export async function readSettings(
  words: Words,
  before: RunState | undefined,
  running: ReadonlySet<ProcessName>,
): Promise<RunState> {
  const runningAs = (name: ProcessName) => (running.has(name) ? before : undefined);
  const port = (name: string, now: number | undefined) =>
    now !== undefined && !words.has(name) ? now : words.number(name);
  const somewhere = running.size > 0 && !words.has('address') ? before?.address : undefined;
  const address = somewhere ?? words.text('address');
  const told = running.has('node') && !words.has('address') ? before?.publicAddress : undefined;
  const kept = before && (running.has('node') || (await isOurs(before))) ? keptBlock(before) : undefined;
  const rtp =
    words.optional('rtp-ports') ?? kept ?? (await newBlock(port('sip-port', runningAs('node')?.ports.sip)));
  const [from, to] = rtp.split('-').map(Number) as [number, number];
  // The last tenth of the block is the browsers'; the first port is the local API's, on TCP.
  const webrtcFrom = to - Math.max(1, Math.floor((to - from + 1) / 10)) + 1;
  return {
    schema: 1,
    address,
    publicAddress:
      words.optional('public-address') ?? told ?? (address === '0.0.0.0' ? outsideAddress() : address),
    ports: {
      web: port('port', runningAs('centre')?.ports.web),
      sip: port('sip-port', runningAs('node')?.ports.sip),
      desk: port('desk-port', runningAs('node')?.ports.desk),
      local: before?.ports.rtp.from === from ? before.ports.local : await freePort('tcp', '127.0.0.1', from),
      rtp: { from: from + (from % 2), to: webrtcFrom - 1 },
      webrtc: { from: webrtcFrom, to },
    },
    hasDemo: !words.has('no-demo'),
    processes: {},
  };
}

const keptBlock = (before: RunState | undefined) =>
  before && `${before.ports.rtp.from}-${before.ports.webrtc.to}`;

/** Whether the block of the last run is still free: another installation may have taken it meanwhile. */
const isOurs = async ({ ports }: RunState) => (await tryBind('tcp', '127.0.0.1', ports.local)) === undefined;

async function newBlock(sipPort: number): Promise<string> {
  const from = await freeBlock(sipPort);
  return `${from}-${from + 999}`;
}

function outsideAddress(): string {
  const found = Object.values(networkInterfaces())
    .flat()
    .find((entry) => entry?.family === 'IPv4' && !entry.internal);
  return found?.address ?? '127.0.0.1';
}

/** Where what runs differs from what is asked; what does not run may change. */
export function differences(before: RunState, wanted: RunState, running: ReadonlySet<ProcessName>): string[] {
  const rows: [ProcessName, string, unknown, unknown][] = [
    ['centre', '--address', before.address, wanted.address],
    ['centre', '--port', before.ports.web, wanted.ports.web],
    ['node', '--address', before.address, wanted.address],
    ['node', '--public-address', before.publicAddress, wanted.publicAddress],
    ['node', '--sip-port', before.ports.sip, wanted.ports.sip],
    ['node', '--desk-port', before.ports.desk, wanted.ports.desk],
    ['node', '--rtp-ports', keptBlock(before), keptBlock(wanted)],
  ];
  return rows
    .filter(([name, , now, then]) => running.has(name) && now !== then)
    .map(([, flag, now, then]) => `${flag} is ${now}, not ${then}`);
}

export function centrePorts(state: RunState): PortWish[] {
  return [
    {
      protocol: 'tcp',
      port: state.ports.web,
      address: state.address,
      purpose: 'the portals and the API',
      flag: '--port',
    },
  ];
}

export function nodePorts(state: RunState): PortWish[] {
  const sip = { port: state.ports.sip, address: state.address, purpose: 'SIP', flag: '--sip-port' };
  return [
    { protocol: 'udp', ...sip },
    { protocol: 'tcp', ...sip },
    { protocol: 'tcp', port: state.ports.desk, address: state.address, purpose: 'the agents’ desks', flag: '--desk-port' },
    { protocol: 'tcp', port: state.ports.local, address: '127.0.0.1', purpose: 'the node’s local API', flag: '--rtp-ports', spans: 1_000 },
  ]; // prettier-ignore
}

/**
 * Drawn once per data folder and told by `up` and `status`: an installation opened to a network must not be open to everyone
 * who has read this file.
 */
export function drawSecrets(): Secrets {
  return {
    schema: 1,
    operator: {
      email: 'operator@seatgrid.example',
      password: `demo-${syllables(4)}-${randomInt(1_000, 9_999)}`,
    },
    demoPassword: `demo-${syllables(3)}-${randomInt(1_000, 9_999)}`,
    phonePassword: `phone-${syllables(4)}`,
  };
}

/** Sayable and typeable: no letter that looks like another. */
function syllables(count: number): string {
  const one = () => 'bdfghkmnprstvz'[randomInt(14)]! + 'aeiu'[randomInt(4)]!;
  return Array.from({ length: count }, one).join('');
}
