import { expect, test } from 'vitest';
import { LoadGate, type LoadMeasure, type NodeLoad } from './load-gate.ts';
import { callsThatFillMin, loadBounds, loadSmoothingMs } from './limits.ts';

const calm: NodeLoad = {
  main: 0.1,
  mainWaited: 0,
  media: 0.1,
  rtpPorts: 0.1,
  descriptors: 0.1,
  journal: 0,
  calls: 100,
};

const others = (Object.keys(loadBounds) as LoadMeasure[]).filter((measure) => measure !== 'main');

test.each(others)('%s: shut at its bound, and open again only below the lower one', (measure) => {
  const { shutAt, openBelow } = loadBounds[measure];
  const gate = new LoadGate();
  const at = (share: number, nowMs: number) => gate.observe({ ...calm, [measure]: share }, nowMs);
  expect(at(shutAt - 0.001, 0)).toBeNull();
  expect(at(shutAt, 25)).toEqual({ isOpen: false, because: [measure] });
  expect(at(openBelow, 50)).toBeNull();
  expect(gate.isOpen).toBe(false);
  expect(at(openBelow - 0.001, 75)).toEqual({ isOpen: true, because: [] });
});

test.each([
  // Whole shares of the main thread, looked at so often; when it is shut.
  { everyMs: 25, share: 1, shutAfterMs: 300 },
  { everyMs: 100, share: 1, shutAfterMs: 300 },
  { everyMs: 25, share: 0.9, shutAfterMs: 450 },
  { everyMs: 25, share: 0.84, shutAfterMs: null },
])('a main thread $share busy, looked at every $everyMs ms, shuts it after $shutAfterMs', (row) => {
  const gate = new LoadGate();
  gate.observe({ ...calm, main: 0 }, 0);
  let shutAfterMs: number | null = null;
  for (let nowMs = row.everyMs; nowMs <= 2_000 && shutAfterMs === null; nowMs += row.everyMs)
    if (gate.observe({ ...calm, main: row.share }, nowMs)) shutAfterMs = nowMs;
  expect(shutAfterMs).toBe(row.shutAfterMs);
});

test.each([
  // Of each second: used, kept waiting, at rest; whether calls are taken.
  { used: 0.3, waited: 0, isOpen: true },
  { used: 0.3, waited: 0.6, isOpen: true },
  { used: 0.5, waited: 0.38, isOpen: true },
  { used: 0.3, waited: 0.68, isOpen: false },
  { used: 0.45, waited: 0.5, isOpen: false },
  { used: 0.2, waited: 0.8, isOpen: false },
  { used: 0.9, waited: 0, isOpen: false },
])('a main thread that uses $used and waits $waited for a busy machine takes calls: $isOpen', (row) => {
  const gate = new LoadGate();
  const load = { ...calm, main: row.used + row.waited, mainWaited: row.waited };
  for (let nowMs = 0; nowMs < 3_000; nowMs += 25) gate.observe(load, nowMs);
  expect(gate.isOpen).toBe(row.isOpen);
});

test('waiting that comes in lumps counts by what it leaves over time', () => {
  const gate = new LoadGate();
  // A quarter of each hundred milliseconds others have the processor at a stretch; so much is used of the rest.
  const second = (used: number) => {
    for (let look = 0; look < 40; look++) {
      const isLump = look % 4 === 0;
      const load = isLump ? { main: 1, mainWaited: 1 } : { main: used, mainWaited: 0 };
      gate.observe({ ...calm, ...load }, (nowMs += 25));
    }
  };
  let nowMs = 0;
  second(0.5);
  expect(gate.isOpen).toBe(true);
  second(0.95);
  expect(gate.isOpen).toBe(false);
});

test('a main thread that was held up once, for as long as smoothing lasts, is not full', () => {
  const gate = new LoadGate();
  gate.observe(calm, 0);
  expect(gate.observe({ ...calm, main: 1 }, loadSmoothingMs)).toBeNull();
});

test('a busy main thread with few calls is busy with something else', () => {
  const gate = new LoadGate();
  for (let nowMs = 0; nowMs < 1_000; nowMs += 25)
    expect(gate.observe({ ...calm, main: 1, calls: callsThatFillMin - 1 }, nowMs)).toBeNull();
  expect(gate.observe({ ...calm, main: 1, calls: callsThatFillMin }, 1_000)?.because).toEqual(['main']);
});

test('what was busy long ago is forgotten by one long look', () => {
  const gate = new LoadGate();
  for (let nowMs = 0; nowMs < 1_000; nowMs += 25) gate.observe({ ...calm, main: 1 }, nowMs);
  expect(gate.isOpen).toBe(false);
  expect(gate.observe({ ...calm, main: 0.2 }, 61_000)).toEqual({ isOpen: true, because: [] });
});

test('it stays shut until every measure allows it', () => {
  const gate = new LoadGate();
  expect(gate.observe({ ...calm, media: 1, journal: 1 }, 0)).toEqual({
    isOpen: false,
    because: ['media', 'journal'],
  });
  expect(gate.observe({ ...calm, journal: 1 }, 25)).toBeNull();
  expect(gate.because).toEqual(['journal']);
  expect(gate.observe(calm, 50)).toEqual({ isOpen: true, because: [] });
});
