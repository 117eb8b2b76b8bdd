/**
 * The filter of a branch box as one nftables text, loaded in one step or not at all: who is let in, who is shut out and for what,
 * and how what leaves is marked and classed. Read by `nft -f`; the sets and counters are read back for intrusions.
 */
import { familyOfBlock, type BoxSettings, type Family, type PortSpan } from './box-settings.ts';
import { boxClass } from './box-shaping.ts';

export const boxTable = 'seatgrid_box';
/** Counters by what an intruder did; each is a named counter of the table. */
export const intrusionKinds = ['scans', 'floods'] as const;
export type IntrusionKind = (typeof intrusionKinds)[number];

/** Packets a second of one stream of sound: a phone's fifty, and as many again for what a network bunches. */
const soundPerSecond = 100;
const soundBurst = 200;
const sourcesMax = 65_536;

export function filterText(settings: BoxSettings): string {
  return [
    `# ${settings.name}: made by ./seatgrid box; changed there, not here`,
    // Named once so that it can be deleted, then made anew: the whole file is one transaction.
    `table inet ${boxTable}`,
    `delete table inet ${boxTable}`,
    `table inet ${boxTable} {`,
    ...indented([
      ...sets(settings),
      ...arriving(settings),
      ...passing(settings),
      ...marking(settings),
      ...translating(settings),
    ]),
    '}',
    '',
  ].join('\n');
}

function sets({ node, guard, tunnel }: BoxSettings): string[] {
  const shut = ([4, 6] as const).flatMap((family) => [
    block(`set shut_out_${family}`, [`type ${typeOf(family)}`, `size ${sourcesMax}`, 'flags dynamic,timeout', `timeout ${guard.shutMinutes}m`]),
    block(`set asking_${family}`, [`type ${typeOf(family)}`, `size ${sourcesMax}`, 'flags dynamic,timeout', 'timeout 1m']),
    block(`set knocking_${family}`, [`type ${typeOf(family)}`, `size ${sourcesMax}`, 'flags dynamic,timeout', 'timeout 2m']),
    block(`set speaking_${family}`, [`type ${typeOf(family)} . inet_service`, `size ${sourcesMax}`, 'flags dynamic,timeout', 'timeout 1m']),
    ...addressSet(`trunks_${family}`, family, node.trunks),
    // A false sender's address must not shut out those we live by.
    ...addressSet(`never_shut_${family}`, family, [...node.trunks, ...guard.managedFrom, ...peersOf(tunnel)]),
    ...addressSet(`managers_${family}`, family, guard.managedFrom),
  ]); // prettier-ignore
  return [...shut.flat(), ...intrusionKinds.map((kind) => `counter ${kind} { }`), 'counter refused { }', ''];
}

function peersOf(tunnel: BoxSettings['tunnel']): string[] {
  return (tunnel?.peers ?? []).flatMap(({ endpoint }) => {
    const [, address] = /^\[?([\d.]+|[0-9a-f:.]+)\]?:\d+$/i.exec(endpoint ?? '') ?? [];
    return address === undefined ? [] : [address];
  });
}

function arriving({ outside, inside, tunnel, node, guard }: BoxSettings): string[] {
  const sip = portSet(node.sipPorts);
  const sound = `{ ${spanText(node.rtpPorts)}, ${spanText(node.webrtcPorts)} }`;
  const from = `iifname "${outside.interface}"`;
  return [
    ...block('chain arriving', [
      'type filter hook input priority filter; policy drop;',
      'iif "lo" accept',
      ...both((family, ip) => `${from} ${ip} saddr @shut_out_${family} counter name refused drop`),
      `${from} jump guarding`,
      'ct state established,related accept',
      'ct state invalid drop',
      'icmp type { echo-request, destination-unreachable, time-exceeded } limit rate 20/second accept',
      'icmpv6 type { echo-request, destination-unreachable, packet-too-big, time-exceeded, nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept',
      ...(inside
        ? [
            ...byFamily(inside.networks, (ip, blocks) => `iifname "${inside.interface}" ${ip} saddr ${blocks} accept`),
            `iifname "${inside.interface}" udp dport { 53, 67, 123 } accept`,
          ]
        : []),
      ...(tunnel
        ? [
            ...byFamily(tunnel.peers.flatMap(({ networks }) => networks), (ip, blocks) => `iifname "${tunnel.interface}" ${ip} saddr ${blocks} accept`),
            `${from} udp dport ${tunnel.port} limit rate 2000/second accept`,
          ]
        : []),
      ...both((family, ip) => `${from} ${ip} saddr @managers_${family} tcp dport ${guard.sshPort} accept`),
      `${from} jump from_outside`,
    ]),
    // Before what is known is let through: an answer of ours to the first packet of a flood makes the rest of it known.
    ...block('chain guarding', [
      // Of a stream's pace is what is let in: the port is the far end's to know, as it was told in SDP.
      ...both((family, ip) => `udp dport ${sound} update @speaking_${family} { ${ip} saddr . udp dport limit rate over ${soundPerSecond}/second burst ${soundBurst} packets } counter name floods drop`),
      ...both((family, ip) => `meta l4proto { tcp, udp } th dport ${sip} ${ip} saddr != @never_shut_${family} update @asking_${family} { ${ip} saddr limit rate over ${guard.sipPerSecond}/second burst ${2 * guard.sipPerSecond} packets } add @shut_out_${family} { ${ip} saddr } counter name floods drop`),
    ]),
    ...block('chain from_outside', [
      `udp dport ${sound} accept`,
      ...both((family, ip) => `meta l4proto { tcp, udp } th dport ${sip} ${ip} saddr @trunks_${family} accept`),
      ...(node.servesOutside
        ? [
            `meta l4proto { tcp, udp } th dport ${sip} accept`,
            `tcp dport ${node.deskPort} accept`,
          ]
        : []),
      // Whoever knocks at many doors that do not exist looks for one that does.
      ...both((family, ip) => `ct state new ${ip} saddr != @never_shut_${family} update @knocking_${family} { ${ip} saddr limit rate over ${guard.closedPortsPerMinute}/minute burst ${guard.closedPortsPerMinute} packets } add @shut_out_${family} { ${ip} saddr } counter name scans drop`),
      'counter name refused drop',
    ]),
  ]; // prettier-ignore
}

