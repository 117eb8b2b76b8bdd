import { expect, test } from 'vitest';
import { readBoxFile } from './box-file.ts';

const sound = `format: seatgrid-box-1
name: Suzhou
outside: { interface: eth0, upKbit: 512 }
inside: { interface: eth1, networks: [192.168.7.0/24] }
tunnel:
  address: 10.99.0.7/24
  peers:
    - name: Headquarters
      publicKey: hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=
      endpoint: 203.0.113.10:51820
      networks: [10.99.0.1/32, 192.168.1.0/24]
node:
  rtpPorts: 20000-20999
`;

test('a file says what differs from the usual; the rest is filled in', () => {
  const read = readBoxFile(sound);
  expect(read).toMatchObject({
    ok: true,
    value: {
      name: 'Suzhou',
      tunnel: { interface: 'sg0', port: 51_820, peers: [{ keepaliveSeconds: 25 }] },
      node: { sipPorts: [5060], rtpPorts: { from: 20_000, to: 20_999 }, trunks: [], servesOutside: false },
      guard: { sshPort: 22, shutMinutes: 60 },
    },
  });
});

test('the least is a name and a line', () => {
  const least = 'format: seatgrid-box-1\nname: Kiosk\noutside: { interface: eth0, upKbit: 1000 }\n';
  expect(readBoxFile(least)).toMatchObject({ ok: true, value: { inside: null, tunnel: null } });
});

test.each([
  ['upKbit: 512', 'upKbit: fast', 3, 'outside.upKbit'],
  ['interface: eth0', 'interface: "eth0; reboot"', 3, 'outside.interface'],
  ['interface: eth1', 'interface: eth0', 3, 'outside.interface'],
  ['192.168.7.0/24', '192.168.7.0/33', 4, 'inside.networks.0'],
  ['10.99.0.7/24', '10.99.0.7', 6, 'tunnel.address'],
  ['hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=', 'short', 9, 'tunnel.peers.0.publicKey'],
  ['203.0.113.10:51820', '203.0.113.10', 10, 'tunnel.peers.0.endpoint'],
  ['name: Headquarters', 'name: "x\\n[Interface]"', 8, 'tunnel.peers.0.name'],
  ['rtpPorts: 20000-20999', 'rtpPorts: 20000-30050', 13, 'node.webrtcPorts'],
  ['rtpPorts: 20000-20999', 'rtpPorts: 9-1', 13, 'node.rtpPorts'],
  ['rtpPorts:', 'rtpPort:', 13, 'node'],
])('%s as %s is refused by line %i and name', (is, becomes, line, path) => {
  const read = readBoxFile(sound.replace(is, becomes));
  expect(read.ok).toBe(false);
  if (!read.ok) expect(read.failure.map((fault) => [fault.line, fault.path])).toContainEqual([line, path]);
});

test('what is no YAML, has aliases, or is far too long is refused, not followed', () => {
  for (const text of ['a: [', 'a: &x 1\nb: *x\n', 'x'.repeat(300_000), '', '7'])
    expect(readBoxFile(text).ok, text.slice(0, 20)).toBe(false);
});
