/** An IPv4 loopback address that no other process of the tests has: fixed ports at it collide with nobody's. */
export const ownLoopback = `127.${64 + ((process.pid >> 16) & 0x3f)}.${(process.pid >> 8) & 0xff}.${process.pid & 0xff}`;
