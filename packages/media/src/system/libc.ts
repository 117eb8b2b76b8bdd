/** The few functions of the C library that the ring needs, by FFI. Throws where there is no such library. */
import koffi from 'koffi';

export interface Libc {
  /** syscall(2): -1 on failure, and then `errno()`. */
  syscall(number: number, a: number, b?: number, c?: number, d?: number, e?: number, f?: number): number;
  /** Maps `octets` of `fd` from `offset`, readable and writable; undefined where it cannot. */
  mapShared(fd: number, offset: number, octets: number): ArrayBuffer | undefined;
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, place: Uint8Array, octets: number): number;
  getsockname(fd: number, place: Uint8Array, octets: Uint32Array): number;
  setsockopt(fd: number, level: number, option: number, value: Uint32Array, octets: number): number;
  close(fd: number): number;
  eventfd(count: number, flags: number): number;
  /** Its two ends, the one that is read from first. */
  pipe2(ends: Uint32Array, flags: number): number;
  read(fd: number, into: Uint8Array, octets: number): number;
  write(fd: number, from: Uint8Array, octets: number): number;
  /** A file that is nothing but memory, empty at first. */
  memfd_create(name: string, flags: number): number;
  ftruncate(fd: number, octets: number): number;
  /** inet_pton(3): 1 where `address` is a literal of the family. */
  inet_pton(family: number, address: string, into: Uint8Array): number;
  inet_ntop(family: number, from: Uint8Array, text: Uint8Array, octets: number): string | null;
  errno(): number;
}

/** Undefined where there is no such library, or none that FFI can call. */
export function libcIfAny(): Libc | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return openLibc();
  } catch {
    return undefined;
  }
}

export function openLibc(): Libc {
  const library = koffi.load('libc.so.6');
  const syscall = library.func('long syscall(long n, long a, long b, long c, long d, long e, long f)');
  const mmap = library.func('void *mmap(void *at, size_t octets, int may, int how, int fd, long offset)');
  const readWrite = 3;
  const sharedPopulated = 0x8001;
  return {
    syscall: (number, a, b = 0, c = 0, d = 0, e = 0, f = 0) => Number(syscall(number, a, b, c, d, e, f)),
    mapShared(fd, offset, octets) {
      const at: unknown = mmap(null, octets, readWrite, sharedPopulated, fd, offset);
      const place = koffi.address(at);
      // MAP_FAILED is the last address there is.
      if (place === 0n || BigInt.asIntN(64, place) === -1n) return undefined;
      return koffi.view(at, octets);
    },
    socket: library.func('int socket(int family, int type, int protocol)'),
    bind: library.func('int bind(int fd, void *place, uint32_t octets)'),
    getsockname: library.func('int getsockname(int fd, void *place, void *octets)'),
    setsockopt: library.func('int setsockopt(int fd, int level, int option, void *value, uint32_t octets)'),
    close: library.func('int close(int fd)'),
    eventfd: library.func('int eventfd(unsigned int count, int flags)'),
    pipe2: library.func('int pipe2(void *ends, int flags)'),
    read: library.func('long read(int fd, void *into, size_t octets)'),
    write: library.func('long write(int fd, void *from, size_t octets)'),
    memfd_create: library.func('int memfd_create(const char *name, unsigned int flags)'),
    ftruncate: library.func('int ftruncate(int fd, long octets)'),
    inet_pton: library.func('int inet_pton(int family, const char *address, void *into)'),
    inet_ntop: library.func('const char *inet_ntop(int family, void *from, void *text, uint32_t octets)'),
    errno: () => koffi.errno(),
  };
}

/**
 * Memory that the system is told of by its address: outside the heap, so that it never moves, and never given back, so that a
 * request still under way writes into nothing else.
 */
export function fixedMemory(octets: number): { readonly bytes: Buffer; readonly address: number } {
  const bytes = Buffer.allocUnsafeSlow(Math.max(octets, fixedOctetsMin)).fill(0);
  kept.push(bytes);
  return { bytes, address: Number(koffi.address(bytes)) };
}

/** Smaller arrays may lie on the heap, which moves. */
const fixedOctetsMin = 4_096;
const kept: Buffer[] = [];
