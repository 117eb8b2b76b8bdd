import { readdirSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { wallClock } from '@seatgrid/testkit/wall-clock.ts';
import { libcIfAny } from '../system/libc.ts';
import { channelRetryMs, channelRingOctets } from '../limits.ts';
import { makeChannelEnds, SharedChannel } from './shared-channel.ts';
import { textRingOctets } from './text-ring.ts';

const libc = libcIfAny();
if (libc === undefined) console.warn('skipped: processes of this system share no memory that FFI can map');
const here = test.skipIf(libc === undefined);
const open: SharedChannel[] = [];

afterEach(() => {
  for (const channel of open.splice(0)) channel.close();
});

/** Both ends in one process, which is one more than they need. */
function pair(onSpoilt: (cause: string) => void = (cause) => expect.fail(cause)) {
  const ends = makeChannelEnds(libc!)!;
  const [atNode, atWorker]: [string[], string[]] = [[], []];
  const join = (isNode: boolean, heard: string[]) => {
    const end = isNode ? ends.node : ends.worker;
    const channel = SharedChannel.join(libc!, end, {
      isNode,
      clock: wallClock,
      listener: { onMessage: (message) => heard.push(message as string), onSpoilt },
    })!;
    open.push(channel);
    return channel;
  };
  const [node, worker] = [join(true, atNode), join(false, atWorker)];
  const memory = libc!.mapShared(ends.node.memory, 0, textRingOctets(channelRingOctets))!;
  libc!.close(ends.node.memory);
  return { node, worker, atNode, atWorker, memory };
}

here('each end hears what the other says, in order, without looking', async () => {
  const { node, worker, atNode, atWorker } = pair();
  node.send('first');
  node.send('second');
  worker.send('answer');
  await vi.waitFor(() => expect([atWorker, atNode]).toEqual([['first', 'second'], ['answer']]));
  node.send('third');
  await vi.waitFor(() => expect(atWorker).toEqual(['first', 'second', 'third']));
});

here('an end that says it looks by itself is not woken, and hears when it looks', async () => {
  const { node, worker, atWorker } = pair();
  worker.rest(true);
  node.send('quietly');
  await new Promise((settle) => setTimeout(settle, 50));
  expect(atWorker).toEqual([]);
  worker.look();
  expect(atWorker).toEqual(['quietly']);
  worker.rest(false);
  node.send('aloud');
  await vi.waitFor(() => expect(atWorker).toEqual(['quietly', 'aloud']));
});

here('what the memory has no room for waits, and nothing of it is lost', async () => {
  const { node, worker, atWorker } = pair();
  worker.rest(true);
  const texts = Array.from({ length: 400 }, (_, index) => `${index} `.repeat(1_000));
  texts.push('x'.repeat(3 * channelRingOctets));
  for (const text of texts) node.send(text);
  await vi.waitFor(
    () => {
      worker.look();
      expect(atWorker).toHaveLength(texts.length);
    },
    { timeout: 5_000, interval: 1 },
  );
  expect(atWorker).toEqual(texts);
});

here('an end that is to go knows when all is said; one whose far side is gone waits for nobody', async () => {
  const { node, worker, atWorker } = pair();
  worker.rest(true);
  await node.said();
  const told: string[] = [];
  const crowd = () => node.send('x'.repeat(3 * channelRingOctets));
  crowd();
  void node.said().then(() => told.push('heard'));
  await new Promise((settle) => setTimeout(settle, 5 * channelRetryMs));
  expect(told).toEqual([]);
  await vi.waitFor(() => {
    worker.look();
    expect([told, atWorker.length]).toEqual([['heard'], 1]);
  });
  crowd();
  void node.said().then(() => told.push('gone'));
  node.close();
  await vi.waitFor(() => expect(told).toEqual(['heard', 'gone']));
});

here('memory that was spoilt is told of once, and nothing more is heard', () => {
  const causes: string[] = [];
  const { node, worker, atWorker, memory } = pair((cause) => causes.push(cause));
  worker.rest(true);
  node.send('whole');
  // The first word of the first ring: how many octets the text has.
  new Int32Array(memory)[textRingOctets(0) / 4] = 0x1234_5678;
  worker.look();
  node.send('more');
  worker.look();
  expect(causes).toEqual(['no text of 305419896 octets can be among 12']);
  expect(atWorker).toEqual([]);
});

here('a closed end says and hears nothing, and leaves no descriptor', async () => {
  const descriptors = () => readdirSync('/proc/self/fd').length;
  const before = descriptors();
  for (let round = 0; round < 20; round++) {
    const { node, worker } = pair();
    node.send('late');
    worker.close();
    node.close();
    node.send('later');
    worker.look();
    open.length = 0;
  }
  await vi.waitFor(() => expect(descriptors()).toBeLessThanOrEqual(before + 2));
});
