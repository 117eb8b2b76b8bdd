/** Reads whatever comes out of a pipe's end, and says that something did, until it is closed. Keeps nobody from ending. */
import { Socket } from 'node:net';

const readOctets = 64;

export function watchPipe(fd: number, onRead: () => void): { close(): void } {
  const end = new Socket({
    fd,
    readable: true,
    writable: false,
    // One buffer for all: what comes out is of no interest.
    onread: {
      buffer: Buffer.alloc(readOctets),
      callback() {
        onRead();
        return true;
      },
    },
  });
  end.on('error', () => {});
  end.unref();
  return { close: () => void end.destroy() };
}
