import { expect, test } from 'vitest';
import { readProcessConfig, sipListens } from './config.ts';

test('a node needs nothing from its environment', () => {
  const read = readProcessConfig({});
  expect(read).toMatchObject({
    ok: true,
    value: { sipAddress: '0.0.0.0', sipPort: 5060, centreUrl: null, rtpPorts: { from: 20_000, to: 29_999 } },
  });
  if (read.ok) expect(Object.isFrozen(read.value)).toBe(true);
});

test('the desk URL follows the address others reach the node by', () => {
  const read = readProcessConfig({
    SEATGRID_SIP_ADDRESS: '0.0.0.0',
    SEATGRID_SIP_ADVERTISED: '192.0.2.7',
    SEATGRID_DESK_ADDRESS: '0.0.0.0',
    SEATGRID_DESK_PORT: '9001',
  });
  expect(read).toMatchObject({ ok: true, value: { deskUrl: 'ws://192.0.2.7:9001/desk' } });
});

test.each([
  ['SEATGRID_SIP_PORT', '70000'],
  ['SEATGRID_SIP_PORT', '5060.5'],
  ['SEATGRID_SIP_ADDRESS', 'localhost'],
  ['SEATGRID_RTP_PORTS', '30000-20000'],
  ['SEATGRID_RTP_PORTS', '20000'],
  ['SEATGRID_CENTRE_URL', 'ftp://centre.example'],
  ['SEATGRID_DESK_URL', 'http://node.example/desk'],
  ['SEATGRID_MEDIA_WORKERS', '0'],
  ['SEATGRID_TONE_COUNTRY', 'atlantis'],
  ['SEATGRID_RTP_CODECS', 'PCMA,G729'],
  ['SEATGRID_RTP_CODECS', 'PCMA,PCMA'],
  ['SEATGRID_BROWSER_CODECS', 'opus,G722'],
  ['SEATGRID_SITE_NETWORKS', '192.168.7.0/33'],
  ['SEATGRID_SITE_NETWORKS', 'branch.example'],
  ['SEATGRID_TURN_URLS', 'relay.example:3478'],
  ['SEATGRID_TURN_URLS', 'turn:relay.example:3478'],
])('%s=%s is refused by name', (name, value) => {
  const read = readProcessConfig({ [name]: value });
  expect(read.ok).toBe(false);
  if (!read.ok) expect(read.failure).toEqual([expect.stringContaining(name)]);
});

test('all faults come at once, overlapping port ranges among them', () => {
  const read = readProcessConfig({
    SEATGRID_SIP_PORT: 'five',
    SEATGRID_SIP_ADDRESS: 'here',
    SEATGRID_RTP_PORTS: '20000-30050',
  });
  expect(read.ok).toBe(false);
  if (!read.ok) expect(read.failure).toHaveLength(3);
});

test('SIP over TLS and WebSockets is spoken where a port is named, over both families', () => {
  const certificate = import.meta.filename;
  const read = readProcessConfig({
    SEATGRID_SIP_ADDRESS: '192.0.2.7',
    SEATGRID_SIP_SECOND_ADDRESS: '2001:db8::7',
    SEATGRID_SIP_TLS_PORT: '5061',
    SEATGRID_SIP_WSS_PORT: '8443',
    SEATGRID_SIP_TLS_CERT: `${certificate},${certificate}`,
    SEATGRID_SIP_TLS_KEY: `${certificate},${certificate}`,
  });
  if (!read.ok) throw new Error(read.failure.join('\n'));
  const listens = sipListens(read.value);
  expect(listens.map(({ protocol, address, port }) => `${protocol} ${address} ${port}`)).toEqual([
    'udp 192.0.2.7 5060',
    'udp 2001:db8::7 5060',
    'tcp 192.0.2.7 5060',
    'tcp 2001:db8::7 5060',
    'tls 192.0.2.7 5061',
    'tls 2001:db8::7 5061',
    'wss 192.0.2.7 8443',
    'wss 2001:db8::7 8443',
  ]);
  expect(listens[0]!.tls?.identities).toHaveLength(2);
});

test.each([
  [{ SEATGRID_SIP_WSS_PORT: '8443' }, 'SIP_TLS_CERT'],
  [{ SEATGRID_SIP_TLS_CERT: 'a.pem,b.pem', SEATGRID_SIP_TLS_KEY: 'a.pem' }, 'as many files'],
  [
    { SEATGRID_SIP_TLS_CERT: '/nowhere.pem', SEATGRID_SIP_TLS_KEY: import.meta.filename },
    'SIP_TLS_CERT: ENOENT',
  ],
])('%o is refused: %s', (environment, fault) => {
  const read = readProcessConfig(environment);
  expect(read).toMatchObject({ ok: false, failure: [expect.stringContaining(fault)] });
});
