/**
 * Session keys out of a master key (RFC 3711 §4.3.1, RFC 7714 §11). The key derivation rate is always zero, as SDP has it
 * unless said otherwise: keys are derived once.
 */
import { createCipheriv } from 'node:crypto';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import { srtpSuites, type SrtpKeying } from './srtp-suite.ts';

export interface SessionKeys {
  readonly encryption: Buffer;
  /** Empty where the cipher authenticates by itself. */
  readonly authentication: Buffer;
  readonly salt: Buffer;
}

/** RFC 3711 §4.3.2: the labels of the three SRTP keys; SRTCP's follow them. */
const firstLabel = { rtp: 0, rtcp: 3 } as const;
const authenticationOctets = 20;
const blockOctets = 16;
/** Where the label lies in the master salt: key_id is right-aligned, and 48 bits of index follow the label. */
const labelAt = 7;

export function deriveKeys({ suite, master }: SrtpKeying, stream: 'rtp' | 'rtcp'): SessionKeys {
  const { isAead, keyOctets, saltOctets } = srtpSuites[suite];
  assert(master.length === keyOctets + saltOctets, `a master key of ${suite} has another length`);
  const key = master.subarray(0, keyOctets);
  const derive = (label: number, octets: number): Buffer => {
    // RFC 7714 §11: a salt of 96 bits is padded on the right to the 112 of the derivation.
    const counter = Buffer.alloc(blockOctets);
    counter.set(master.subarray(keyOctets));
    counter[labelAt]! ^= label;
    return createCipheriv(`aes-${keyOctets * 8}-ctr`, key, counter).update(Buffer.alloc(octets));
  };
  const label = firstLabel[stream];
  return {
    encryption: derive(label, keyOctets),
    authentication: isAead ? Buffer.alloc(0) : derive(label + 1, authenticationOctets),
    salt: derive(label + 2, saltOctets),
  };
}
