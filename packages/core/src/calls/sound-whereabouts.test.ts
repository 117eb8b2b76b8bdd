import { expect, test } from 'vitest';
import { soundWhereabouts, type SoundLine } from './sound-whereabouts.ts';

const site = ['192.168.7.0/24', '10.8.0.0/16', 'fd00:7::/32'];
const line = (leg: string, ...at: (string | null)[]): SoundLine => ({
  leg,
  packetsIn: 500,
  packetsOut: 500,
  networks: site,
  places: at.map((one) => ({ at: one, packetsIn: 250, packetsOut: 250 })),
});

test('B-07: what stayed within the networks of the site did not leave it', () => {
  const lines = [line('caller', '192.168.7.20:4000'), line('agent-1', '10.8.3.4:30000', '[fd00:7::9]:30002')];
  expect(soundWhereabouts(lines)).toEqual({ verdict: 'stayed', outside: [], untold: [] });
});

test('B-07: one packet to one place outside is named, with its line', () => {
  const lines = [line('caller', '192.168.7.20:4000', '203.0.113.9:9000'), line('agent-1', '10.8.3.4:30000')];
  expect(soundWhereabouts(lines)).toEqual({
    verdict: 'left',
    outside: [{ leg: 'caller', at: '203.0.113.9:9000', packetsIn: 250, packetsOut: 250 }],
    untold: [],
  });
});

test('a block is held to its bits: the neighbour of a network is outside', () => {
  expect(soundWhereabouts([line('caller', '192.168.8.1:4000')]).verdict).toBe('left');
  expect(soundWhereabouts([line('caller', '[fd00:8::1]:4000')]).verdict).toBe('left');
  expect(soundWhereabouts([{ ...line('caller', '192.168.7.20:4000'), networks: [] }]).verdict).toBe('left');
});

test('of what nobody tells, nothing is claimed', () => {
  const silent: SoundLine = { leg: 'agent-1', packetsIn: 3, packetsOut: 0, networks: site };
  expect(soundWhereabouts([silent])).toMatchObject({ verdict: 'unknown', untold: ['agent-1'] });
  expect(soundWhereabouts([line('caller', null)])).toMatchObject({ verdict: 'unknown', untold: ['caller'] });
  expect(soundWhereabouts([line('caller', 'phone.example:4000')]).verdict).toBe('unknown');
  expect(soundWhereabouts([line('caller', '203.0.113.9:9000'), silent]).verdict).toBe('left');
  expect(soundWhereabouts([{ leg: 'caller', packetsIn: 0, packetsOut: 0, networks: site }]).verdict).toBe('stayed');
}); // prettier-ignore

test('B-07: a call between two sites has left the first, though each place is somebody’s site', () => {
  const home = { ...line('caller', '192.168.7.20:4000'), networks: ['192.168.7.0/24'] };
  const between = { ...line('agent-1', '10.8.0.2:20000'), networks: ['192.168.7.0/24'] };
  const host = { ...line('agent-1', '10.8.0.9:5000'), networks: ['10.8.0.0/16'] };
  expect(soundWhereabouts([home, between, host])).toMatchObject({
    verdict: 'left',
    outside: [{ leg: 'agent-1', at: '10.8.0.2:20000' }],
  });
});
