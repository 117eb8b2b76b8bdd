import { expect, test } from 'vitest';
import { readProcessConfig } from './config.ts';

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
