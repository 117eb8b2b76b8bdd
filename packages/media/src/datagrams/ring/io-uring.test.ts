import { expect, test, vi } from 'vitest';
import { ownLoopback } from '@seatgrid/testkit/own-loopback.ts';
import { ringPollMs } from '../../limits.ts';
import { libcIfAny, type Libc } from '../../system/libc.ts';
import { watchPipe } from '../../system/watch-pipe.ts';
import { plainDatagrams } from '../plain-datagrams.ts';
import { openRing } from '../runtime/open-datagrams.ts';
import { RingDatagrams } from './ring-datagrams.ts';

const ring = openRing({ after: () => () => {} });
ring?.close();
if (ring === undefined) console.warn('skipped: this machine has no io_uring');

const entering = 426;
const workFlag = 1 << 2;

/** The C library, which counts who enters a ring and shows the words of the ring that is mapped first. */
function watched(libc: Libc) {
  const seen = { entered: 0, words: new Int32Array() };
  const watching: Libc = {
    ...libc,
    syscall(number, ...rest) {
      if (number === entering) seen.entered += 1;
      return libc.syscall(number, ...rest);
    },
    mapShared(fd, offset, octets) {
      const memory = libc.mapShared(fd, offset, octets);
      if (seen.words.length === 0 && offset === 0) seen.words = new Int32Array(memory!);
      return memory;
    },
  };
  return { libc: watching, seen };
}

/** Behind the masks and sizes of both halves and the count of what was dropped (`struct io_rings`). */
function flagsPlace(words: Int32Array): number {
  return (
    5 + words.findIndex((mask, at) => words[at + 2] === mask + 1 && words[at + 3] === words[at + 1]! + 1)
  );
}

test.skipIf(ring === undefined)(
  'a kernel that says wrongly that work waits is asked once, and what comes later is told',
  async () => {
    const { libc, seen } = watched(libcIfAny()!);
    const datagrams = RingDatagrams.open({
      libc,
      clock: {
        after(delayMs, wake) {
          const timer = setTimeout(wake, delayMs);
          return () => clearTimeout(timer);
        },
      },
      pollMs: () => ringPollMs,
      soon: (work) => void setImmediate(work),
      watchPipe,
    });
    if (typeof datagrams === 'number') throw new Error(`errno ${datagrams}`);
    const [to, from] = [await datagrams.bind(ownLoopback, 0), await plainDatagrams.bind(ownLoopback, 0)];
    if (typeof to === 'string' || typeof from === 'string') throw new Error('no socket');
    const heard: string[] = [];
    to.onPacket = (packet) => heard.push(packet.toString());
    from.send(Buffer.from('before'), to.port, ownLoopback);
    await vi.waitFor(() => expect(heard).toEqual(['before']));
    await new Promise((settle) => setTimeout(settle, 5 * ringPollMs));
    const before = seen.entered;
    const at = flagsPlace(seen.words);
    expect([at > 5, seen.words[at]! & workFlag]).toEqual([true, 0]);
    seen.words[at]! |= workFlag;
    await new Promise((settle) => setTimeout(settle, 25 * ringPollMs));
    expect(seen.entered - before).toBe(1);
    expect(seen.words[at]! & workFlag).toBe(0);
    from.send(Buffer.from('after'), to.port, ownLoopback);
    await vi.waitFor(() => expect(heard).toEqual(['before', 'after']));
    await Promise.all([to.close(), from.close()]);
    datagrams.close();
  },
);
