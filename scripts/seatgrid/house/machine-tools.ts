/** Tools the machine must bring (not npm): which are there, and installing the rest with apt where we may. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand, type CommandResult } from './run-command.ts';

export interface MachineTool {
  /** The Debian package, and the program (or file) that shows it is there. */
  readonly package: string;
  readonly shows: string;
  /** What is missing without it. */
  readonly purpose: string;
}

export const speechTool: MachineTool = { package: 'espeak-ng', shows: 'espeak-ng', purpose: 'spoken menus' };
/** Loaded by a process of its own when a fax comes; `shows` is what Debian's package has beside the library, whatever the machine. */
export const faxTool: MachineTool = {
  package: 'libspandsp2',
  shows: '/usr/share/doc/libspandsp2',
  purpose: 'receiving faxes',
};
export const boxTools: readonly (MachineTool & { readonly isForTunnel?: true })[] = [
  { package: 'nftables', shows: 'nft', purpose: 'the filter of a branch box' },
  { package: 'iproute2', shows: 'tc', purpose: 'the order of what leaves it' },
  { package: 'wireguard-tools', shows: 'wg', purpose: 'its tunnel', isForTunnel: true },
];
export const testTools: readonly MachineTool[] = [
  speechTool,
  faxTool,
  { package: 'libtiff-tools', shows: 'tiffcp', purpose: 'reading faxes with a foreign program' },
  { package: 'poppler-utils', shows: 'pdfimages', purpose: 'the same of faxes as PDF' },
  { package: 'sip-tester', shows: 'sipp', purpose: 'SIPp as caller and SIP agent' },
  { package: 'kamailio', shows: 'kamailio', purpose: 'a carrier that registers and asks for proofs' },
  {
    package: 'kamailio-tls-modules',
    shows: '/usr/share/doc/kamailio-tls-modules',
    purpose: 'the same carrier over TLS',
  },
  { package: 'dnsmasq-base', shows: 'dnsmasq', purpose: 'a name server that lists a carrier’s servers' },
  { package: 'baresip', shows: 'baresip', purpose: 'a real desk phone' },
  { package: 'linphone-cli', shows: 'linphonec', purpose: 'a real desk phone of another make' },
  ...boxTools,
  {
    package: 'wireguard-go',
    shows: 'wireguard-go',
    purpose: 'a branch box’s tunnel where the kernel has none',
  },
  { package: 'coturn', shows: 'turnserver', purpose: 'a relay for browsers' },
  { package: 'tshark', shows: 'tshark', purpose: 'reading ladders with a foreign program' },
  { package: 'rtpengine-daemon', shows: 'rtpengine', purpose: 'a relay with SRTP in the path of sound' },
  { package: 'openssl', shows: 'openssl', purpose: 'certificates for a while' },
  { package: 'redis-server', shows: 'redis-server', purpose: 'the bus against a real Redis' },
  { package: 'mariadb-server-core', shows: 'mariadbd', purpose: 'connectors against a real MariaDB' },
  { package: 'mariadb-client-core', shows: 'my_print_defaults', purpose: 'what makes its folder' },
  {
    package: 'rabbitmq-server',
    shows: '/usr/lib/rabbitmq/bin/rabbitmq-server',
    purpose: 'connectors against real middleware',
  },
  { package: 'chromium', shows: 'chromium', purpose: 'a real browser (else the one from npm)' },
  { package: 'fonts-noto-cjk', shows: '/usr/share/fonts/opentype/noto', purpose: 'Chinese in screenshots' },
  { package: 'sox', shows: 'sox', purpose: 'reading recordings with a foreign program' },
  {
    package: 'libsox-fmt-mp3',
    shows: '/usr/share/doc/libsox-fmt-mp3',
    purpose: 'reading MP3 recordings with it',
  },
];

export function isHere(tool: MachineTool): boolean {
  return findProgram(tool.shows) !== undefined;
}

export function findProgram(name: string): string | undefined {
  const places = name.startsWith('/')
    ? [name]
    : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return places.find((path) => {
    try {
      accessSync(path, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** `apt-get …` as this person may run it; undefined where there is no apt or no right to it. */
function aptCommand(): string[] | undefined {
  if (!findProgram('apt-get')) return undefined;
  if (process.getuid?.() === 0) return ['apt-get'];
  const maySudo = findProgram('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return maySudo ? ['sudo', '-n', 'apt-get'] : undefined;
}

export const aptLine = (tools: readonly MachineTool[]) =>
  `${process.getuid?.() === 0 ? '' : 'sudo '}apt-get install -y ${tools.map((tool) => tool.package).join(' ')}`;

/** Installs what is missing; settles with what still is, and why. */
export async function install(
  tools: readonly MachineTool[],
): Promise<{ readonly missing: readonly MachineTool[]; readonly why: string }> {
  const missing = tools.filter((tool) => !isHere(tool));
  if (missing.length === 0) return { missing, why: '' };
  const apt = aptCommand();
  if (!apt) return { missing, why: 'neither root nor password-less sudo' };
  const first = await runApt([
    ...apt,
    'install',
    '-y',
    '--no-install-recommends',
    ...missing.map((tool) => tool.package),
  ]);
  if (first.code !== 0) {
    await runApt([...apt, 'update']);
    // One at a time, so that one package the mirror lacks does not keep the others away.
    for (const tool of missing.filter((wanted) => !isHere(wanted)))
      await runApt([...apt, 'install', '-y', '--no-install-recommends', tool.package]);
  }
  const still = missing.filter((tool) => !isHere(tool));
  return { missing: still, why: still.length === 0 ? '' : 'apt-get could not install it' };
}

function runApt(command: readonly string[]): Promise<CommandResult> {
  return runCommand(command, { environment: { DEBIAN_FRONTEND: 'noninteractive' } });
}
