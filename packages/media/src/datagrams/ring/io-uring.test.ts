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
  const seen = { entered: 0, isRefused: false, words: new Int32Array() };
  const watching: Libc = {
    ...libc,
    syscall(number, ...rest) {
      if (number === entering) seen.entered += 1;
      if (number === entering && seen.isRefused) return -1;
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

async function opened() {
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
  const close = async () => {
    await Promise.all([to.close(), from.close()]);
    datagrams.close();
  };
  return { seen, to, from, heard, close };
}

const polls = (count: number) => new Promise((settle) => setTimeout(settle, count * ringPollMs));

test.skipIf(ring === undefined)(
  'a kernel that says wrongly that work waits is asked once, and what comes later is told',
  async () => {
    const { seen, to, from, heard, close } = await opened();
    from.send(Buffer.from('before'), to.port, ownLoopback);
    await vi.waitFor(() => expect(heard).toEqual(['before']));
    await polls(5);
    const before = seen.entered;
    const at = flagsPlace(seen.words);
    expect([at > 5, seen.words[at]! & workFlag]).toEqual([true, 0]);
    seen.words[at]! |= workFlag;
    await polls(25);
    expect(seen.entered - before).toBe(1);
    expect(seen.words[at]! & workFlag).toBe(0);
    from.send(Buffer.from('after'), to.port, ownLoopback);
    await vi.waitFor(() => expect(heard).toEqual(['before', 'after']));
    await close();
  },
);

test.skipIf(ring === undefined)(
  'a kernel that takes nothing for a while is asked once a look, and has what waits afterwards',
  async () => {
    const { seen, to, from, heard, close } = await opened();
    const heardBack: string[] = [];
    from.onPacket = (packet) => heardBack.push(packet.toString());
    from.send(Buffer.from('before'), to.port, ownLoopback);
    await vi.waitFor(() => expect(heard).toEqual(['before']));
    seen.isRefused = true;
    const before = seen.entered;
    to.send(Buffer.from('back'), from.port, ownLoopback);
    await polls(25);
    expect(seen.entered - before).toBeGreaterThan(5);
    expect(seen.entered - before).toBeLessThan(50);
    expect(heardBack).toEqual([]);
    seen.isRefused = false;
    await vi.waitFor(() => expect(heardBack).toEqual(['back']));
    await close();
  },
);
