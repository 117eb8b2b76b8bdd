import type { MediaPath, MediaPlace } from '../media-engine.ts';

/** How packets of one leg leave: a UDP socket or a browser's encrypted track. Arrivals are handed to the leg by its owner. */
export interface LegTransport {
  /** Sends now; keeps no hold on `packet` afterwards. */
  sendRtp(packet: Uint8Array): void;
  sendRtcp(packet: Uint8Array): void;
  /** The SRTP suite in force, where it is ours to know. */
  readonly srtp?: string | undefined;
  /** Nothing has ever come back: RTP waits until something does. */
  withhold?(isWithheld: boolean): void;
  /** Where they went and came from so far; `sound` is the leg's own count of them. */
  path?(sound: Omit<MediaPlace, 'at'>): MediaPath | undefined;
  close(): void;
}
