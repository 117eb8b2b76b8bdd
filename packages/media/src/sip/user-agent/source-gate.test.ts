import { expect, test } from 'vitest';
import {
  sipGuessesPerSourceMax,
  sipGuessesPerUserMax,
  sipGuessShutMsMin,
  sipSourceKnownMs,
  sipSourcesRememberedMax,
  sipStrangerRequestsBurst,
  sipStrangerRequestsPerSecond,
} from '../../limits.ts';
import { SourceGate } from './source-gate.ts';

const attempt = (username: string, source = 'x') => ({ source, realm: 'acme', username });
const admitted = (gate: SourceGate, source: string, times: number, nowMs: number): number => {
  let count = 0;
  for (let time = 0; time < times; time++) if (gate.admits(source, nowMs)) count++;
  return count;
};

test('a stranger may ask so often at once, and so often a second; another is not hindered by it', () => {
  const gate = new SourceGate();
  expect(admitted(gate, 'x', 10_000, 0)).toBe(sipStrangerRequestsBurst);
  expect(admitted(gate, 'x', 10_000, 1_000)).toBe(sipStrangerRequestsPerSecond);
  expect(admitted(gate, 'x', 10_000, 1_005)).toBe(0);
  expect(admitted(gate, 'y', 1, 1_005)).toBe(1);
});

test('who has proven somebody may ask as often as he likes, for as long as that is remembered', () => {
  const gate = new SourceGate();
  gate.proven(attempt('1001'), 0);
  const lastMs = sipSourceKnownMs - 1;
  expect(admitted(gate, 'x', 10_000, lastMs)).toBe(10_000);
  expect(admitted(gate, 'x', 10_000, lastMs + 1)).toBe(sipStrangerRequestsBurst);
});

test('a source that guesses one name after another is shut out, and let in again after a time', () => {
  const gate = new SourceGate();
  for (let count = 0; count <= sipGuessesPerSourceMax; count++) gate.failed(attempt(`${count}`), 0);
  expect(gate.admits('x', sipGuessShutMsMin - 1)).toBe(false);
  expect([gate.shutOut(0), gate.shutOut(sipGuessShutMsMin - 1), gate.shutOut(sipGuessShutMsMin)]).toEqual([
    1, 1, 0,
  ]);
  expect(gate.admits('y', 0)).toBe(true);
  expect(gate.admits('x', sipGuessShutMsMin)).toBe(true);
});

test('a name guessed from many sources is shut, but not for the phone that has proven it', () => {
  const gate = new SourceGate();
  gate.proven(attempt('1001', 'its phone'), 0);
  for (let count = 0; count <= sipGuessesPerUserMax; count++) gate.failed(attempt('1001', `${count}`), 0);
  expect(gate.judges(attempt('1001', 'elsewhere'), 0)).toBe(false);
  expect(gate.judges(attempt('1001', 'its phone'), 0)).toBe(true);
  expect(gate.judges(attempt('1002', 'elsewhere'), 0)).toBe(true);
  expect(gate.judges(attempt('1001', 'elsewhere'), sipGuessShutMsMin)).toBe(true);
});

test('a phone with a wrong password shuts out neither its office nor, from there, another user', () => {
  const gate = new SourceGate();
  gate.proven(attempt('1001'), 0);
  for (let count = 0; count < 1_000; count++) gate.failed(attempt('1002'), 0);
  expect([gate.admits('x', 0), gate.judges(attempt('1001'), 0), gate.judges(attempt('1002'), 0)]).toEqual([
    true,
    true,
    false,
  ]);
});

test('hundreds of thousands of sources and names leave no more than what is remembered at most', () => {
  const gate = new SourceGate();
  for (let count = 0; count < 300_000; count++) {
    gate.admits(`source ${count}`, count);
    gate.failed(attempt(`user ${count}`, `source ${count}`), count);
    if (count % 10 === 0) gate.proven(attempt(`user ${count}`, `source ${count}`), count);
  }
  expect(gate.size).toBeLessThanOrEqual(4 * sipSourcesRememberedMax);
});
