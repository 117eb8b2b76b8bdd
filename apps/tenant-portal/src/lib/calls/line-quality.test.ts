import { expect, test } from 'vitest';
import { judgeLine, lossIn, lossOut, type LineFacts } from './line-quality.ts';

const line = (more: Partial<LineFacts>): LineFacts => ({
  kind: 'leg.media', callId: 'x' as LineFacts['callId'], leg: 'caller', agentId: null, codec: 'PCMA', packetsIn: 1_000, packetsOut: 1_000,
  lost: 0, concealed: 0, jitterMs: 1, foreign: 0, ...more,
}); // prettier-ignore

test.each([
  [{}, 'good'],
  [{ lost: 5, jitterMs: 20, mos: 4.3 }, 'good'],
  [{ lost: 20 }, 'fair'],
  [{ farLost: 20 }, 'fair'],
  [{ mos: 3.9 }, 'fair'],
  [{ jitterMs: 40 }, 'fair'],
  [{ lost: 100 }, 'poor'],
  [{ farLost: 100 }, 'poor'],
  [{ jitterMs: 100 }, 'poor'],
  [{ mos: 3 }, 'poor'],
  [{ packetsIn: 0 }, 'one-way'],
] as const)('a line with %j is %s', (more, verdict) => {
  expect(judgeLine(line(more))).toBe(verdict);
});

test('loss is a share of what was sent, and unknown where the far end does not say', () => {
  expect(lossIn(line({ packetsIn: 90, lost: 10 }))).toBe(0.1);
  expect(lossIn(line({ packetsIn: 0 }))).toBe(0);
  expect(lossOut(line({}))).toBeUndefined();
  expect(lossOut(line({ packetsOut: 200, farLost: 10 }))).toBe(0.05);
});
