import { expect, test } from 'vitest';
import { mediaPlacesMax } from '../../limits.ts';
import { MediaPlaces, pathOfPair } from './media-places.ts';

test('places are told that packets went to or came from, in the order they were met', () => {
  const places = new MediaPlaces('192.0.2.1:20000');
  places.signal('10.0.0.5', 4_000);
  places.signal('10.0.0.5', 4_000);
  places.at('10.0.0.5', 4_000).packetsOut += 1;
  places.at('203.0.113.7', 4_001).packetsIn += 2;
  places.at('2001:db8::7', 4_002);
  expect(places.path()).toEqual({
    local: '192.0.2.1:20000',
    signalled: ['10.0.0.5:4000'],
    places: [
      { at: '10.0.0.5:4000', packetsIn: 0, packetsOut: 1, octetsIn: 0, octetsOut: 0 },
      { at: '203.0.113.7:4001', packetsIn: 2, packetsOut: 0, octetsIn: 0, octetsOut: 0 },
    ],
  });
});

test('a far end that keeps moving costs no more memory, and is told as one that cannot be named', () => {
  const places = new MediaPlaces('192.0.2.1:20000');
  for (let port = 1; port <= 10 * mediaPlacesMax; port++) {
    places.signal('10.0.0.5', port);
    places.at('10.0.0.5', port).packetsIn += 1;
  }
  const path = places.path();
  expect(path.signalled).toHaveLength(mediaPlacesMax);
  expect(path.places).toHaveLength(mediaPlacesMax + 1);
  expect(path.places.at(-1)).toMatchObject({ at: null, packetsIn: 9 * mediaPlacesMax });
});

test('a browser’s sound goes the selected way, IPv6 in brackets', () => {
  const pair = {
    local: { address: '2001:db8::1', port: 30_000 },
    remote: { address: '2001:db8::2', port: 50_000 },
  };
  const sound = { packetsIn: 1, packetsOut: 2, octetsIn: 3, octetsOut: 4 };
  expect(pathOfPair(pair, sound)).toEqual({
    local: '[2001:db8::1]:30000',
    signalled: ['[2001:db8::2]:50000'],
    places: [{ at: '[2001:db8::2]:50000', ...sound }],
  });
});
