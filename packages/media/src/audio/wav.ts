/**
 * WAV files read and written. Reads what people upload (PCM of 8, 16, 24, 32 bits, 32 and 64-bit float, both G.711 laws, any
 * rate, one or two channels) and says plainly what it cannot read.
 */
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { sampleRateHz } from '../frame.ts';
import { wavOctetsMax } from '../limits.ts';
import { aLaw, muLaw } from './g711.ts';

export interface WavSound {
  readonly sampleRateHz: number;
  /** One or two channels of equal length, full scale at ±1. */
  readonly channels: readonly Float32Array[];
}

export interface WavFault {
  readonly code: 'too-large' | 'not-wav' | 'malformed' | 'unsupported-format' | 'no-sound';
  /** For people; names what would be accepted. */
  readonly detail: string;
}

export const acceptedSoundFormats =
  'WAV with PCM (8, 16, 24 or 32 bit), float, A-law or µ-law sound, mono or stereo, 4 to 192 kHz';

const formatPcm = 1;
const formatFloat = 3;
const formatALaw = 6;
const formatMuLaw = 7;
const formatExtensible = 0xfffe;
const rateHzMin = 4_000;
const rateHzMax = 192_000;

interface WavFormat {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bits: number;
}

interface FoundSound {
  readonly format: WavFormat;
  readonly view: DataView;
  readonly start: number;
  readonly size: number;
}

export function readWav(octets: Uint8Array): Result<WavSound, WavFault> {
  const found = findSound(octets);
  return found.ok ? readSound(found.value) : found;
}

/** Samples of a file that is 8 kHz mono already (16-bit or G.711), at the cost of a copy; anything else is refused. */
export function readTelephoneWav(octets: Uint8Array): Result<Int16Array, WavFault> {
  const found = findSound(octets);
  if (!found.ok) return found;
  const { format, start, size } = found.value;
  if (format.channels === 1 && format.sampleRateHz === sampleRateHz) {
    const codec = format.tag === formatALaw ? aLaw : format.tag === formatMuLaw ? muLaw : undefined;
    if (codec !== undefined && format.bits === 8)
      return success(Int16Array.from(octets.subarray(start, start + size), (code) => codec.samples[code]!));
    if (format.tag === formatPcm && format.bits === 16) {
      // A true copy, aligned and its own: a Buffer's slice would be neither.
      const copy = Uint8Array.from(octets.subarray(start, start + (size & ~1)));
      return success(new Int16Array(copy.buffer));
    }
  }
  return fault(
    'unsupported-format',
    `a prompt is 8 kHz mono, 16-bit or G.711; this has ${format.sampleRateHz} Hz, ${format.channels} channels, ${format.bits} bits`,
  );
}

function findSound(octets: Uint8Array): Result<FoundSound, WavFault> {
  if (octets.length > wavOctetsMax)
    return fault('too-large', `the file has ${octets.length} octets; at most ${wavOctetsMax} are accepted`);
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  if (octets.length < 12 || tagAt(octets, 0) !== 'RIFF' || tagAt(octets, 8) !== 'WAVE')
    return fault('not-wav', `this is ${guess(octets)}; accepted is ${acceptedSoundFormats}`);
  let format: WavFormat | undefined;
  let at = 12;
  while (at + 8 <= octets.length) {
    const tag = tagAt(octets, at);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (tag === 'fmt ') {
      if (size < 16 || start + size > octets.length)
        return fault('malformed', 'the format chunk is cut short');
      format = readFormat(view, start, size);
    } else if (tag === 'data') {
      if (format === undefined) return fault('malformed', 'sound comes before its format is told');
      // A program that wrote to a pipe could not know the size: what is there counts.
      return success({ format, view, start, size: Math.min(size, octets.length - start) });
    }
    // RIFF: chunks are padded to even sizes.
    at = start + size + (size & 1);
  }
  return fault('malformed', format === undefined ? 'no format chunk was found' : 'no sound was found');
}

function readFormat(view: DataView, at: number, size: number): WavFormat {
  const tag = view.getUint16(at, true);
  return {
    // WAVE_FORMAT_EXTENSIBLE keeps the true tag at the head of its subformat.
    tag: tag === formatExtensible && size >= 26 ? view.getUint16(at + 24, true) : tag,
    channels: view.getUint16(at + 2, true),
    sampleRateHz: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  };
}

