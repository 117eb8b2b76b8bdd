import { expect, test } from 'vitest';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { recordingFetchedGapMs } from './limits.ts';
import { RecordingPace, type RecordingRank } from './recording-pace.ts';

/** Whatever was woken runs on before time does. */
async function pass(clock: VirtualClock, durationMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += 5) {
    clock.advance(5);
    await new Promise(setImmediate);
  }
}

/** Sends so many octets; tells the moment each piece left. */
async function send(pace: RecordingPace, rank: RecordingRank, octets: number, left: (rank: RecordingRank, octets: number) => void) {
  for await (const piece of pace.paced([new Uint8Array(octets)], rank)) left(rank, piece.length);
} // prettier-ignore

test('what somebody waits for goes before what is uploaded, which waits until it is quiet', async () => {
  const time = new VirtualClock();
  const pace = new RecordingPace({ clock: time, ping: (onAnswered) => void time.after(30, onAnswered) });
  const leaving: { rank: RecordingRank; atMs: number }[] = [];
  const note = (rank: RecordingRank) => leaving.push({ rank, atMs: time.nowMs() });
  const sent = [send(pace, 'uploaded', 60_000, note), send(pace, 'fetched', 60_000, note)];
  await pass(time, 20_000);
  await Promise.all(sent);
  const lastFetched = leaving.findLast(({ rank }) => rank === 'fetched')!;
  const meanwhile = leaving.filter(({ rank, atMs }) => rank === 'uploaded' && atMs < lastFetched.atMs);
  // What had left before anybody asked.
  expect(meanwhile.length).toBeLessThanOrEqual(7);
  const next = leaving.find(({ rank, atMs }) => rank === 'uploaded' && atMs > lastFetched.atMs)!;
  expect(next.atMs - lastFetched.atMs).toBeGreaterThanOrEqual(recordingFetchedGapMs);
});

test('whoever waits when the node closes is told, and so is who comes later', async () => {
  const time = new VirtualClock();
  const pace = new RecordingPace({ clock: time, ping: () => {} });
  const sent = send(pace, 'fetched', 60_000, () => {});
  const refused = expect(sent).rejects.toThrow('the node closes');
  await pass(time, 5);
  pace.close();
  await refused;
  await expect(send(pace, 'fetched', 1, () => {})).rejects.toThrow('the node closes');
});
