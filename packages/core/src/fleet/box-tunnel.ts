/** The tunnel of a branch box: WireGuard's own text of peers, and the commands that give its interface an address and routes. */
import type { BoxTunnel } from './box-settings.ts';

/** An Ethernet packet less what IPv6, UDP and WireGuard put around it. */
const tunnelOctetsMax = 1_420;

/** As `wg setconf` reads it. The private key is made at the box, never leaves it, and is put in when the text is applied. */
export function tunnelText({ port, peers }: BoxTunnel): string {
  return [
    '[Interface]',
    `ListenPort = ${port}`,
    ...peers.flatMap(({ name, publicKey, endpoint, networks, keepaliveSeconds }) => [
      '',
      `# ${name}`,
      '[Peer]',
      `PublicKey = ${publicKey}`,
      ...(endpoint === null ? [] : [`Endpoint = ${endpoint}`]),
      `AllowedIPs = ${networks.join(', ')}`,
      ...(keepaliveSeconds === null ? [] : [`PersistentKeepalive = ${keepaliveSeconds}`]),
    ]),
    '',
  ].join('\n');
}

/** Once the interface is there and its peers are known. */
export function tunnelCommands(tunnel: BoxTunnel): readonly (readonly string[])[] {
  const { interface: name, address, peers } = tunnel;
  return [
    ['ip', 'address', 'replace', address, 'dev', name],
    ['ip', 'link', 'set', 'dev', name, 'mtu', String(tunnelOctetsMax), 'up'],
    ...peers
      .flatMap(({ networks }) => networks)
      .map((network) => ['ip', 'route', 'replace', network, 'dev', name]),
  ];
}
