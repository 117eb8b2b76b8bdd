/**
 * G.711, both laws, by lookup tables built once. Codes follow ITU-T G.191 (STL) bit for bit, which takes the magnitude of a
 * negative sample as its ones' complement; libraries that take the two's complement differ in 508 µ-law codes.
 */

export type G711Law = 'PCMU' | 'PCMA';

export interface G711Codec {
  readonly law: G711Law;
  /** RFC 3551 §6: the static payload type. */
  readonly payloadType: number;
  /** The code that says silence. */
  readonly silence: number;
  /** Code → 16-bit sample. */
  readonly samples: Int16Array;
  /** 16-bit sample, read as unsigned → code. */
  readonly codes: Uint8Array;
  /** Code of this law → nearest code of the other law, by way of the sample. */
  readonly toOther: Uint8Array;
}

const segmentMax = 7;
const mantissaBits = 4;
const mantissaMask = 0x0f;
const signBit = 0x80;

/** G.711 table 2: 14-bit magnitude biased by 33, so that each segment's top bit finds its number; all bits inverted. */
function encodeMuLaw(sample: number): number {
  const magnitude = Math.min((sample < 0 ? ~sample >> 2 : sample >> 2) + 33, 0x1fff);
  const segment = 31 - Math.clz32(magnitude) - 5;
  const code = (segment << mantissaBits) | ((magnitude >> (segment + 1)) & mantissaMask);
  return (~code & 0x7f) | (sample < 0 ? 0 : signBit);
}

function decodeMuLaw(code: number): number {
  const inverted = ~code & 0xff;
  const segment = (inverted >> mantissaBits) & segmentMax;
  const magnitude = ((2 * (inverted & mantissaMask) + 33) << segment) - 33;
  return (inverted & signBit) === 0 ? magnitude * 4 : -magnitude * 4;
}

/** G.711 table 1: 12-bit magnitude, first two segments linear; even bits inverted. */
const alternateBits = 0x55;

function encodeALaw(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const segment = magnitude > mantissaMask ? 31 - Math.clz32(magnitude) - 3 : 0;
  const mantissa = segment > 1 ? magnitude >> (segment - 1) : magnitude;
  const code = segment === 0 ? magnitude : (segment << mantissaBits) | (mantissa & mantissaMask);
  return (code | (sample < 0 ? 0 : signBit)) ^ alternateBits;
}

function decodeALaw(code: number): number {
  const plain = code ^ alternateBits;
  const segment = (plain >> mantissaBits) & segmentMax;
  let magnitude = ((plain & mantissaMask) << mantissaBits) + 8;
  if (segment > 0) magnitude = (magnitude + 0x100) << (segment - 1);
  return (plain & signBit) === 0 ? -magnitude : magnitude;
}

function codesOf(encode: (sample: number) => number): Uint8Array {
  return Uint8Array.from({ length: 0x10000 }, (_, unsigned) => encode((unsigned << 16) >> 16));
}

function samplesOf(decode: (code: number) => number): Int16Array {
  return Int16Array.from({ length: 0x100 }, (_, code) => decode(code));
}

const muCodes = codesOf(encodeMuLaw);
const muSamples = samplesOf(decodeMuLaw);
const aCodes = codesOf(encodeALaw);
const aSamples = samplesOf(decodeALaw);

function translation(from: Int16Array, to: Uint8Array): Uint8Array {
  return Uint8Array.from(from, (sample) => to[sample & 0xffff]!);
}

export const muLaw: G711Codec = {
  law: 'PCMU',
  payloadType: 0,
  silence: 0xff,
  samples: muSamples,
  codes: muCodes,
  toOther: translation(muSamples, aCodes),
};

export const aLaw: G711Codec = {
  law: 'PCMA',
  payloadType: 8,
  silence: 0xd5,
  samples: aSamples,
  codes: aCodes,
  toOther: translation(aSamples, muCodes),
};

export function codecOf(law: G711Law): G711Codec {
  return law === 'PCMU' ? muLaw : aLaw;
}

/** Code of `from` → code of `to`; undefined when nothing need be done. */
export function translationBetween(from: G711Codec, to: G711Codec): Uint8Array | undefined {
  return from === to ? undefined : from.toOther;
}

export function decodeG711(codec: G711Codec, codes: Uint8Array, samples: Int16Array): void {
  const table = codec.samples;
  for (let index = 0; index < codes.length; index++) samples[index] = table[codes[index]!]!;
}

export function encodeG711(codec: G711Codec, samples: Int16Array, codes: Uint8Array): void {
  const table = codec.codes;
  for (let index = 0; index < samples.length; index++) codes[index] = table[samples[index]! & 0xffff]!;
}
