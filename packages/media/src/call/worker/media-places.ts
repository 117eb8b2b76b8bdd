/**
 * Where one leg's sound went and came from, place by place, counted packet by packet: what shows afterwards which networks a
 * call's sound has seen. Reports (RTCP) go to the same addresses and are not counted.
 */
import { mediaPlacesMax } from '../../limits.ts';
import type { BrowserPair } from '../../webrtc/browser-peers.ts';
import type { MediaPath, MediaPlace } from '../media-engine.ts';

export interface PlaceCount {
  readonly at: string | null;
  packetsIn: number;
  packetsOut: number;
  octetsIn: number;
  octetsOut: number;
}

export class MediaPlaces {
  readonly #local: string;
  readonly #signalled: string[] = [];
  readonly #counts: PlaceCount[] = [];
  /** A far end that keeps moving: what is beyond the limit counts as one place nobody can name. */
  #others: PlaceCount | undefined;

  constructor(local: string) {
    this.#local = local;
  }

  /** A description of the far end's named this place. */
  signal(address: string, port: number): void {
    const place = endpointText(address, port);
    if (!this.#signalled.includes(place) && this.#signalled.length < mediaPlacesMax)
      this.#signalled.push(place);
  }

  at(address: string, port: number): PlaceCount {
    const place = endpointText(address, port);
    const known = this.#counts.find(({ at }) => at === place);
    if (known !== undefined) return known;
    const isFull = this.#counts.length >= mediaPlacesMax;
    if (isFull && this.#others !== undefined) return this.#others;
    const count = countOf(isFull ? null : place);
    if (isFull) this.#others = count;
    else this.#counts.push(count);
    return count;
  }

  path(): MediaPath {
    const places: MediaPlace[] = [];
    for (const count of this.#counts) if (isUsed(count)) places.push({ ...count });
    if (this.#others !== undefined && isUsed(this.#others)) places.push({ ...this.#others });
    return { local: this.#local, signalled: this.#signalled.slice(), places };
  }
}

function isUsed({ packetsIn, packetsOut }: PlaceCount): boolean {
  return packetsIn + packetsOut > 0;
}

function countOf(at: string | null): PlaceCount {
  return { at, packetsIn: 0, packetsOut: 0, octetsIn: 0, octetsOut: 0 };
}

/** RFC 3986 §3.2.2: an IPv6 address stands in brackets before a port. */
export function endpointText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** A browser's sound goes one way, whichever ICE selected last. */
export function pathOfPair({ local, remote }: BrowserPair, sound: Omit<MediaPlace, 'at'>): MediaPath {
  const at = endpointText(remote.address, remote.port);
  return { local: endpointText(local.address, local.port), signalled: [at], places: [{ at, ...sound }] };
}
