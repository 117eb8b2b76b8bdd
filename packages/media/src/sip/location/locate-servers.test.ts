/** RFC 3263 as a table: what a domain says of itself, how it was written, and where requests go. */
import { expect, test } from 'vitest';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import type { SipFlow } from '../transport/sip-transport.ts';
import { locateServers, type Reach, type ServerTarget } from './locate-servers.ts';
import type { NameService } from './name-service.ts';
import { orderServers } from './order-servers.ts';

/** Lines as a zone has them; the time to live is one second a line, so that the shortest tells which were read. */
function zone(...lines: readonly string[]): NameService & { readonly asked: string[] } {
  const asked: string[] = [];
  const find = (type: string, name: string) => {
    asked.push(`${type} ${name}`);
    const found = lines.flatMap((line, index) => {
      const [owner, kind, ...fields] = line.split(' ');
      return owner === name && kind === type ? [{ fields, ttlMs: (index + 1) * 1_000 }] : [];
    });
    if (found.some(({ fields }) => fields[0] === 'FAIL'))
      return Promise.reject(new Error(`${name} is not answered`));
    const ttlMs = Math.min(60_000, ...found.map((one) => one.ttlMs));
    return Promise.resolve({ found: found.map((one) => one.fields), ttlMs });
  };
  return {
    asked,
    async naptr(name) {
      const { found, ttlMs } = await find('NAPTR', name);
      return {
        ttlMs,
        records: found.map(([order, preference, flags, service, replacement]) => ({
          order: Number(order),
          preference: Number(preference),
          flags: flags!,
          service: service!,
          replacement: replacement ?? '',
        })),
      };
    },
    async srv(name) {
      const { found, ttlMs } = await find('SRV', name);
      return {
        ttlMs,
        records: found.map(([priority, weight, port, host]) => ({
          priority: Number(priority),
          weight: Number(weight),
          port: Number(port),
          host: host ?? '',
        })),
      };
    },
    async addresses(name) {
      const { found, ttlMs } = await find('ADDRESS', name);
      return { records: found.map(([address]) => address!), ttlMs };
    },
  };
}

const everything: Reach = { protocols: ['udp', 'tcp', 'tls'], families: [4, 6] };
const plain: Reach = { protocols: ['udp', 'tcp'], families: [4] };

const written = ({ protocol, address, port, serverName }: SipFlow): string =>
  `${protocol} ${address} ${port}${serverName === undefined ? '' : ` as ${serverName}`}`;

async function found(names: NameService, target: Partial<ServerTarget>, reach: Reach): Promise<string[]> {
  const whole = { host: 'carrier.example', port: null, protocol: null, ...target };
  const { choices } = await locateServers(whole, reach, names);
  return orderServers(choices, createSeededRandom(1)).map(written);
}

const example = [
  // As RFC 3263 §4.1 has it.
  'carrier.example NAPTR 50 50 s SIPS+D2T _sips._tcp.carrier.example',
  'carrier.example NAPTR 90 50 s SIP+D2T _sip._tcp.carrier.example',
  'carrier.example NAPTR 100 50 s SIP+D2U _sip._udp.carrier.example',
  '_sips._tcp.carrier.example SRV 0 1 5061 one.carrier.example',
  '_sip._tcp.carrier.example SRV 0 1 5060 one.carrier.example',
  '_sip._tcp.carrier.example SRV 1 2 5070 two.carrier.example',
  'one.carrier.example ADDRESS 192.0.2.1',
  'two.carrier.example ADDRESS 2001:db8::2',
  'two.carrier.example ADDRESS 192.0.2.2',
  'carrier.example ADDRESS 192.0.2.9',
];

