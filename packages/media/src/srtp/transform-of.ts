import { CounterTransform } from './counter-transform.ts';
import { GaloisTransform } from './galois-transform.ts';
import type { PacketTransform } from './packet-transform.ts';
import { srtpSuites, type SrtpKeying } from './srtp-suite.ts';

export function transformOf(keying: SrtpKeying): PacketTransform {
  return srtpSuites[keying.suite].isAead ? GaloisTransform.of(keying) : new CounterTransform(keying);
}
