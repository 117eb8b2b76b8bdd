import type { Track } from 'node-datachannel';
import { expect, test } from 'vitest';
import { sendOnTrack } from './send-on-track.ts';

/** Open at each look as `looks` has it; a closed one throws at a word, as the library's does. */
function trackOf(looks: boolean[]) {
  const sent: Buffer[] = [];
  const track = {
    isOpen: () => looks.shift()!,
    sendMessageBinary(packet: Buffer) {
      if (looks.length > 0) throw new Error('Track is closed');
      sent.push(packet);
    },
  } as unknown as Track;
  return { track, sent };
}

const word = Buffer.from('word');

test('an open line is spoken on, a closed one not', () => {
  const open = trackOf([true]);
  sendOnTrack(open.track, word);
  expect(open.sent).toEqual([word]);
  const closed = trackOf([false]);
  sendOnTrack(closed.track, word);
  expect(closed.sent).toEqual([]);
});

test('a line that closes between the look and the word costs nothing, and any other refusal is told', () => {
  sendOnTrack(trackOf([true, false]).track, word);
  expect(() => sendOnTrack(trackOf([true, true]).track, word)).toThrow('Track is closed');
});