test.each<[string, readonly string[], Partial<ServerTarget>, Reach, readonly string[]]>([
  ['§4.1 an address is asked of nobody', [], { host: '192.0.2.7' }, everything, ['udp 192.0.2.7 5060']],
  [
    'an address by TLS has the port of TLS, and proves itself',
    [],
    { host: '192.0.2.7', protocol: 'tls' },
    everything,
    ['tls 192.0.2.7 5061 as 192.0.2.7'],
  ],
  [
    '§4.1 the NAPTR record of the lowest order chooses the protocol, and the certificate is the domain’s',
    example,
    {},
    everything,
    ['tls 192.0.2.1 5061 as carrier.example'],
  ],
  [
    '§4.1 what is not spoken here is discarded; a family that is not, too; servers come by priority',
    example,
    {},
    plain,
    ['tcp 192.0.2.1 5060', 'tcp 192.0.2.2 5070'],
  ],
  [
    'of a host of both families IPv4 is tried first',
    example,
    { host: 'two.carrier.example', port: 5080, protocol: 'udp' },
    everything,
    ['udp 192.0.2.2 5080', 'udp 2001:db8::2 5080'],
  ],
  ['§4.2 with a port nobody asks for SRV', example, { port: 5090 }, everything, ['udp 192.0.2.9 5090']],
  [
    '§4.1 a protocol that is named is taken',
    example,
    { protocol: 'tcp' },
    everything,
    ['tcp 192.0.2.1 5060', 'tcp 192.0.2.2 5070', 'tcp 2001:db8::2 5070'],
  ],
  [
    '§4.1 without NAPTR the SRV records there are tell the protocol',
    example.slice(4),
    {},
    everything,
    ['tcp 192.0.2.1 5060', 'tcp 192.0.2.2 5070', 'tcp 2001:db8::2 5070'],
  ],
  ['§4.2 without SRV it is UDP at the host itself', [example[9]!], {}, everything, ['udp 192.0.2.9 5060']],
  [
    '§4.2 without SRV a protocol that is named has its own port',
    [example[9]!],
    { protocol: 'tls' },
    everything,
    ['tls 192.0.2.9 5061 as carrier.example'],
  ],
  [
    'a NAPTR record that rewrites by expressions is not for SIP, and one of no SIP service is none',
    ['carrier.example NAPTR 1 1 u E2U+sip x', 'carrier.example NAPTR 1 1 u SIP+D2U x', example[9]!],
    {},
    everything,
    ['udp 192.0.2.9 5060'],
  ],
  [
    'RFC 2782: a service that is decidedly not there is not looked for elsewhere',
    ['_sip._udp.carrier.example SRV 0 0 0 ', example[9]!],
    { protocol: 'udp' },
    everything,
    [],
  ],
  [
    'one server whose name cannot be asked does not cost the others',
    [
      '_sip._udp.carrier.example SRV 0 0 5060 lost.carrier.example',
      '_sip._udp.carrier.example SRV 1 0 5060 one.carrier.example',
      'lost.carrier.example ADDRESS FAIL',
      example[6]!,
    ],
    { protocol: 'udp' },
    everything,
    ['udp 192.0.2.1 5060'],
  ],
  ['a host without any address has no servers', [], { port: 5060 }, everything, []],
])('%s', async (_title, lines, target, reach, expected) => {
  expect(await found(zone(...lines), target, reach)).toEqual(expected);
});

test.each([
  ['NAPTR', 'carrier.example NAPTR FAIL'],
  ['SRV', '_sips._tcp.carrier.example SRV FAIL'],
  ['the host', '_sips._tcp.carrier.example SRV 0 0 5061 one.carrier.example', 'one.carrier.example ADDRESS FAIL'],
])('where %s cannot be asked, nothing less safe is guessed', async (_what, ...lines) => {
  const names = zone(...lines, ...example.slice(5));
  await expect(found(names, {}, everything)).rejects.toThrow();
}); // prettier-ignore

test('the shortest life of all that was read is the life of the whole', async () => {
  const whole = { host: 'carrier.example', port: null, protocol: null };
  const { ttlMs } = await locateServers(whole, plain, zone('a ADDRESS 1', ...example));
  // The first NAPTR line, second of the zone.
  expect(ttlMs).toBe(2_000);
});

test('RFC 2782: within a priority load is shared by weight, and one of weight 0 is hardly ever first', () => {
  const flow = (address: string): SipFlow => ({ protocol: 'udp', address, port: 5060 });
  const choice = (priority: number, weight: number, address: string) => ({
    priority,
    weight,
    flows: [flow(address)],
  });
  const choices = [
    choice(10, 60, 'sixty'),
    choice(10, 0, 'none'),
    choice(10, 40, 'forty'),
    choice(5, 0, 'first'),
    choice(20, 100, 'last'),
  ];
  const random = createSeededRandom(7);
  const second = new Map<string, number>();
  const rounds = 4_000;
  for (let round = 0; round < rounds; round++) {
    const order = orderServers(choices, random).map(({ address }) => address);
    expect(order).toHaveLength(5);
    expect([order[0], order[4]]).toEqual(['first', 'last']);
    second.set(order[1]!, (second.get(order[1]!) ?? 0) + 1);
  }
  expect(second.get('sixty')! / rounds).toBeCloseTo(0.6, 1);
  expect(second.get('forty')! / rounds).toBeCloseTo(0.4, 1);
  expect((second.get('none') ?? 0) / rounds).toBeLessThan(0.02);
});