function passing({ outside, inside, tunnel }: BoxSettings): string[] {
  const ways = inside
    ? [
        `iifname "${inside.interface}" oifname "${outside.interface}" accept`,
        ...(tunnel
          ? [
              `iifname "${inside.interface}" oifname "${tunnel.interface}" accept`,
              ...byFamily(
                tunnel.peers.flatMap(({ networks }) => networks),
                (ip, blocks) =>
                  `iifname "${tunnel.interface}" oifname "${inside.interface}" ${ip} saddr ${blocks} accept`,
              ),
            ]
          : []),
      ]
    : [];
  return block('chain passing', [
    'type filter hook forward priority filter; policy drop;',
    'ct state established,related accept',
    'ct state invalid drop',
    // A tunnel's packets are smaller: what does not fit is agreed on at the start.
    'tcp flags syn tcp option maxseg size set rt mtu',
    ...ways,
  ]);
}

/** RFC 4594 §3, §4.1, §4.5: telephony is EF, its signalling CS3 here as carriers have it, the link AF21, all else best effort. */
function marking({ outside, tunnel, node }: BoxSettings): string[] {
  const sound = `{ ${spanText(node.rtpPorts)}, ${spanText(node.webrtcPorts)} }`;
  const sip = portSet(node.sipPorts);
  const marks = (ip: 'ip' | 'ip6') => [
    `udp sport ${sound} ${ip} dscp set ef`,
    `meta l4proto { tcp, udp } th sport ${sip} ${ip} dscp set cs3`,
    `meta l4proto { tcp, udp } th dport ${sip} ${ip} dscp set cs3`,
    `tcp sport ${node.deskPort} ${ip} dscp set af21`,
    `tcp dport ${node.centrePort} ${ip} dscp set af21`,
  ];
  const lines = [outside.interface, ...(tunnel ? [tunnel.interface] : [])];
  return [
    ...block('chain marking', [
      'type route hook output priority mangle;',
      ...(['ip', 'ip6'] as const).flatMap((ip) =>
        marks(ip).map((mark) => `meta nfproto ${ip === 'ip' ? 'ipv4' : 'ipv6'} ${mark}`),
      ),
    ]),
    ...block('chain classing', [
      'type filter hook postrouting priority mangle + 10;',
      `oifname != { ${lines.map((line) => `"${line}"`).join(', ')} } return`,
      // What the tunnel carries was put in order inside it.
      ...(tunnel ? [`udp sport ${tunnel.port} meta priority set ${boxClass.signalling} return`] : []),
      ...both((_family, ip) => `${ip} dscp ef meta priority set ${boxClass.voice}`),
      ...both((_family, ip) => `${ip} dscp { cs3, af21 } meta priority set ${boxClass.signalling}`),
    ]),
  ];
}

function translating({ outside, inside }: BoxSettings): string[] {
  const four = inside?.networks.filter((network) => familyOfBlock(network) === 4) ?? [];
  if (four.length === 0) return [];
  return block('chain translating', [
    'type nat hook postrouting priority srcnat;',
    `oifname "${outside.interface}" ip saddr { ${four.join(', ')} } masquerade`,
  ]);
}

const ipOf = (family: Family) => (family === 4 ? 'ip' : 'ip6');
const typeOf = (family: Family) => (family === 4 ? 'ipv4_addr' : 'ipv6_addr');

function both(rule: (family: Family, ip: 'ip' | 'ip6') => string): string[] {
  return ([4, 6] as const).map((family) => rule(family, ipOf(family)));
}

function byFamily(blocks: readonly string[], rule: (ip: string, blocks: string) => string): string[] {
  return ([4, 6] as const).flatMap((family) => {
    const own = blocks.filter((one) => familyOfBlock(one) === family);
    return own.length === 0 ? [] : [rule(ipOf(family), `{ ${own.join(', ')} }`)];
  });
}

function addressSet(name: string, family: Family, blocks: readonly string[]): string[] {
  const own = [...new Set(blocks.filter((one) => familyOfBlock(one) === family))];
  const elements = own.length === 0 ? [] : [`elements = { ${own.join(', ')} }`];
  return block(`set ${name}`, [`type ${typeOf(family)}`, 'flags interval', 'auto-merge', ...elements]);
}

const portSet = (ports: readonly number[]) => `{ ${ports.join(', ')} }`;
const spanText = ({ from, to }: PortSpan) => `${from}-${to}`;

function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...indented(lines), '}', ''];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}
