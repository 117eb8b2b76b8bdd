/**
 * The better kind that this machine has. What a kernel says it can is not believed: a packet must come back from where it was
 * sent, or Node's own sockets serve (an older kernel, a container that forbids io_uring, another system).
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { watchPipe } from '../../system/watch-pipe.ts';
import { ringTrialMsMax } from '../../limits.ts';
import type { Datagrams } from '../datagrams.ts';
import { plainDatagrams } from '../plain-datagrams.ts';
import { libcIfAny } from '../../system/libc.ts';
import { heardPollMs, RingDatagrams, type RingOptions } from '../ring/ring-datagrams.ts';

/** How the loop that opens them goes about its turns. */
type LoopPace = Pick<RingOptions, 'pollMs' | 'soon'>;

const unpaced: LoopPace = { pollMs: heardPollMs, soon: (work) => void setImmediate(work) };

export async function openDatagrams(
  clock: Clock,
  wanted: 'best' | 'plain',
  pace = unpaced,
): Promise<Datagrams> {
  if (wanted === 'plain') return plainDatagrams;
  const ring = openRing(clock, pace);
  if (ring === undefined) return plainDatagrams;
  if (await doesCarry(ring, clock)) return ring;
  ring.close();
  return plainDatagrams;
}

export function openRing(clock: Pick<Clock, 'after'>, pace = unpaced): RingDatagrams | undefined {
  const libc = libcIfAny();
  if (libc === undefined) return undefined;
  const opened = RingDatagrams.open({ libc, clock, ...pace, watchPipe });
  return typeof opened === 'number' ? undefined : opened;
}

async function doesCarry(ring: Datagrams, clock: Clock): Promise<boolean> {
  const socket = await ring.bind('127.0.0.1', 0);
  if (typeof socket === 'string') return false;
  const trial = Buffer.from('trial');
  const isCarried = await new Promise<boolean>((settle) => {
    socket.onPacket = (packet, from) => settle(packet.equals(trial) && from.port === socket.port);
    socket.send(trial, socket.port, '127.0.0.1');
    clock.after(ringTrialMsMax, () => settle(false));
  });
  await socket.close();
  return isCarried;
}
