/**
 * libopus as WebAssembly: the functions of its C face, and memory of our own to hand them. The package's own face does without
 * forward error correction and copies each frame twice, so its module is used bare. Loaded when the first leg speaks Opus.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { assert } from '@seatgrid/core/kernel/assert.ts';

/** opus_defines.h. */
export const opusControl = {
  setBitRate: 4002,
  setVariableRate: 4006,
  setComplexity: 4010,
  setForwardCorrection: 4012,
  setExpectedLoss: 4014,
  resetState: 4028,
} as const;
export const opusVoice = 2048;

/** The part of the platform's WebAssembly that is used here; the compiler's own description of it comes with the browser's. */
declare const WebAssembly: {
  readonly Module: new (octets: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, (code: number) => unknown>>>>,
  ) => { readonly exports: unknown };
};

type Address = number;

/** The module's own word for it. */
const initialise = '_initialize';

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  [initialise](): void;
  malloc(octets: number): Address;
  free(at: Address): void;
  opus_encoder_get_size(channels: number): number;
  opus_encoder_init(encoder: Address, rateHz: number, channels: number, application: number): number;
  opus_encode(encoder: Address, samples: Address, count: number, packet: Address, octetsMax: number): number;
  opus_encoder_ctl_set(encoder: Address, control: number, value: number): number;
  opus_decoder_get_size(channels: number): number;
  opus_decoder_init(decoder: Address, rateHz: number, channels: number): number;
  /** No packet at all asks for what a lost one may have sounded like, `isForLost` for what this one tells of the one before. */
  opus_decode(
    decoder: Address,
    packet: Address,
    octets: number,
    samples: Address,
    countMax: number,
    isForLost: 0 | 1,
  ): number;
  opus_decoder_ctl_set(decoder: Address, control: number, value: number): number;
}

export interface OpusLibrary extends Exports {
  /** Where a packet and its sound lie while a function runs; shared, since none of them waits. */
  readonly packetAt: Address;
  readonly samplesAt: Address;
  /** The memory behind both: other arrays each time it has grown. */
  octets(): Uint8Array;
  samples(): Int16Array;
}

/** RFC 6716 §3.2.1: a frame has at most 1275 octets; a datagram of ours has room for no more than `rtpPacketOctetsMax`. */
const packetOctets = 2_048;
/** RFC 6716 §2: a packet lasts at most 120 ms. */
const samplesPerPacketMax = 960;

let library: OpusLibrary | undefined;

export function opusLibrary(): OpusLibrary {
  return (library ??= load());
}

function load(): OpusLibrary {
  const path = createRequire(import.meta.url).resolve('@evan/opus/wasm/opus.wasm');
  const nothing = () => 0;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)), {
    wasi_snapshot_preview1: {
      fd_seek: nothing,
      fd_write: nothing,
      fd_close: nothing,
      proc_exit: (code) => assert(false, `libopus gave up with ${code}`),
    },
    env: { emscripten_notify_memory_growth: nothing },
  });
  const bare = exports as Exports;
  bare[initialise]();
  const packetAt = allocate(bare, packetOctets);
  const samplesAt = allocate(bare, samplesPerPacketMax * Int16Array.BYTES_PER_ELEMENT);
  let octets = new Uint8Array(0);
  let samples = new Int16Array(0);
  return {
    ...bare,
    packetAt,
    samplesAt,
    octets() {
      if (octets.length === 0) octets = new Uint8Array(bare.memory.buffer, packetAt, packetOctets);
      return octets;
    },
    samples() {
      if (samples.length === 0) samples = new Int16Array(bare.memory.buffer, samplesAt, samplesPerPacketMax);
      return samples;
    },
  };
}

/** Memory that lives until it is freed: a growing heap would be seen in `memory`. */
export function allocate(from: Pick<Exports, 'malloc'>, octets: number): Address {
  const at = from.malloc(octets);
  assert(at !== 0, 'libopus has no memory left');
  return at;
}