function readSound({ format, view, start, size }: FoundSound): Result<WavSound, WavFault> {
  const { channels, sampleRateHz } = format;
  const read = sampleReader(format);
  if (read === undefined)
    return fault(
      'unsupported-format',
      `its sound is of WAV format ${format.tag} with ${format.bits} bits; accepted is ${acceptedSoundFormats}`,
    );
  if (channels < 1 || channels > 2)
    return fault('unsupported-format', `it has ${channels} channels; accepted is ${acceptedSoundFormats}`);
  if (sampleRateHz < rateHzMin || sampleRateHz > rateHzMax)
    return fault('unsupported-format', `its rate is ${sampleRateHz} Hz; accepted is ${acceptedSoundFormats}`);
  const width = format.bits / 8;
  const length = Math.floor(size / (width * channels));
  if (length === 0) return fault('no-sound', 'the file holds no sound');
  const sounds = Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(length);
    for (let index = 0; index < length; index++)
      samples[index] = read(view, start + (index * channels + channel) * width);
    return samples;
  });
  return success({ sampleRateHz, channels: sounds });
}

type SampleReader = (view: DataView, at: number) => number;

function sampleReader({ tag, bits }: WavFormat): SampleReader | undefined {
  if (tag === formatPcm) {
    if (bits === 8) return (view, at) => (view.getUint8(at) - 128) / 128;
    if (bits === 16) return (view, at) => view.getInt16(at, true) / 0x8000;
    if (bits === 24)
      return (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 0x1_0000) / 0x80_0000;
    if (bits === 32) return (view, at) => view.getInt32(at, true) / 0x8000_0000;
  }
  if (tag === formatFloat) {
    if (bits === 32) return (view, at) => finite(view.getFloat32(at, true));
    if (bits === 64) return (view, at) => finite(view.getFloat64(at, true));
  }
  if (tag === formatALaw && bits === 8) return (view, at) => aLaw.samples[view.getUint8(at)]! / 0x8000;
  if (tag === formatMuLaw && bits === 8) return (view, at) => muLaw.samples[view.getUint8(at)]! / 0x8000;
  return undefined;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

/** 16-bit PCM of one channel. */
export function writeWav(samples: Int16Array, sampleRateHz: number): Uint8Array {
  const octets = new Uint8Array(wavHeaderOctets + 2 * samples.length);
  octets.set(wavHeader(samples.length, sampleRateHz));
  const view = new DataView(octets.buffer);
  for (let index = 0; index < samples.length; index++)
    view.setInt16(wavHeaderOctets + 2 * index, samples[index]!, true);
  return octets;
}

/** As 16-bit samples, which everybody reads. */
export function telephoneWav(codes: Uint8Array): Uint8Array {
  return writeWav(
    Int16Array.from(codes, (code) => muLaw.samples[code]!),
    sampleRateHz,
  );
}

export const wavHeaderOctets = 44;

/** Of 16-bit PCM of one channel. */
export function wavHeader(samples: number, sampleRateHz: number): Uint8Array {
  const octets = new Uint8Array(wavHeaderOctets);
  const view = new DataView(octets.buffer);
  putTag(octets, 0, 'RIFF');
  view.setUint32(4, wavHeaderOctets - 8 + 2 * samples, true);
  putTag(octets, 8, 'WAVE');
  putTag(octets, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, formatPcm, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, 2 * sampleRateHz, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  putTag(octets, 36, 'data');
  view.setUint32(40, 2 * samples, true);
  return octets;
}

export function putTag(octets: Uint8Array, at: number, tag: string): void {
  for (let index = 0; index < 4; index++) octets[at + index] = tag.charCodeAt(index);
}

export function tagAt(octets: Uint8Array, at: number): string {
  return String.fromCharCode(octets[at]!, octets[at + 1]!, octets[at + 2]!, octets[at + 3]!);
}

/** What people upload instead, so that the refusal can name it. */
function guess(octets: Uint8Array): string {
  if (octets.length === 0) return 'an empty file';
  if (tagAt(octets, 0).startsWith('ID3') || (octets[0] === 0xff && (octets[1]! & 0xe0) === 0xe0))
    return 'an MP3 file';
  if (tagAt(octets, 0) === 'OggS') return 'an Ogg file';
  if (tagAt(octets, 0) === 'fLaC') return 'a FLAC file';
  if (octets.length > 8 && tagAt(octets, 4) === 'ftyp') return 'an MP4 or M4A file';
  return 'not a WAV file';
}

function fault(code: WavFault['code'], detail: string) {
  return failure<WavFault>({ code, detail });
}
