/**
 * Says a packet on a WebRTC line, or nothing where it is closed. The far end may close it between the look and the word: the
 * library does so on a thread of its own, and then throws.
 */
import type { Track } from 'node-datachannel';

export function sendOnTrack(track: Track, packet: Buffer): void {
  if (!track.isOpen()) return;
  try {
    track.sendMessageBinary(packet);
  } catch (cause) {
    if (track.isOpen()) throw cause;
  }
}
