/** How long a sound took from where it was made to where it was heard. */
import { sampleRateHz } from '@seatgrid/media/frame.ts';
import type { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';

/** Each sending paired with the first hearing after it, within half a second; unpaired ones are left out. */
export function latencies(sentAtMs: readonly number[], heardAtMs: readonly number[]): number[] {
  return sentAtMs.flatMap((sent) => {
    const heard = heardAtMs.find((at) => at >= sent);
    return heard === undefined || heard - sent > 500 ? [] : [heard - sent];
  });
}

/**
 * When a tone began anew in what a phone heard since it started to listen: a sample is heard when the packet that carries
 * it arrives.
 */
export function onsetsIn(rtp: TestRtpPeer, hz: number): number[] {
  const heard = rtp.heard();
  const window = sampleRateHz / 100;
  const arrivals = arrivalsOf(rtp);
  const onsets: number[] = [];
  let quietWindows = 10;
  for (let at = 0; at + window <= heard.length; at += window) {
    if (toneAmplitude(heard.subarray(at, at + window), hz) < 0.1) {
      quietWindows++;
      continue;
    }
    const arrivedAtMs = arrivals.get(Math.floor(at / 160));
    if (quietWindows > 5 && arrivedAtMs !== undefined) onsets.push(performance.timeOrigin + arrivedAtMs);
    quietWindows = 0;
  }
  return onsets;
}

/** Arrival by frame of 20 ms since listening began: the last packets are the ones heard. */
function arrivalsOf(rtp: TestRtpPeer): Map<number, number> {
  const frames = Math.floor(rtp.heard().length / 160);
  const last = rtp.packets.at(-1);
  if (!last) return new Map();
  const origin = last.timestamp - (frames - 1) * 160;
  return new Map(
    rtp.packets
      .filter(({ ssrc }) => ssrc === last.ssrc)
      .map(({ timestamp, atMs }) => [((timestamp - origin) | 0) / 160, atMs]),
  );
}
