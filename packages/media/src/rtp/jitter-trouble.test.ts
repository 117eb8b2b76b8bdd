/** The buffer under a bad network, in virtual time: an hour of packets passes in about a second. */
import { expect, test } from 'vitest';
import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { frameMs, frameSamples } from '../frame.ts';
import { JitterBuffer } from './jitter-buffer.ts';

interface Network {
  readonly seed: number;
  readonly frames: number;
  /** What one packet takes longer than the quickest. */
  jitterMs(chance: number): number;
  readonly lossShare: number;
  /** The far end's clock runs slow by so many millionths. */
  readonly skewPpm: number;
  /** Number of the packet with which another source begins, if any. */
  readonly newSourceAt?: number;
  /** When the play-out clock ticks, after the far end's. */
  readonly phaseMs: number;
}

interface Packet {
  readonly number: number;
  readonly sentMs: number;
  readonly arrivesMs: number;
}

const baseMs = 30;
const firstTimestamp = 0xffff_ffff - 100 * frameSamples;
const newSourceTimestamp = 0x1234_5678;

function travel(network: Network) {
  const random = createSeededRandom(network.seed);
  const chance = () => randomInteger(random, 0x1_0000) / 0x1_0000;
  const jitters: number[] = [];
  const onTheWay: Packet[] = [];
  for (let number = 0; number < network.frames; number++) {
    const sentMs = number * frameMs * (1 + network.skewPpm / 1e6);
    const jitterMs = network.jitterMs(chance());
    jitters.push(jitterMs);
    if (chance() >= network.lossShare)
      onTheWay.push({ number, sentMs, arrivesMs: sentMs + baseMs + jitterMs });
  }
  onTheWay.sort((a, b) => a.arrivesMs - b.arrivesMs);
  return { jitters, onTheWay };
}

/** Each frame heard: which packet's it is, and how long it took beyond the quickest way there is. */
function listen(network: Network) {
  const { jitters, onTheWay } = travel(network);
  const buffer = new JitterBuffer(0xff);
  const frame = new Uint8Array(frameSamples);
  const codes = new Uint8Array(frameSamples);
  const heard: { readonly number: number; readonly addedMs: number }[] = [];
  const newSourceAt = network.newSourceAt ?? Infinity;
  let next = 0;
  let concealed = 0;
  let isNewSource = false;
  const startMs = 1_764_000_000_000;
  for (let turn = 0; turn < network.frames; turn++) {
    const nowMs = turn * frameMs + network.phaseMs;
    for (; next < onTheWay.length && onTheWay[next]!.arrivesMs <= nowMs; next++) {
      const { number, arrivesMs } = onTheWay[next]!;
      codes.fill(number & 0xff);
      if (number >= newSourceAt !== isNewSource) {
        isNewSource = number >= newSourceAt;
        if (isNewSource) buffer.changeSource();
      }
      // What is left of a source that has been succeeded is not mixed in.
      if (isNewSource && number < newSourceAt) continue;
      const timestamp = isNewSource
        ? newSourceTimestamp + (number - newSourceAt) * frameSamples
        : (firstTimestamp + number * frameSamples) >>> 0;
      buffer.put({ timestamp, payloadStart: 0, payloadEnd: frameSamples }, codes, startMs + arrivesMs);
    }
    const outcome = buffer.pull(frame, startMs + nowMs);
    if (outcome === 'missing') concealed += 1;
    if (outcome !== 'received') continue;
    // The code tells the packet's number but for multiples of 256.
    const near = turn - (baseMs + 200) / frameMs;
    const number = near + ((((frame[0]! - near) % 256) + 384) % 256) - 128;
    heard.push({
      number: Math.round(number),
      addedMs: nowMs - number * frameMs * (1 + network.skewPpm / 1e6) - baseMs,
    });
  }
  return { heard, concealed, jitters };
}

function quantile(values: readonly number[], share: number): number {
  return Float64Array.from(values).sort()[Math.floor(share * values.length)]!;
}

const uniform = (chance: number) => 200 * chance;
const heavyTail = (chance: number) => Math.min(200, -45 * Math.log(1 - chance));
const hour = (3_600 * 1_000) / frameMs;
const minutes = hour / 60;

test.each([
  {
    what: '200 ms of jitter, every delay alike, for an hour',
    network: { frames: hour, jitterMs: uniform, skewPpm: 200, phaseMs: 3 },
  },
  {
    what: 'the same for a quarter with a clock that runs fast',
    network: { frames: 15 * minutes, jitterMs: uniform, skewPpm: -200, phaseMs: 17 },
  },
  {
    what: '200 ms of jitter, most of it short',
    network: { frames: 30_000, jitterMs: heavyTail, skewPpm: 200, phaseMs: 11 },
  },
  {
    what: '40 ms of jitter',
    network: { frames: 30_000, jitterMs: (chance: number) => 40 * chance, skewPpm: 0, phaseMs: 7 },
  },
])(
  '$what, a packet in twenty lost: the delay added stays within 20 ms of what the network needs',
  ({ network }) => {
    const { heard, concealed, jitters } = listen({ seed: 7, lossShare: 0.05, ...network });
    const added = heard.map(({ addedMs }) => addedMs);
    expect(quantile(added, 0.95)).toBeLessThanOrEqual(quantile(jitters, 0.95) + 20);
    // Beyond what the network lost, only what came later than the delay covers.
    expect(concealed / network.frames).toBeLessThan(0.05 + 0.09);
    // No drift: the last tenth is heard as soon as the second.
    const tenth = Math.floor(added.length / 10);
    const early = quantile(added.slice(tenth, 2 * tenth), 0.5);
    expect(Math.abs(quantile(added.slice(-tenth), 0.5) - early)).toBeLessThanOrEqual(20);
  },
);

test('a new source goes on where the old one ended, in order and at the same delay', () => {
  const { heard } = listen({
    seed: 3,
    frames: 3_000,
    jitterMs: (chance) => 60 * chance,
    lossShare: 0,
    skewPpm: 0,
    newSourceAt: 1_500,
    phaseMs: 5,
  });
  const numbers = heard.map(({ number }) => number);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  expect(numbers.filter((number) => number > 1_400 && number < 1_600).length).toBeGreaterThan(180);
  const after = heard.filter(({ number }) => number > 1_600).map(({ addedMs }) => addedMs);
  expect(quantile(after, 0.95)).toBeLessThanOrEqual(60 + 40);
});

test('a path that becomes 100 ms longer is followed within half a second', () => {
  const { heard } = listen({
    seed: 4,
    frames: 1_000,
    jitterMs: (() => {
      let count = 0;
      return (chance: number) => 5 * chance + (count++ < 500 ? 0 : 100);
    })(),
    lossShare: 0,
    skewPpm: 0,
    phaseMs: 1,
  });
  expect(heard.filter(({ number }) => number >= 500 && number < 525).length).toBeGreaterThan(12);
  expect(heard.filter(({ number }) => number >= 525 && number < 900).length).toBeGreaterThan(370);
});
