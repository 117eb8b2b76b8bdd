import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { expect, test } from 'vitest';
import { kbitsPerSecond, kindsOf, octetsPerCall, told, type LineTold } from './line-traffic.ts';

const line: LineTold = {
  nodeId: 'n' as NodeId,
  name: 'Branch',
  isLinkUp: true,
  traffic: {
    sinceMs: 0,
    atMs: 16_000,
    wireOctetsSent: 1_500,
    wireOctetsReceived: 500,
    callsEnded: 4,
    sent: [
      { kind: 'events', messages: 8, octets: 900 },
      { kind: 'floor', messages: 2, octets: 300 },
    ],
    received: [{ kind: 'beat', messages: 1, octets: 0 }],
  },
};
const idle = { ...line, traffic: { ...line.traffic, callsEnded: 0 } };

test('a node that has said nothing of its line is left out', () => {
  expect(told([line, { ...line, traffic: null }])).toEqual([line]);
});

test('a call costs its events on the wire; before the first there is no price', () => {
  expect([octetsPerCall(line), octetsPerCall(idle)]).toEqual([225, null]);
});

test('what went each way is told by kind, with its share of that way', () => {
  expect(kindsOf(line).map(({ way, kind, share }) => [way, kind, share])).toEqual([
    ['up', 'events', 0.75],
    ['up', 'floor', 0.25],
    ['down', 'beat', 0],
  ]);
});

test('the rate is of both ways, since the process began, and finite in its first second', () => {
  const young = { ...line, traffic: { ...line.traffic, atMs: 0 } };
  expect([kbitsPerSecond(line), kbitsPerSecond(young)]).toEqual([1, 16]);
});
